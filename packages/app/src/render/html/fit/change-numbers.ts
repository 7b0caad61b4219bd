import type { FitDocument } from "@candor/core";
import { formatLevel, type Page, type Section, section, table } from "@candor/pages";
import { gainText, intervalText, type ScoreWords, scoreText, scoreWords, valueText } from "../../card/score-words.ts";
import { type ChangeCard, changeCards } from "./change-cards.ts";

type Gains = FitDocument["improvement"];

function gainOf(improvement: Gains, key: ScoreWords["key"]): Gains["logLoss"] | undefined {
  return key === "logLoss" || key === "brier" ? improvement[key] : undefined;
}

function changeCard({ before, after, improvement }: FitDocument, words: ScoreWords): ChangeCard {
  const gain = gainOf(improvement, words.key);
  return {
    name: words.name,
    before: valueText(before[words.key], words),
    after: valueText(after[words.key], words),
    interval: intervalText(after[words.key], words),
    gain: gain && { estimate: gain, text: gainText(gain) },
    meaning: words.meaning,
  };
}

/**
 * The key numbers before and after, on rows held out, with the paired improvement.
 *
 * @param page the page it is for
 * @param document the fit
 */
export function changeNumbers(page: Page, document: FitDocument): Section {
  const { make } = page;
  const { before, after, improvement } = document;
  const level = formatLevel(after.logLoss.level);
  const data = table(
    page,
    scoreWords,
    [
      { title: "Number", cell: ({ name }) => name },
      { title: "Before", numeric: true, cell: (words) => scoreText(before[words.key], words) },
      { title: "After", numeric: true, cell: (words) => scoreText(after[words.key], words) },
      {
        title: "Change on the same rows",
        numeric: true,
        cell: ({ key }) => {
          const gain = gainOf(improvement, key);
          return gain === undefined ? "" : gainText(gain);
        },
      },
      { title: "What it measures", words: true, cell: ({ meaning }) => meaning },
    ],
    { caption: "Before and after, with intervals", hidden: true },
  );
  return section(
    page,
    { id: "numbers", short: "Before and after", title: "Before and after" },
    make(
      "p",
      { class: "lead" },
      `All numbers are of rows that the calibrator judging them had not seen. Brackets: ${level} intervals; those of a change are ` +
        "paired, so they can leave out zero where the two intervals beside it overlap.",
    ),
    changeCards(
      page,
      scoreWords.map((words) => changeCard(document, words)),
    ),
    make("details", {}, make("summary", {}, "All of it as a table"), data),
  );
}

import type { Estimate, FitDocument } from "@candor/core";
import { formatInterval, formatLevel, formatNumber, formatPercent } from "@candor/pages";
import type { Block, CardSection, Runs } from "./card-content.ts";
import { gainText, scoreText, scoreWords } from "./score-words.ts";
import { isLeftAlone } from "./status-words.ts";

function pointsText({ value, lower, upper, interval }: Estimate): string {
  const points = formatNumber(value * 100, 1);
  return interval === "none" ? points : `${points} ${formatInterval({ lower: lower * 100, upper: upper * 100 }, 1)}`;
}

function plainWords(document: FitDocument): Runs[] {
  const { before, after, improvement, verdict } = document;
  const said = formatPercent(before.meanConfidence.value);
  const right = formatPercent(before.accuracy.value);
  const level = formatLevel(improvement.logLoss.level);
  if (isLeftAlone(document))
    return [
      [`The scores were ${said} sure on average, and right ${right} of the time.`],
      [`On average a score was off by ${pointsText(before.ece)} percentage points (ECE).`],
      ["They are left as they are, so there is no change to report."],
    ];
  const { lower, upper } = improvement.logLoss;
  const proof =
    lower > 0
      ? `The ${level} interval leaves out zero: the gain is more than chance.`
      : upper < 0
        ? `The ${level} interval leaves out zero: the loss is more than chance.`
        : `The ${level} interval holds zero: these rows do not prove a change.`;
  const small = verdict.status === "too-few-labels" ? " There are too few labels for more than a guess." : "";
  return [
    [
      `Before, the scores were ${said} sure on average and right ${right} of the time. After, they are ` +
        `${formatPercent(after.meanConfidence.value)} sure and right ${formatPercent(after.accuracy.value)} of the time.`,
    ],
    [
      `On average a score was off by ${pointsText(before.ece)} percentage points (ECE); now by ${pointsText(after.ece)}. ` +
        "Some of it is noise: with finitely many rows even perfect scores do not show 0.",
    ],
    [`The log loss, which punishes confident mistakes, is ${gainText(improvement.logLoss)}. ${proof}${small}`],
  ];
}

/** Before and after: in plain words, as a picture where there are pictures, and as a small table with intervals. */
export function evidenceSection(document: FitDocument): CardSection {
  const { before, after, improvement } = document;
  const gains: Readonly<Record<string, Estimate>> = improvement;
  const table: Block = {
    kind: "table",
    caption: "Before and after, with intervals",
    columns: [
      { title: "Number" },
      { title: "Before", numeric: true },
      { title: "After", numeric: true },
      { title: "Change", numeric: true },
    ],
    rows: scoreWords.map((words) => {
      const gain = gains[words.key];
      return [
        [words.lowerIsBetter ? `${words.name} (lower is better)` : words.name],
        [scoreText(before[words.key], words)],
        [scoreText(after[words.key], words)],
        [gain === undefined ? "" : gainText(gain)],
      ];
    }),
  };
  return {
    id: "evidence",
    title: "Does it help?",
    blocks: [
      { kind: "list", items: plainWords(document) },
      { kind: "reliability" },
      table,
      {
        kind: "paragraph",
        runs: [
          `Brackets are ${formatLevel(before.logLoss.level)} intervals; that of a change compares the same rows. All numbers are of rows held out.`,
        ],
      },
    ],
  };
}

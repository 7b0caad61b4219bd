import type { Estimate, ScoreComparison } from "@candor/core";
import { versusDifferences } from "@candor/plots";
import { figure } from "./figure.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { specDetails, specRow } from "./spec-parts.ts";
import { table } from "./table.ts";
import { formatCount, formatEstimate, formatLevel, formatName, formatPercent } from "./words/format.ts";

const TEXT_LIMIT = 600;

function toBest(difference: Estimate | null, sameOrderAs: string | null = null): string {
  if (difference === null) return "best";
  return sameOrderAs === null ? formatEstimate(difference) : `in the order of ${sameOrderAs}`;
}

function picture(page: Page, comparison: ScoreComparison, data: HTMLElement): HTMLElement {
  const drawn = comparison.scores.flatMap(({ name, aurocToBest }) =>
    aurocToBest === null
      ? []
      : [{ name, self: 1, value: -aurocToBest.value, lower: -aurocToBest.upper, upper: -aurocToBest.lower }],
  );
  const best = comparison.scores[0]?.name ?? "";
  const words = {
    axis: `AUROC less that of ${best}, points of 100`,
    lower: "ranks worse",
    higher: "ranks better",
    ticks: "points",
  } as const;
  const worse = comparison.scores.filter(({ isShownWorse }) => isShownWorse).map(({ name }) => name);
  return figure(page, {
    title: "How far behind the best",
    finding:
      worse.length === 0
        ? `No score is shown to rank worse than ${best}.`
        : `Shown to rank worse than ${best}: ${worse.join(", ")}.`,
    draw: (label) => versusDifferences(drawn, { document: page.document, label, words }),
    reading: `AUROC less that of ${best}, in points of 100, with paired intervals that hold together at ${formatLevel(comparison.level)}. Filled: the interval leaves out zero.`,
    data,
    wide: true,
  });
}

/**
 * The scores of a model's outputs against each other: which one to use, the differences as a picture and as a table.
 *
 * @param page the page it is for
 * @param comparison of the report
 */
export function scoreComparisonSection(page: Page, comparison: ScoreComparison): Section {
  const { make } = page;
  const { scores, sentence, coverage, notes, n } = comparison;
  const wrong = `Wrong in surest ${formatPercent(coverage, 0)}`;
  const data = table(
    page,
    scores,
    [
      { title: "Score", cell: ({ name }) => page.name(name) },
      { title: "AUROC", numeric: true, cell: ({ auroc }) => formatEstimate(auroc) },
      {
        title: "Best is ahead by",
        numeric: true,
        cell: ({ aurocToBest, sameOrderAs }) => toBest(aurocToBest, sameOrderAs),
      },
      { title: "AURC", numeric: true, cell: ({ aurc }) => formatEstimate(aurc) },
      { title: "Above that of the best", numeric: true, cell: ({ aurcToBest }) => toBest(aurcToBest) },
      { title: wrong, numeric: true, cell: ({ selectiveError }) => formatPercent(selectiveError.value) },
      {
        title: "Log loss, calibrated",
        numeric: true,
        cell: ({ calibrated }) => (calibrated === null ? "–" : formatEstimate(calibrated.logLoss)),
      },
    ],
    { caption: `The scores on ${formatCount(n)} rows, best AUROC first` },
  );
  const [first, second] = scores;
  const specs = [
    ...specRow("AUROC", first?.auroc ?? null),
    ...specRow("AURC", first?.aurc ?? null),
    ...specRow(wrong, first?.selectiveError ?? null),
    ...specRow("AUROC, difference", second?.aurocToBest ?? null),
    ...specRow("AURC, difference", second?.aurcToBest ?? null),
    ...specRow("Log loss, calibrated", first?.calibrated?.logLoss ?? null),
  ];
  return section(
    page,
    { id: "scores", short: "Scores", title: "Which score of the outputs to use?" },
    make("p", { class: "lead" }, formatName(sentence, TEXT_LIMIT)),
    picture(page, comparison, specDetails(page, specs, page.name)),
    data,
    ...notes.map((note) => make("p", { class: "note" }, formatName(note, TEXT_LIMIT))),
  );
}

import type { EnsembleReport, Estimate, MemberCountPoint, RankedUncertainty, UncertainRow } from "@candor/core";
import { noiseAndUnknown } from "@candor/plots";
import { figure } from "./figure.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { uncertaintyGroupTable } from "./uncertainty-group-table.ts";
import { uncertaintyName } from "./words/ensemble-words.ts";
import { formatCount, formatEstimate, formatNumber, formatPercent, formatShare } from "./words/format.ts";

interface Part {
  readonly name: string;
  readonly entropy: Estimate;
  readonly variance: Estimate;
  readonly isShare?: true;
}

/** Points of a picture that stand in the table behind it. */
const POINTS_LIMIT = 50;

function partText({ isShare }: Part, estimate: Estimate): string {
  return isShare ? formatShare(estimate) : formatEstimate(estimate);
}

/**
 * Where the uncertainty of an ensemble comes from: how much is noise and how much is unknown, which rows have most of either, how
 * well either ranks errors, and what more members would bring.
 */
export function ensembleSection(page: Page, ensemble: EnsembleReport): Section {
  const { make } = page;
  const { entropy, variance, ranking, effect, noisiest, leastKnown, segments, picture, errors } = ensemble;
  const parts: Part[] = [
    { name: "All", entropy: entropy.total, variance: variance.total },
    { name: "Noise", entropy: entropy.aleatoric, variance: variance.aleatoric },
    { name: "Unknown", entropy: entropy.epistemic, variance: variance.epistemic },
    { name: "Share of the unknown", entropy: entropy.epistemicShare, variance: variance.epistemicShare, isShare: true },
  ];
  return section(
    page,
    { id: "members", short: "Members", title: "Where does the uncertainty come from?" },
    ...ensemble.sentences.map((sentence) => make("p", { class: "lead" }, sentence)),
    figure(page, {
      title: "Noise and unknown",
      finding: `${formatCount(picture.length)} rows drawn, ${formatCount(picture.filter(([, , correct]) => correct === 0).length)} of them predicted wrongly.`,
      draw: (label) => noiseAndUnknown(picture, { document: page.document, label }),
      reading:
        "Each mark is a row, in nats. To the right: every member expects noise, and more members or models of this kind do not help. Up: the members do not agree, and more data like this row would help.",
      data: pictureTable(page, picture),
    }),
    table(
      page,
      parts,
      [
        { title: "Uncertainty", cell: ({ name }) => name },
        { title: "By entropy (nats)", numeric: true, cell: (part) => partText(part, part.entropy) },
        { title: "By variance", numeric: true, cell: (part) => partText(part, part.variance) },
      ],
      { caption: "Mean over rows" },
    ),
    rowTable(page, noisiest, "Rows with most noise"),
    rowTable(page, leastKnown, "Rows that are least known"),
    ...(ranking.length === 0 ? [] : [rankingTable(page, ranking, errors)]),
    ...(effect === null ? [] : [effectTable(page, effect.points, effect.isExhaustive)]),
    ...(segments.length === 0 ? [] : [uncertaintyGroupTable(page, segments, formatEstimate)]),
    memberTable(page, ensemble),
  );
}

function pictureTable(page: Page, picture: EnsembleReport["picture"]): HTMLElement {
  return table(
    page,
    picture,
    [
      { title: "Noise", numeric: true, cell: ([noise]) => formatNumber(noise, 3) },
      { title: "Unknown", numeric: true, cell: ([, unknown]) => formatNumber(unknown, 3) },
      { title: "Prediction", cell: ([, , correct]) => (correct === 1 ? "right" : "wrong") },
    ],
    { caption: "Noise and unknown of the rows drawn", hidden: true, limit: POINTS_LIMIT },
  );
}

function rowTable(page: Page, rows: readonly UncertainRow[], caption: string): HTMLElement {
  return table(
    page,
    rows,
    [
      { title: "Row", cell: ({ row }) => formatCount(row) },
      { title: "Noise", numeric: true, cell: ({ aleatoric }) => formatNumber(aleatoric, 3) },
      { title: "Unknown", numeric: true, cell: ({ epistemic }) => formatNumber(epistemic, 3) },
      { title: "Members against", numeric: true, cell: ({ against }) => formatPercent(against, 0) },
      { title: "Confidence", numeric: true, cell: ({ confidence }) => formatPercent(confidence) },
      { title: "Predicted", cell: ({ predicted }) => page.name(predicted, 40) },
      { title: "True", cell: ({ label }) => page.name(label, 40) },
    ],
    { caption },
  );
}

function rankingTable(page: Page, ranking: readonly RankedUncertainty[], errors: number): HTMLElement {
  return table(
    page,
    ranking,
    [
      { title: "Uncertainty", cell: ({ measure }) => uncertaintyName(measure) },
      { title: "AUROC", numeric: true, cell: ({ auroc }) => formatEstimate(auroc) },
      {
        title: "More than all, by entropy",
        numeric: true,
        cell: ({ measure, difference }) => (measure === "entropy-total" ? "–" : formatEstimate(difference)),
      },
    ],
    { caption: `How well each ranks the ${formatCount(errors)} wrong predictions above the right ones` },
  );
}

function effectTable(page: Page, points: readonly MemberCountPoint[], isExhaustive: boolean): HTMLElement {
  return table(
    page,
    points,
    [
      { title: "Members", numeric: true, cell: ({ members }) => formatCount(members) },
      { title: "Subsets", numeric: true, cell: ({ subsets }) => formatCount(subsets) },
      { title: "Accuracy", numeric: true, cell: ({ accuracy }) => formatShare(accuracy) },
      { title: "Log loss", numeric: true, cell: ({ logLoss }) => formatEstimate(logLoss) },
      { title: "Brier", numeric: true, cell: ({ brier }) => formatEstimate(brier) },
      { title: "ECE", numeric: true, cell: ({ ece }) => formatEstimate(ece) },
      {
        title: "Share of the unknown",
        numeric: true,
        cell: ({ epistemicShare }) => (epistemicShare === null ? "–" : formatShare(epistemicShare)),
      },
    ],
    {
      caption: isExhaustive
        ? "By the number of members, over all subsets"
        : "By the number of members, over subsets drawn",
    },
  );
}

function memberTable(page: Page, { memberNames, alone, mean }: EnsembleReport): HTMLElement {
  const rows = [
    ...memberNames.map((name, m) => ({
      name,
      accuracy: alone.accuracy[m],
      confidence: alone.meanConfidence[m],
      logLoss: alone.logLoss[m],
      ece: alone.ece[m],
    })),
    {
      name: "the mean of all",
      accuracy: mean.accuracy.value,
      confidence: mean.meanConfidence.value,
      logLoss: mean.logLoss.value,
      ece: mean.ece.value,
    },
  ];
  return table(
    page,
    rows,
    [
      { title: "Member", cell: ({ name }) => page.name(name, 60) },
      { title: "Accuracy", numeric: true, cell: ({ accuracy }) => formatPercent(accuracy) },
      { title: "Confidence", numeric: true, cell: ({ confidence }) => formatPercent(confidence) },
      { title: "Log loss", numeric: true, cell: ({ logLoss }) => formatNumber(logLoss) },
      { title: "ECE", numeric: true, cell: ({ ece }) => formatNumber(ece) },
    ],
    { caption: "Each member alone, and their mean" },
  );
}

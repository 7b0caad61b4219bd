import type {
  EnsembleReport,
  Estimate,
  RankedUncertainty,
  ReportDocument,
  UncertainRow,
  UncertaintyGroup,
} from "@candor/core";
import { formatCount, formatInterval, formatNumber, formatPercent, uncertaintyName } from "@candor/pages";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const nameColumns = 28;
/** Leaves room for what is said of a group. */
const groupColumns = 20;
const shownRows = 5;
const shownGroups = 6;
const shownMeasures = new Set<RankedUncertainty["measure"]>([
  "entropy-total",
  "entropy-aleatoric",
  "entropy-epistemic",
  "variance-epistemic",
  "disagreement",
]);

/** A number with its interval. */
export function ensembleRow(name: string, estimate: Estimate, digits = 4, remark = ""): string {
  const interval = formatInterval(estimate, digits);
  const note = remark === "" ? "" : `  ${remark}`;
  return `  ${padEnd(name, nameColumns)}${padStart(formatNumber(estimate.value, digits), 9)}  ${padEnd(interval, 18)}${note}`;
}

/** A share with its interval, in per cent. */
export function ensembleShareRow(name: string, estimate: Estimate): string {
  const interval = formatInterval({ lower: 100 * estimate.lower, upper: 100 * estimate.upper }, 1);
  return `  ${padEnd(name, nameColumns)}${padStart(formatPercent(estimate.value), 9)}  ${interval}`;
}

/** Where the uncertainty of an ensemble comes from: nothing where there were no members. */
export function ensembleLines({ ensemble }: ReportDocument, pen: Pen): string[] {
  if (ensemble === undefined) return [];
  const { entropy, variance, disagreement, fewMembers, ranking } = ensemble;
  return [
    ...heading(pen, "Members", `${formatCount(ensemble.members)} members: noise and unknown`),
    ...sentenceLines(ensemble.sentences, pen),
    "",
    pen.style("dim", `  ${padEnd("by entropy, nats per row", nameColumns)}`),
    ensembleRow("All uncertainty", entropy.total),
    ensembleRow("  noise", entropy.aleatoric),
    ensembleRow("  unknown", entropy.epistemic),
    ensembleRow("  unknown, for few members", fewMembers),
    ensembleShareRow("  unknown, share", entropy.epistemicShare),
    pen.style("dim", `  ${padEnd("by variance, over classes", nameColumns)}`),
    ensembleRow("All uncertainty", variance.total),
    ensembleRow("  noise", variance.aleatoric),
    ensembleRow("  unknown", variance.epistemic),
    ensembleShareRow("  unknown, share", variance.epistemicShare),
    ensembleRow("Two members disagree", disagreement.pairwise),
    ensembleRow("Divergence of two members", disagreement.pairwiseKl),
    ...(ranking.length === 0
      ? []
      : [
          pen.style("dim", `  how well each ranks the ${formatCount(ensemble.errors)} wrong predictions (AUROC)`),
          ...ranking
            .filter(({ measure }) => shownMeasures.has(measure))
            .map(({ measure, auroc }) => ensembleRow(uncertaintyName(measure), auroc, 3)),
        ]),
    ...effectLines(ensemble, pen),
    ...rowLines("Noisiest rows", ensemble.noisiest, pen),
    ...rowLines("Least known rows", ensemble.leastKnown, pen),
    ...uncertaintyGroupLines(ensemble.segments, pen),
  ];
}

/** Sentences, each as a paragraph. */
export function sentenceLines(sentences: readonly string[], pen: Pen): string[] {
  return sentences.flatMap((sentence) =>
    wrapText(safeName(sentence, 1000), pen.columns - 2).map((line) => `  ${line}`),
  );
}

function effectLines({ effect }: EnsembleReport, pen: Pen): string[] {
  if (effect === null) return [];
  const head = ["members", "accuracy", "log loss", "Brier", "ECE", "unknown"]
    .map((word) => padStart(word, 10))
    .join("");
  return [
    pen.style("dim", `${head}  mean of subsets`),
    ...effect.points.map(({ members, accuracy, logLoss, brier, ece, epistemicShare }) =>
      [
        String(members),
        formatPercent(accuracy.value),
        formatNumber(logLoss.value),
        formatNumber(brier.value),
        formatNumber(ece.value),
        epistemicShare === null ? "" : formatPercent(epistemicShare.value),
      ]
        .map((cell) => padStart(cell, 10))
        .join(""),
    ),
  ];
}

function rowLines(title: string, rows: readonly UncertainRow[], pen: Pen): string[] {
  if (rows.length === 0) return [];
  const names = Math.max(8, Math.floor((pen.columns - 52) / 2));
  return [
    pen.style(
      "dim",
      `  ${padEnd(title, 18)}${padStart("noise", 9)}${padStart("unknown", 9)}${padStart("against", 9)}  ${padEnd("predicted", names)} true`,
    ),
    ...rows
      .slice(0, shownRows)
      .map(
        (row) =>
          `  ${padEnd(`row ${formatCount(row.row)}`, 18)}${padStart(formatNumber(row.aleatoric, 3), 9)}${padStart(formatNumber(row.epistemic, 3), 9)}${padStart(formatPercent(row.against, 0), 9)}  ${padEnd(safeName(row.predicted, names), names)} ${safeName(row.label, names)}`,
      ),
  ];
}

/** Segments, those of which least is known first. */
export function uncertaintyGroupLines(groups: readonly UncertaintyGroup[], pen: Pen): string[] {
  if (groups.length === 0) return [];
  const columns = [...new Set(groups.map(({ by }) => by))];
  return columns.flatMap((by) => {
    const own = groups.filter((group) => group.by === by);
    const rest = own.length - shownGroups;
    return [
      pen.style(
        "dim",
        `  ${padEnd(`by ${safeName(by, groupColumns - 4)}`, groupColumns)}${padStart("rows", 9)}${padStart("noise", 9)}${padStart("unknown", 9)}${padStart("share", 9)}`,
      ),
      ...own
        .slice(0, shownGroups)
        .map(
          ({ name, n, aleatoric, epistemic, epistemicShare, isLacking }) =>
            `  ${padEnd(safeName(name, groupColumns - 1), groupColumns)}${padStart(formatCount(n), 9)}${padStart(figure(aleatoric?.value), 9)}${padStart(figure(epistemic.value), 9)}${padStart(epistemicShare === null ? "" : formatPercent(epistemicShare.value), 9)}${isLacking ? pen.style("bad", "  knowledge is lacking") : ""}`,
        ),
      ...(rest > 0 ? [pen.style("dim", `  and ${formatCount(rest)} more`)] : []),
    ];
  });
}

const figure = (x: number | undefined): string =>
  x === undefined ? "" : x < 100 ? formatNumber(x, 3) : formatNumber(x, 1);

import type { Decomposition, Estimate, ReportDocument, TestEstimate } from "@candor/core";
import { formatCount, formatEstimate, formatInterval, formatNumber, formatPercent, formatPValue } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import type { Pen } from "./pen.ts";

const nameColumns = 24;
const valueColumns = 9;
const intervalColumns = 18;

/** One number: name, value, interval, and what it means where there is room. */
function row(pen: Pen, name: string, value: string, interval: string, remark = ""): string {
  const note = remark === "" ? "" : pen.style("dim", `  ${remark}`);
  const field = remark === "" ? interval : padEnd(interval, intervalColumns);
  return `  ${padEnd(name, nameColumns)}${padStart(value, valueColumns)}  ${field}${note}`;
}

function estimateRow(pen: Pen, name: string, estimate: Estimate | null | undefined, remark?: string): string[] {
  if (estimate === null || estimate === undefined) return [];
  const [value = "", ...interval] = formatEstimate(estimate).split(" ");
  const approximate = estimate.interval === "approximate" ? " ≈" : "";
  return [row(pen, name, value, interval.join(" ") + approximate, remark)];
}

function shareRow(pen: Pen, name: string, estimate: Estimate | null, remark?: string): string[] {
  if (estimate === null) return [];
  const ends = formatInterval({ lower: estimate.lower * 100, upper: estimate.upper * 100 }, 1);
  return [row(pen, name, formatPercent(estimate.value), estimate.interval === "none" ? "" : ends, remark)];
}

function testRow(pen: Pen, name: string, test: Estimate | TestEstimate | null | undefined): string[] {
  if (test === null || test === undefined || !("pValue" in test)) return [];
  const z = test.z === undefined ? "" : `z = ${formatNumber(test.z, 2)}`;
  return [row(pen, name, formatPValue(test.pValue), z)];
}

/** The parts of a score; with several classes they are those of the top label, whose score is another number. */
function parts(pen: Pen, score: Estimate, decomposition: Decomposition | null): string[] {
  if (decomposition === null) return [];
  const { miscalibration, discrimination, uncertainty } = decomposition;
  const sum = miscalibration.value - discrimination.value + uncertainty.value;
  const [m, d, u] = [miscalibration, discrimination, uncertainty].map(({ value }) => formatNumber(value));
  const isSum = Math.abs(sum - score.value) <= 1e-6 * Math.abs(score.value);
  return [
    ...(isSum ? [] : [pen.style("dim", row(pen, "  of the top label", formatNumber(sum), ""))]),
    pen.style("dim", `    = ${m} miscalibration − ${d} discrimination + ${u} uncertainty`),
  ];
}

/** A threshold with three decimals, more where it would round to 1. */
function thresholdText(threshold: number): string {
  const digits = [3, 4, 5, 6].find((count) => Number(threshold.toFixed(count)) < 1);
  return digits === undefined ? formatNumber(Math.floor(threshold * 1e6) / 1e6, 6) : formatNumber(threshold, digits);
}

function points(share: number): string {
  return `${formatNumber(Math.abs(share) * 100, 1)} points`;
}

function accuracyRows(
  { accuracy, meanConfidence, task, baseRate, meanProbability }: ReportDocument,
  pen: Pen,
): string[] {
  const surplus = meanConfidence.value - accuracy.value;
  const remark = `${points(surplus)} too ${surplus > 0 ? "high" : "low"}`;
  const rate = (meanProbability?.value ?? 0) - (baseRate?.value ?? 0);
  return [
    ...shareRow(pen, "Accuracy", accuracy, task === "binary" ? "at a threshold of 0.5" : ""),
    ...shareRow(pen, "Mean confidence", meanConfidence, Math.abs(surplus) < 0.0005 ? "" : remark),
    ...shareRow(pen, "Positive rate", baseRate),
    ...shareRow(
      pen,
      "Mean probability",
      meanProbability,
      Math.abs(rate) < 0.0005 ? "" : `${points(rate)} too ${rate > 0 ? "high" : "low"}`,
    ),
  ];
}

function floorRow({ noiseFloor }: ReportDocument, pen: Pen): string {
  const { value, lower, upper, pValue } = noiseFloor;
  const range = `(${formatNumber(lower)}–${formatNumber(upper)})`;
  return row(pen, "  a perfect model shows", formatNumber(value), range, `this high: ${formatPValue(pValue)}`);
}

function moreLabels({ noiseFloor, metrics }: ReportDocument, pen: Pen): string[] {
  if (!(noiseFloor.moreLabels > 0)) return [];
  const wanted = formatNumber(noiseFloor.wantedWidth, 3);
  const width = formatNumber(metrics.ece.upper - metrics.ece.lower, 3);
  const labels = formatCount(noiseFloor.moreLabels);
  return [pen.style("dim", `    its interval is ${width} wide; ${wanted} would take ${labels} more labels`)];
}

/** The numbers behind the verdict, each with its interval. */
export function numberLines(document: ReportDocument, pen: Pen): string[] {
  const { metrics, decompositions, task } = document;
  return [
    ...accuracyRows(document, pen),
    "",
    ...heading(pen, "Calibration", "0 is perfect"),
    ...estimateRow(pen, "ECE", metrics.ece),
    floorRow(document, pen),
    ...moreLabels(document, pen),
    ...estimateRow(pen, "ECE, debiased", metrics.eceDebiased),
    ...estimateRow(pen, "ECE, equal-mass bins", metrics.eceEqualMass),
    ...estimateRow(pen, "Smooth ECE", metrics.smoothEce),
    ...estimateRow(pen, "Classwise ECE", task === "multiclass" ? metrics.classwiseEce : null),
    ...estimateRow(pen, "Largest gap of a bin", metrics.mce),
    ...testRow(pen, "Slope-intercept test", metrics["calibrationScoreTest"]),
    ...testRow(pen, "Spiegelhalter's test", metrics.spiegelhalter),
    ...testRow(pen, "Kolmogorov–Smirnov test", metrics.ks),
    "",
    ...heading(pen, "Scores", "lower is better"),
    ...estimateRow(pen, "Brier", metrics.brier),
    ...parts(pen, metrics.brier, decompositions.brierCorp),
    ...estimateRow(pen, "Log loss", metrics.logLoss),
    ...parts(pen, metrics.logLoss, decompositions.logLossCorp),
    "",
    ...rankingRows(document, pen),
  ];
}

/** The numbers behind a score that is no probability: how often the prediction is right, and how well the score ranks. */
export function rankingOnlyLines(document: ReportDocument, pen: Pen): string[] {
  return [...shareRow(pen, "Accuracy", document.accuracy), "", ...rankingRows(document, pen)];
}

function rankingRows(document: ReportDocument, pen: Pen): string[] {
  const { metrics, task } = document;
  return [
    ...heading(pen, "Ranking", "can the sure ones be told from the unsure ones?"),
    ...estimateRow(pen, "AUROC", metrics.auroc, task === "binary" ? "positives above others" : "right above wrong"),
    ...estimateRow(pen, "AURC", metrics.aurc, "lower is better"),
    ...coverageRows(document, pen),
  ];
}

/** What is wrong among the most confident: the nearest points of the risk-coverage curve to a half and 80 %. */
function coverageRows({ riskCoverage, verdict, score }: ReportDocument, pen: Pen): string[] {
  const onlyRanks = verdict.status === "not-a-probability" && score !== undefined;
  const what = onlyRanks ? `${score.name} in [0, 1]` : "confidence";
  return [0.5, 0.8].flatMap((wanted) => {
    const nearest = riskCoverage.reduce<(typeof riskCoverage)[number] | undefined>(
      (best, point) =>
        best === undefined || Math.abs(point.coverage - wanted) < Math.abs(best.coverage - wanted) ? point : best,
      undefined,
    );
    if (nearest === undefined || Math.abs(nearest.coverage - wanted) > 0.02) return [];
    const { coverage, risk, lower, upper, threshold } = nearest;
    const ends = formatInterval({ lower: lower * 100, upper: upper * 100 }, 1);
    const name = `Wrong in surest ${formatPercent(coverage, 0)}`;
    return [row(pen, name, formatPercent(risk), ends, `${what} ≥ ${thresholdText(threshold)}`)];
  });
}

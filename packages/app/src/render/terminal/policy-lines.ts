import {
  type CapacityPoint,
  certificateSentence,
  type Estimate,
  objectiveWords,
  type PolicyDocument,
  type PolicyPoint,
  thresholdText,
} from "@candor/core";
import { formatCount, formatInterval, formatPercent } from "@candor/pages";
import {
  costDigits,
  costEstimate,
  costText,
  demandWords,
  leastCostSentence,
  missingLabelsText,
  scoreText,
  shareEstimate,
  shareText,
  thresholdWords,
} from "../policy-words.ts";
import { displayWidth, fitMiddle, padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const nameColumns = 24;
const segmentsShown = 12;

/** Text in lines behind two spaces. */
export function indented(text: string, pen: Pen, limit = 600): string[] {
  return wrapText(safeName(text, limit), pen.columns - 2).map((line) => `  ${line}`);
}

/** The objective and what is done when. */
export function ruleLines(document: PolicyDocument, pen: Pen): string[] {
  const { rule, objective, thresholds } = document;
  const words = safeName(objectiveWords(objective), 400);
  const demand = demandWords(document);
  const head = [
    ...(displayWidth(words) <= pen.columns - 6
      ? heading(pen, "Rule", words)
      : [...heading(pen, "Rule"), ...indented(words, pen).map((line) => pen.style("dim", line))]),
    ...(demand === undefined ? [] : indented(demand, pen)),
  ];
  if (rule.kind === "least-cost") return [...head, ...indented(leastCostSentence(document), pen)];
  const regions = thresholdWords(thresholds, scoreText(rule.on));
  const of = rule.on === "positive" ? ` of "${safeName(document.classNames[1] ?? "1", 24)}"` : "";
  const lines = regions.map(({ decision, when }) => `  ${padEnd(decision, 9)}${pen.style("bold", when)}`);
  if (rule.kind === "threshold")
    return [...head, ...(of === "" ? [] : [pen.style("dim", `  by probability${of}`)]), ...lines];
  const by = rule.columns.map((name) => safeName(name, 24)).join(" × ");
  const shown = rule.segments.slice(0, segmentsShown).map(({ values, thresholds: at }) => ({
    name: values.map((value) => safeName(value, 40)).join(" × "),
    text: thresholdWords(at, scoreText(rule.on))
      .filter(({ when }) => when !== "never" && when !== "otherwise")
      .map(({ decision, when }) => `${decision}: ${when}`)
      .join("; "),
  }));
  const room = pen.columns - 4 - Math.max(0, ...shown.map(({ text }) => displayWidth(text)));
  const width = Math.min(room, Math.max(nameColumns - 2, ...shown.map(({ name }) => displayWidth(name))));
  const own = shown.map(({ name, text }) => `  ${padEnd(fitMiddle(name, width), width)}  ${text}`);
  const rest = rule.segments.length - own.length;
  return [
    ...head,
    pen.style("dim", `  by ${by}`),
    ...own,
    ...(rest > 0 ? [pen.style("dim", `  and ${formatCount(rest)} more`)] : []),
    pen.style("dim", "  any other segment"),
    ...lines,
  ];
}

function row(name: string, { value, interval }: { readonly value: string; readonly interval: string }): string {
  return `  ${padEnd(name, nameColumns)}${padStart(value, 9)}  ${interval}`;
}

/** What is to be expected, with intervals. */
export function expectedLines({ expected, rule }: PolicyDocument, pen: Pen): string[] {
  if (expected === null) return [];
  const { coverage, error, cost, reviewVolume, abstention, recall } = expected;
  const isPositive = rule.kind !== "least-cost" && rule.on === "positive";
  const precision = isPositive && error !== null ? flipped(error) : null;
  return [
    ...heading(pen, "Expected", "share of rows, with intervals"),
    row("Acted on", shareEstimate(coverage)),
    ...(error === null
      ? []
      : [row(isPositive ? "  negatives among those" : "  wrong among those", shareEstimate(error))]),
    ...(precision === null ? [] : [row("Precision", shareEstimate(precision))]),
    ...(recall === null ? [] : [row("Recall", shareEstimate(recall))]),
    row("Reviewed", shareEstimate(reviewVolume)),
    ...(abstention.value === 0 ? [] : [row("Abstained from", shareEstimate(abstention))]),
    ...(cost === null ? [] : [row("Cost per row", costEstimate(cost))]),
  ];
}

/** One minus a share. */
function flipped(estimate: Estimate): Estimate {
  return { ...estimate, value: 1 - estimate.value, lower: 1 - estimate.upper, upper: 1 - estimate.lower };
}

/** The proof, or why there is none. */
export function certificateLines({ certificate, missingLabels }: PolicyDocument, pen: Pen): string[] {
  if (certificate === null) return [];
  const { maxError, sure, certified, method, seed, dataHash, assumptions } = certificate;
  const { signs } = pen;
  const title = `at most ${shareText(maxError)} wrong among rows acted on, ${shareText(sure)} sure`;
  const missing = missingLabelsText(missingLabels);
  return [
    ...heading(pen, certified ? "Certificate" : "No certificate", title),
    ...indented(certificateSentence(certificate), pen),
    ...(missing === "" ? [] : indented(`Missing: ${missing}.`, pen)),
    ...(certified ? assumptions : []).flatMap((text, i) =>
      wrapText(safeName(text, 300), pen.columns - 13).map((line, j) =>
        pen.style("dim", `  ${i === 0 && j === 0 ? "holds if " : "         "}${j === 0 ? signs.bullet : " "} ${line}`),
      ),
    ),
    pen.style("dim", `  ${safeName(method, 40)}, seed ${seed}, data ${dataHash.slice(0, 19)}`),
  ];
}

const columnWidth = 10;

function cells(texts: readonly string[]): string {
  return texts.map((text) => padStart(text, columnWidth)).join("");
}

const comparedColumns = [9, 8, 9, 8] as const;

/** What other ways of deciding would mean. */
export function alternativeLines({ alternatives, expected }: PolicyDocument, pen: Pen): string[] {
  if (alternatives.length === 0 || expected === null) return [];
  const outcomes = [expected, ...alternatives.map((alternative) => alternative.expected)];
  const digits = costDigits(outcomes.flatMap(({ cost }) => (cost === null ? [] : [cost.value])));
  const hasCost = outcomes.some(({ cost }) => cost !== null);
  const compared = (texts: readonly string[]) =>
    texts.map((text, i) => padStart(text, comparedColumns[i] ?? 8)).join("");
  const line = (name: string, { coverage, error, reviewVolume, cost }: typeof expected, saving: Estimate | null) => {
    const saved = saving === null ? undefined : costEstimate(saving, digits);
    return `  ${padEnd(safeName(name, 18), 18)}${compared([
      formatPercent(coverage.value),
      error === null ? "none" : formatPercent(error.value),
      formatPercent(reviewVolume.value),
      ...(cost === null ? [] : [costText(cost.value, digits)]),
    ])}${saving === null || saved === undefined ? "" : ` ${saving.value > 0 ? "+" : ""}${saved.value} ${saved.interval}`}`;
  };
  return [
    ...heading(pen, "Compared", hasCost ? "saved: what the policy saves per row, with interval" : ""),
    pen.style(
      "dim",
      `${" ".repeat(20)}${compared(["acted on", "wrong", "reviewed", ...(hasCost ? ["cost"] : [])])}${hasCost ? " saved" : ""}`,
    ),
    pen.style("bold", line("this policy", expected, null)),
    ...alternatives.map(({ name, expected: other, saving }) => line(name, other, saving)),
  ];
}

/** How each segment fares under the policy. */
export function segmentLines({ perSegment, certificate }: PolicyDocument, pen: Pen): string[] {
  if (perSegment.length === 0) return [];
  const order = perSegment.toSorted((a, b) => b.n - a.n);
  const by = [...new Set(order.map((segment) => safeName(segment.by, 30)))].join(", ");
  const rows = order.slice(0, segmentsShown).map(({ name, n, expected, certificate: own, missingLabels }) => {
    const { coverage, error, reviewVolume } = expected;
    const proof =
      own === null
        ? ""
        : own.certified
          ? `  ${pen.style("good", `acting on ${formatPercent(own.coverage)}`)}`
          : `  ${pen.style("doubt", missingLabels === null ? "no" : `no, ${formatCount(missingLabels)} short`)}`;
    return `  ${padEnd(fitMiddle(safeName(name, 200), 18), 18)}${cells([
      formatCount(n),
      formatPercent(coverage.value),
      error === null ? "none" : formatPercent(error.value),
      formatPercent(reviewVolume.value),
    ])}${proof}`;
  });
  return [
    ...heading(
      pen,
      "Segments",
      certificate === null ? "" : "certified apart, each from a threshold of its own, together as sure",
    ),
    pen.style(
      "dim",
      `  ${padEnd(`by ${by}`, 18)}${cells(["rows", "acted on", "wrong", "reviewed"])}${certificate === null ? "" : "  certified"}`,
    ),
    ...rows,
    ...(order.length > segmentsShown
      ? [pen.style("dim", `  and ${formatCount(order.length - segmentsShown)} more: --html or --json`)]
      : []),
  ];
}

/** Nine of many, the first, the last and the marked one among them. */
function nine<Point>(points: readonly Point[], isMarked: (point: Point) => boolean): Point[] {
  const step = Math.max(1, (points.length - 1) / 8);
  const chosen = new Set(Array.from({ length: 9 }, (_, i) => Math.min(points.length - 1, Math.round(i * step))));
  return points.filter((point, i) => chosen.has(i) || isMarked(point));
}

/** What another capacity would bring. */
export function capacityLines({ capacityCurve, capacity }: PolicyDocument, pen: Pen): string[] {
  if (capacity === null || capacityCurve.length === 0) return [];
  const isNow = ({ reviews }: CapacityPoint) => reviews === capacity.reviews;
  const hasCost = capacityCurve.some(({ cost }) => cost !== null);
  const digits = costDigits(capacityCurve.map(({ cost }) => cost ?? 0));
  const rows = nine(capacityCurve, isNow).map((point) => {
    const { reviews, coverage, error, cost, thresholds } = point;
    const line = `  ${padStart(formatCount(reviews), 10)}${cells([
      thresholds.act === null ? "never" : thresholdText(thresholds.act),
      formatPercent(coverage),
      error === null ? "none" : formatPercent(error),
      ...(hasCost ? [cost === null ? "" : costText(cost, digits)] : []),
    ])}${isNow(point) ? `  ${pen.signs.point} now` : ""}`;
    return isNow(point) ? pen.style("bold", line) : line;
  });
  return [
    ...heading(pen, "Capacity", `reviews a ${safeName(capacity.period, 30)}, of ${formatCount(capacity.volume)} rows`),
    pen.style(
      "dim",
      `  ${padStart("reviews", 10)}${cells(["act from", "acted on", "wrong", ...(hasCost ? ["cost"] : [])])}`,
    ),
    ...rows,
  ];
}

const STEPS = [0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** A few thresholds and what they would mean. */
export function curveLines({ curve, rule }: PolicyDocument, pen: Pen): string[] {
  const chosen = new Set<PolicyPoint>();
  for (const step of STEPS) {
    const point = curve.find(({ coverage }) => coverage >= step - 1e-9);
    if (point !== undefined) chosen.add(point);
  }
  if (chosen.size < 2 || rule.kind === "least-cost") return [];
  const isPositive = rule.on === "positive";
  const hasCost = curve.some(({ cost }) => cost !== null);
  const digits = costDigits(curve.map(({ cost }) => cost ?? 0));
  const rows = [...chosen].map(({ threshold, coverage, error, errorLower, errorUpper, cost, precision, recall }) => {
    const [value, lower, upper] =
      isPositive && precision !== null ? [precision, 1 - errorUpper, 1 - errorLower] : [error, errorLower, errorUpper];
    return `  ${padStart(thresholdText(threshold), 10)}${cells([
      formatPercent(coverage),
      ...(isPositive ? [recall === null ? "" : formatPercent(recall)] : []),
      formatPercent(value),
    ])} ${padEnd(formatInterval({ lower: lower * 100, upper: upper * 100 }, 1), 15)}${hasCost && cost !== null ? padStart(costText(cost, digits), columnWidth) : ""}`;
  });
  return [
    ...heading(pen, "Other thresholds"),
    pen.style(
      "dim",
      `  ${padStart("act from", 10)}${cells(["acted on", ...(isPositive ? ["recall", "precision"] : ["wrong"])])}${hasCost ? padStart("cost", 16 + columnWidth) : ""}`,
    ),
    ...rows,
  ];
}

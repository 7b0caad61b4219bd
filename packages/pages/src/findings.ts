import type {
  BandPoint,
  CurvePoint,
  Estimate,
  GroupReport,
  Histogram,
  Reliability,
  ReliabilityBin,
  RiskCoveragePoint,
} from "@candor/core";
import { groupFlag } from "@candor/plots";
import { formatCount, formatEstimate, formatName, formatNumber, formatPercent } from "./words/format.ts";

function outcomeWord(axis: Reliability["axis"]): string {
  return axis === "probability" ? "positive" : "correct";
}

/**
 * What the binned diagram shows: bins that leave the diagonal by more than chance, and the one that adds most to the ECE.
 *
 * @param reliability of the report
 */
export function binnedFinding({ axis, bins }: Pick<Reliability, "axis" | "bins">): string {
  const outcome = outcomeWord(axis);
  const below = bins.filter((bin) => bin.observedUpper < bin.meanConfidence);
  const above = bins.filter((bin) => bin.observedLower > bin.meanConfidence);
  const clear = [...below, ...above];
  if (bins.length === 0) return "There are no bins to show.";
  if (clear.length === 0)
    return bins.length === 1
      ? "The interval of the one bin contains what the model stated."
      : `In all ${bins.length} bins the interval contains what the model stated.`;
  const part = (bin: ReliabilityBin) => bin.share * Math.abs(bin.observed - bin.meanConfidence);
  const worst = clear.reduce((a, b) => (part(b) > part(a) ? b : a));
  const counts = [
    below.length > 0 ? `in ${below.length} of ${bins.length} bins fewer were ${outcome} than stated` : "",
    above.length > 0 ? `in ${above.length} of ${bins.length} bins more were ${outcome} than stated` : "",
  ].filter((part) => part !== "");
  const sentence = `${counts.join("; ")}, beyond the interval.`;
  return (
    `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)} Most of the ECE: stated ${formatNumber(worst.meanConfidence, 3)}, ` +
    `${outcome} ${formatNumber(worst.observed, 3)} (${formatCount(worst.count)} rows).`
  );
}

function stretches(points: readonly BandPoint[], inside: (point: BandPoint) => boolean): string[] {
  const found: { from: number; to: number }[] = [];
  let open: { from: number; to: number } | undefined;
  for (const point of points) {
    if (!inside(point)) open = undefined;
    else if (open === undefined) {
      open = { from: point.x, to: point.x };
      found.push(open);
    } else open.to = point.x;
  }
  return found
    .filter(({ from, to }) => to - from >= 0.02)
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, 2)
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to }) => `${formatNumber(from, 2)} to ${formatNumber(to, 2)}`);
}

function sides(high: readonly string[], low: readonly string[], otherwise: string): string {
  const parts = [
    high.length > 0 ? `too high from ${high.join(" and from ")}` : "",
    low.length > 0 ? `too low from ${low.join(" and from ")}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? otherwise : `Scores are ${parts.join("; ")}, beyond the band.`;
}

/**
 * Where the smooth curve leaves the diagonal by more than its band.
 *
 * @param points the `smooth` of a reliability
 */
export function smoothFinding(points: readonly BandPoint[]): string {
  return sides(
    stretches(points, ({ x, upper }) => upper < x),
    stretches(points, ({ x, lower }) => lower > x),
    "The band contains the diagonal nearly everywhere.",
  );
}

/**
 * Where the isotonic line leaves the band in which a calibrated model would stay.
 *
 * @param points the `corp` of a reliability
 */
export function corpFinding(points: readonly BandPoint[]): string {
  return sides(
    stretches(points, ({ y, lower }) => y < lower),
    stretches(points, ({ y, upper }) => y > upper),
    "The line stays nearly everywhere within the band of a calibrated model.",
  );
}

/**
 * Where most scores lie, and how often they were right there.
 *
 * @param histogram of the report
 * @param axis what the scores are
 */
export function histogramFinding(histogram: Histogram, axis: Reliability["axis"]): string {
  const share = Math.max(...histogram.shares);
  const at = histogram.shares.indexOf(share);
  const [from, to, observed] = [histogram.edges[at], histogram.edges[at + 1], histogram.observed[at]];
  if (from === undefined || to === undefined) return "There are no scores to show.";
  const outcome = observed == null ? "" : `; ${formatPercent(observed)} of them were ${outcomeWord(axis)}`;
  return `${formatPercent(share)} of all scores lie between ${formatNumber(from, 2)} and ${formatNumber(to, 2)}${outcome}.`;
}

/**
 * How the share wrong falls when fewer rows are acted on.
 *
 * @param points the `riskCoverage` of a report
 */
export function riskCoverageFinding(points: readonly RiskCoveragePoint[]): string {
  const at = (coverage: number) => points.find((point) => point.coverage >= coverage - 1e-12);
  const [all, most, half] = [points.at(-1), at(0.8), at(0.5)];
  if (all === undefined || most === undefined || half === undefined) return "There are no points to show.";
  return (
    `Acting on every row, ${formatPercent(all.risk)} are wrong; on the most confident ${formatPercent(most.coverage, 0)}, ` +
    `${formatPercent(most.risk)}; on the most confident ${formatPercent(half.coverage, 0)}, ${formatPercent(half.risk)}.`
  );
}

/**
 * What the area under the ROC curve means.
 *
 * @param auroc of the report
 * @param target what ranks high
 */
export function rocFinding(auroc: Estimate | null, target: "positive" | "correct"): string {
  if (auroc === null) return "Only one outcome occurs, so there is no ranking to judge.";
  const pair = target === "positive" ? ["positive", "negative"] : ["correct", "wrong"];
  return (
    `In ${formatPercent(auroc.value)} of pairs the ${pair[0]} row scores above the ${pair[1]} one: ` +
    `AUROC ${formatEstimate(auroc)}.`
  );
}

/**
 * Precision where half and nine tenths of the targets are found.
 *
 * @param points the `precisionRecall` of a report
 */
export function precisionRecallFinding(points: readonly CurvePoint[]): string {
  const [half, most] = [points.find(({ x }) => x >= 0.5), points.find(({ x }) => x >= 0.9)];
  if (half === undefined || most === undefined) return "There are no points to show.";
  return (
    `Finding ${formatPercent(half.x, 0)} of the targets, ${formatPercent(half.y)} of the rows taken are right; ` +
    `finding ${formatPercent(most.x, 0)}, ${formatPercent(most.y)}.`
  );
}

/**
 * How many groups are flagged, and which first.
 *
 * @param groups of one kind, the strongest evidence first
 * @param noun what a group is, in the plural
 */
export function groupsFinding(groups: readonly GroupReport[], noun: string): string {
  const flagged = groups.filter((group) => group.flagged);
  const total = `${formatCount(groups.length)} ${noun}`;
  if (flagged.length === 0)
    return `None of ${total} shows miscalibration once the number looked at is taken into account.`;
  const named = flagged.slice(0, 3).map((group) => {
    const points = formatNumber(Math.abs(group.gap.value) * 100, 1);
    return `\u2068${formatName(group.name, 40)}\u2069 (${groupFlag(group).words}, gap ${points} points)`;
  });
  const more = flagged.length > 3 ? ` and ${formatCount(flagged.length - 3)} more` : "";
  return `${formatCount(flagged.length)} of ${total} flagged at a false discovery rate of 5 %: ${named.join(", ")}${more}.`;
}

/**
 * The range of the ECE over time and what stands out.
 *
 * @param groups the `overTime` of a report, in order
 */
export function overTimeFinding(groups: readonly GroupReport[]): string {
  const values = groups.map(({ ece }) => ece.value).filter(Number.isFinite);
  const last = groups.at(-1);
  if (last === undefined || values.length === 0) return "There are no stretches to show.";
  const flagged = groups.filter((group) => group.flagged).length;
  return (
    `The ECE runs from ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))} and ends at ` +
    `${formatNumber(last.ece.value)}; ${formatCount(flagged)} of ${formatCount(groups.length)} stretches flagged.`
  );
}

/**
 * Which way the latest stretch of time errs, and how the stretches before it did.
 *
 * @param groups the `overTime` of a report, in order
 */
export function gapOverTimeFinding(groups: readonly GroupReport[]): string {
  const last = groups.at(-1);
  if (last === undefined) return "There are no stretches to show.";
  const points = `${formatNumber(Math.abs(last.gap.value) * 100, 1)} points`;
  const over = groups.filter(({ gap }) => gap.lower > 0).length;
  const under = groups.filter(({ gap }) => gap.upper < 0).length;
  return (
    `The latest stretch promises ${points} ${last.gap.value < 0 ? "less" : "more"} than came true. Beyond its interval ` +
    `the gap is above zero in ${formatCount(over)} and below in ${formatCount(under)} of ${formatCount(groups.length)}.`
  );
}

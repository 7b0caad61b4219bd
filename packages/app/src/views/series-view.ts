import { type CalibrationSummary, calibrationSummary, type Spec } from "@candor/core";
import type { CellQuery, CellTable, Stream } from "../store/event-store.ts";
import { confidenceQuantiles } from "./confidence-quantiles.ts";
import { type CellGrouping, groupCells } from "./group-cells.ts";
import { isMature } from "./maturity.ts";
import { type Measured, measured } from "./measured.ts";
import { type StretchEvidence, seriesEvidence } from "./series-evidence.ts";
import { eachStretch, type GroupedSums, streamAt, totalOf } from "./table-groups.ts";
import { uncoveredReason } from "./uncovered.ts";

export type SeriesBucket = "hour" | "day" | "week";

/** Numbers of a point that can be asked for. */
export const seriesMetrics = [
  "served",
  "quantiles",
  "decisions",
  "uncertified",
  "accuracy",
  "meanConfidence",
  "gap",
  "slope",
  "ece",
  "noiseFloor",
  "brier",
  "evidence",
] as const;

export type SeriesMetric = (typeof seriesMetrics)[number];

/** Those that need more of the store than bins; evidence needs every cell. */
const fineMetrics: readonly SeriesMetric[] = ["quantiles", "slope", "evidence"];

/** What a point has where nothing else is asked for: all that takes no more than bins. */
export const usualMetrics: readonly SeriesMetric[] = seriesMetrics.filter((metric) => !fineMetrics.includes(metric));

/** Shares of all predictions of a stretch; `none`: without a decision. They add up to 1. */
export interface DecisionShares {
  readonly act: number;
  readonly review: number;
  readonly abstain: number;
  readonly none: number;
}

/** Some quantiles of the confidence of all predictions that have one, each within the width of a group (1/60, less near 0 and 1). */
export interface ConfidenceQuantiles {
  readonly p05: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/**
 * One stream in one stretch of time, with the metrics that were asked for. Stretches without predictions are left out.
 *
 * Where outcomes are still to come, nothing is estimated from those that came first: they are not like the others.
 */
export interface SeriesPoint {
  /** Milliseconds since 1970; `end` is not included. */
  readonly start: number;
  readonly end: number;
  /** All predictions, and those with an outcome so far. */
  readonly predictions: number;
  readonly labelled: number;
  /** `labelled` over `predictions`, in [0, 1]. */
  readonly maturity: number;
  /** Whether the outcomes of all its predictions can be expected to be in, because they are old enough or all there. */
  readonly mature: boolean;
  readonly withoutConfidence: number;
  /** Share of all predictions whose decision does not rest on a calibrator and policy of this version, in [0, 1]. */
  readonly uncertified?: number;
  readonly decisions?: DecisionShares;
  /** Mean confidence of all predictions that have one, labelled or not; for binary streams the mean probability. */
  readonly served?: number | null;
  readonly quantiles?: ConfidenceQuantiles | null;
  /** Share of labelled predictions that were right; binary: on the right side of 0.5. */
  readonly accuracy?: Measured;
  /** Of the labelled predictions; binary: of max(p, 1 − p). */
  readonly meanConfidence?: Measured;
  /** Calibration in the large: mean probability minus share of outcomes that were 1. Positive is over-confident. */
  readonly gap?: Measured;
  /** Of the logistic recalibration: 1 is right, below 1 too extreme, above 1 too timid. */
  readonly slope?: Measured;
  /** Calibration error without its upward bias, in [0, 1]. */
  readonly ece?: Measured;
  /** Calibration error that a perfect model would show before the bias is taken off; null without labels. */
  readonly noiseFloor?: number | null;
  readonly brier?: Measured;
  /** Null where outcomes are still to come, and where there are none. */
  readonly evidence?: StretchEvidence | null;
  /** Shares of the confidences of all predictions in `histogramBins` equal bins (lo, hi]; only where asked for. */
  readonly histogram?: readonly number[];
}

/** The points of one stream, oldest first. */
export interface SeriesOfStream {
  readonly stream: Stream;
  readonly points: readonly SeriesPoint[];
}

/** How streams went over time. */
export interface SeriesView {
  /** Everything acknowledged before this moment is in; milliseconds since 1970. Always the first in JSON. */
  readonly asOf: number;
  readonly schema: "candor.series/1";
  readonly bucket: SeriesBucket;
  /** Of all intervals. */
  readonly level: number;
  /** What the numbers of all points are, and what their intervals rest on. */
  readonly specs: Readonly<
    Record<"accuracy" | "meanConfidence" | "gap" | "slope" | "ece" | "noiseFloor" | "brier" | "evidence", Spec>
  >;
  readonly series: readonly SeriesOfStream[];
}

/** What a series is made of. */
export interface SeriesInput {
  /** What `seriesQuery` asks the store for. */
  readonly table: CellTable;
  readonly bucket: SeriesBucket;
  /** Milliseconds since 1970: what is mature is decided by it. */
  readonly now: number;
  readonly maturityHours: number;
  /** Of the calibration error; must divide 60. Default 15. */
  readonly bins?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Bins of a histogram per point; must divide 60. Default: none. */
  readonly histogramBins?: number;
  /** Default `usualMetrics`. */
  readonly metrics?: readonly SeriesMetric[];
  /** Estimates from the outcomes so far too, where others are still to come. Default false. */
  readonly immature?: boolean;
}

/** What of a series decides which groups it is made of. */
type SeriesGroups = Pick<SeriesInput, "bins" | "histogramBins" | "metrics">;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Length of a stretch in milliseconds, and the start of the one that a moment lies in (UTC; weeks start on Monday). */
const stretches: Readonly<Record<SeriesBucket, { length: number; startOf: (time: number) => number }>> = {
  hour: { length: HOUR, startOf: (time) => time },
  day: { length: DAY, startOf: (time) => time },
  week: { length: 7 * DAY, startOf: (time) => (Math.floor((time / DAY + 3) / 7) * 7 - 3) * DAY },
};

/** What to ask the store for, so that `seriesView` can make a series of it with the same options. */
export function seriesQuery(
  filter: Omit<CellQuery, "bucket" | "groups">,
  { bucket, ...groups }: Pick<SeriesInput, "bucket"> & SeriesGroups,
): CellQuery {
  const query = { ...filter, bucket: bucket === "week" ? ("day" as const) : bucket };
  return needsCells(groups) ? query : { ...query, groups: groupingOf(groups).groups };
}

function needsCells({ metrics = usualMetrics }: SeriesGroups): boolean {
  return metrics.includes("evidence");
}

function groupingOf({ bins = 15, histogramBins, metrics = usualMetrics }: SeriesGroups): CellGrouping {
  const fine = metrics.some((metric) => fineMetrics.includes(metric));
  return groupCells({ bins, fine, ...(histogramBins === undefined ? {} : { histogramBins }) });
}

/**
 * The series of every stream of a table.
 *
 * All numbers are closed forms of a few sums per point; `ece` has the interval of `debiasedCalibrationError`, which tests
 * along a path of hypotheses, without resamples.
 *
 * @throws {InputError} `incompatible` for bins that do not divide 60, `out-of-range` for a level outside (0, 1)
 */
export function seriesView(input: SeriesInput): SeriesView {
  const { table, bucket, bins = 15, level = 0.95 } = input;
  const grouping = groupingOf(input);
  const { startOf } = stretches[bucket];
  const points = table.streams.map((): SeriesPoint[] => []);
  const tested = table.streams.map(() => new Set<number>());
  const whole = needsCells(input);
  const groups = whole ? { ...table, cell: table.cell.map((cell) => grouping.groups[cell] ?? 0) } : table;
  eachStretch(groups, grouping.size, startOf, (sums) => {
    const point = pointOf(sums, streamAt(table, sums.stream).task === "binary", grouping, input);
    points[sums.stream]?.push(point);
    if (whole && point.mature && uncoveredReason(sums) === undefined) tested[sums.stream]?.add(sums.start);
  });
  const evidence = whole ? seriesEvidence(table, startOf, tested) : undefined;
  return {
    asOf: table.asOf,
    schema: "candor.series/1",
    bucket,
    level,
    specs: specsOf(bins),
    series: table.streams.map((stream, s) => ({ stream, points: withEvidence(points[s] ?? [], evidence?.[s]) })),
  };
}

function withEvidence(
  points: readonly SeriesPoint[],
  evidence: ReadonlyMap<number, StretchEvidence> | undefined,
): readonly SeriesPoint[] {
  if (!evidence) return points;
  return points.map((point) => ({ ...point, evidence: evidence.get(point.start) ?? null }));
}

function pointOf(
  sums: GroupedSums,
  isBinary: boolean,
  grouping: CellGrouping,
  { bucket, now, maturityHours, level, metrics = usualMetrics, immature = false, histogramBins }: SeriesInput,
): SeriesPoint {
  const { start, labelled, labelledWithout, traffic } = sums;
  const end = start + stretches[bucket].length;
  const predictions = totalOf(traffic.predictions);
  const withoutConfidence = traffic.predictions[grouping.size] ?? 0;
  const withConfidence = predictions - withoutConfidence;
  const n = totalOf(labelled.count);
  const known = n + labelledWithout;
  const mature = isMature(end, now, maturityHours) || (predictions > 0 && known >= predictions);
  const wants = (metric: SeriesMetric): boolean => metrics.includes(metric);
  const share = (values: Float64Array): number => (predictions > 0 ? totalOf(values) / predictions : 0);
  const summary = (): CalibrationSummary | string => {
    if (!mature && !immature) return `outcomes are still to come: ${known} of ${predictions} so far`;
    if (!(totalOf(labelled.weight) > 0)) return "no outcomes yet";
    return uncoveredReason(sums) ?? calibrationSummary(labelled, grouping, level, { slope: wants("slope") });
  };
  const decisions = (): DecisionShares => {
    const [act, review, abstain] = [share(traffic.act), share(traffic.review), share(traffic.abstain)];
    return { act, review, abstain, none: Math.max(0, 1 - act - review - abstain) };
  };
  return {
    start,
    end,
    predictions,
    labelled: known,
    maturity: predictions > 0 ? known / predictions : 0,
    mature,
    withoutConfidence,
    ...(wants("uncertified") ? { uncertified: share(traffic.uncertified) } : {}),
    ...(wants("decisions") ? { decisions: decisions() } : {}),
    ...(wants("served") ? { served: withConfidence > 0 ? totalOf(traffic.sumConfidence) / withConfidence : null } : {}),
    ...(wants("quantiles")
      ? { quantiles: withConfidence > 0 ? confidenceQuantiles(traffic.predictions, grouping) : null }
      : {}),
    ...estimatesOf(metrics, summary, isBinary, n),
    ...(histogramBins === undefined
      ? {}
      : { histogram: sharesOf(traffic.predictions, grouping, histogramBins, withConfidence) }),
  };
}

type Estimates = Pick<SeriesPoint, "accuracy" | "meanConfidence" | "gap" | "slope" | "ece" | "noiseFloor" | "brier">;

const estimated: readonly SeriesMetric[] = ["accuracy", "meanConfidence", "gap", "slope", "ece", "noiseFloor", "brier"];

/** What outcomes say, of that what was asked for. */
function estimatesOf(
  metrics: readonly SeriesMetric[],
  summaryOf: () => CalibrationSummary | string,
  isBinary: boolean,
  n: number,
): Estimates {
  if (!metrics.some((metric) => estimated.includes(metric))) return {};
  const found = summaryOf();
  const of = (name: "accuracy" | "rate" | "meanConfidence" | "meanProbability" | "gap" | "slope" | "ece" | "brier") =>
    measured(typeof found === "string" ? found : found[name], n);
  const floor = typeof found === "string" ? null : found.noiseFloor;
  return {
    ...(metrics.includes("accuracy") ? { accuracy: of(isBinary ? "accuracy" : "rate") } : {}),
    ...(metrics.includes("meanConfidence")
      ? { meanConfidence: of(isBinary ? "meanConfidence" : "meanProbability") }
      : {}),
    ...(metrics.includes("gap") ? { gap: of("gap") } : {}),
    ...(metrics.includes("slope") ? { slope: of("slope") } : {}),
    ...(metrics.includes("ece") ? { ece: of("ece") } : {}),
    ...(metrics.includes("noiseFloor") ? { noiseFloor: floor } : {}),
    ...(metrics.includes("brier") ? { brier: of("brier") } : {}),
  };
}

function sharesOf(
  predictions: Float64Array,
  { histogramBin, size }: CellGrouping,
  bins: number,
  total: number,
): number[] {
  const shares = new Array<number>(bins).fill(0);
  for (let g = 0; g < size; g++) {
    const b = histogramBin[g] ?? 0;
    shares[b] = (shares[b] ?? 0) + (total > 0 ? (predictions[g] ?? 0) / total : 0);
  }
  return shares;
}

function specsOf(bins: number): SeriesView["specs"] {
  const binning = { norm: "l1", bins, binning: "equal-width", edges: "right-closed" };
  return {
    accuracy: { metric: "accuracy", interval: "wilson" },
    meanConfidence: { metric: "mean-confidence", interval: "student-t" },
    gap: {
      metric: "mean-calibration-gap",
      sign: "probability minus outcome",
      interval: "student-t, with unseen events",
    },
    slope: { metric: "cox-slope", rows: "groups of cells at their mean", interval: "wald, sandwich" },
    ece: { metric: "debiased-ece", ...binning, debiased: "gaussian", interval: "path inversion" },
    noiseFloor: { metric: "expected-floor", ...binning },
    brier: { metric: "brier", scale: "mean of (p - y)^2", interval: "student-t, groups of cells at their mean" },
    evidence: {
      metric: "calibration-evidence",
      adjusted: "benjamini-hochberg over the stretches of a series",
      flag: 0.05,
    },
  };
}

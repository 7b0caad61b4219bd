import {
  type BandPoint,
  type CellErrorBound,
  type CellPairs,
  calibrationEvidence,
  cellErrorBound,
  cellPairs,
  corpReliability,
  createRandom,
  debiasedCalibrationError,
  type Estimate,
  expectedCalibrationError,
  type Histogram,
  InputError,
  meanCalibrationGap,
  type NoiseFloor,
  noiseFloor,
  overconfidence,
  type ReliabilityBin,
  reliabilityBins,
  type Spec,
  smoothReliability,
  timeGrid,
  underconfidence,
  type Verdict,
  verdict,
} from "@candor/core";
import type { CellTable } from "../store/event-store.ts";
import { allOfTable } from "./cells-of-table.ts";
import { nextUp } from "./next-up.ts";

/** A bin of the diagram, with the range of confidence that its examples have. */
export interface ReliabilityViewBin extends ReliabilityBin {
  /** `PredictionQuery.confidence` of exactly the predictions of this bin: `from` included, `to` not unless it is 1. */
  readonly from: number;
  readonly to: number;
}

/** A reliability diagram from cells. Null numbers and empty curves where there are no outcomes. */
export interface ReliabilityView {
  readonly schema: "candor.reliability/1";
  /** Everything acknowledged before this moment is in; milliseconds since 1970. */
  readonly asOf: number;
  readonly axis: "confidence" | "probability";
  readonly level: number;
  readonly predictions: number;
  readonly labelled: number;
  readonly withoutConfidence: number;
  /** Can these confidences be trusted? The words of a report with these bins. */
  readonly verdict: Verdict | null;
  /** Against calibration, without bins; right for few predictions too. */
  readonly pValue: number | null;
  /** Mean of what was stated, and share of outcomes that were 1; weighted as all else. */
  readonly stated: number | null;
  readonly observed: number | null;
  /** Bins without labelled predictions are left out. */
  readonly bins: readonly ReliabilityViewBin[];
  readonly ece: Estimate | null;
  readonly eceDebiased: Estimate | null;
  readonly noiseFloor: NoiseFloor | null;
  /** Mean probability minus share of outcomes that were 1. */
  readonly gap: Estimate | null;
  /** 40 bins of equal width, whatever the bins of the diagram are. */
  readonly histogram: Histogram | null;
  /** Kernel regression with a pointwise band. */
  readonly smooth: readonly BandPoint[];
  /** Isotonic regression; the band is where it would lie around the diagonal if the confidences were right. */
  readonly corp: readonly BandPoint[];
  readonly specs: { readonly bins: Spec; readonly smooth: Spec | null; readonly corp: Spec | null };
  /** How far the numbers can be from those of single predictions. */
  readonly errorBound: CellErrorBound;
  readonly notes: readonly string[];
}

/** What a diagram is made of. */
export interface ReliabilityInput {
  /** Of a query with bucket `all` and no groups. */
  readonly table: CellTable;
  readonly binning?: "equal-width" | "equal-mass";
  /** 2 to 60; equal-width bins whose number divides 240 are exact. Default 15. */
  readonly bins?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** What else there is to know, for people. */
  readonly notes?: readonly string[];
}

/** Divides 240, so it is that of the single predictions. */
const HISTOGRAM_BINS = 40;

/** Seed of the resamples: the same cells give the same view. */
const SEED = 20_261_122;

/**
 * The reliability diagram of all streams of a table together.
 *
 * @throws {InputError} `empty` without predictions, `incompatible` for streams of both tasks, `out-of-range`
 */
export function reliabilityView({
  table,
  binning = "equal-width",
  bins = 15,
  level = 0.95,
  notes = [],
}: ReliabilityInput): ReliabilityView {
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= 60))
    throw new InputError("out-of-range", `bins must be a whole number from 2 to 60, got ${bins}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const { stream, cells, predictions, withoutConfidence } = allOfTable(table);
  const axis = stream.task === "binary" ? "probability" : "confidence";
  const pairs = cellPairs(cells);
  const { probabilities, outcomes } = pairs;
  const labelled = cells.sums.count.reduce((sum, count) => sum + count, 0);
  const errorBound = cellErrorBound(cells, bins);
  const spec: Spec = { metric: "reliability-bins", binning, bins, edges: "right-closed" };
  const empty = {
    verdict: null,
    pValue: null,
    stated: null,
    observed: null,
    bins: [],
    ece: null,
    eceDebiased: null,
    noiseFloor: null,
    gap: null,
    histogram: null,
    smooth: [],
    corp: [],
  };
  const common = {
    schema: "candor.reliability/1",
    asOf: table.asOf,
    axis,
    level,
    predictions,
    labelled,
    withoutConfidence,
    errorBound,
  } as const;
  if (!pairs.weights.some((w) => w > 0))
    return {
      ...common,
      ...empty,
      specs: { bins: spec, smooth: null, corp: null },
      notes: ["There are no outcomes yet.", ...notes],
    };
  const label = axis === "probability" ? "positive-class" : "confidence";
  const options = {
    weights: pairs.weights,
    merged: pairs.merged,
    level,
    label,
    bins,
    binning,
    ties: "together",
  } as const;
  const plain = { weights: pairs.weights, merged: pairs.merged, level };
  const smooth = smoothReliability(probabilities, outcomes, plain);
  const corp = corpReliability(probabilities, outcomes, { ...plain, random: createRandom(SEED) });
  const diagram = reliabilityBins(probabilities, outcomes, options);
  const ranges = rangesOf(diagram, binning);
  const ece = expectedCalibrationError(probabilities, outcomes, options);
  const eceDebiased = debiasedCalibrationError(probabilities, outcomes, options);
  const floor = noiseFloor(probabilities, outcomes, { ...options, random: createRandom(SEED + 1) });
  const pValue = calibrationEvidence(probabilities, outcomes, plain);
  const means = {
    stated: sumOver(diagram, ({ share, meanConfidence }) => share * meanConfidence),
    observed: sumOver(diagram, ({ share, observed }) => share * observed),
  };
  return {
    ...common,
    verdict: verdict({
      label: axis,
      ece,
      debiased: eceDebiased,
      noiseFloor: floor,
      scorePValue: pValue,
      overconfidence: overconfidence(probabilities, outcomes, options),
      underconfidence: underconfidence(probabilities, outcomes, options),
      ...means,
    }),
    pValue,
    ...means,
    bins: diagram.map((bin, b) => ({ ...bin, from: 0, to: 1, ...ranges[b] })),
    ece,
    eceDebiased,
    noiseFloor: floor,
    gap: meanCalibrationGap(probabilities, outcomes, { ...plain, label }),
    histogram: histogramOf(pairs),
    smooth: smooth.points,
    corp: corp.points,
    specs: { bins: spec, smooth: smooth.spec, corp: corp.spec },
    notes: [...notesOf(binning, bins, errorBound), ...notes],
  };
}

/** Largest number below 1. */
const BELOW_ONE = 1 - 2 ** -53;

/**
 * The range of confidence of each bin. Bins of equal width are (lo, hi], the first holds 0 too; bins of equal mass end with a
 * cell and begin where the one before ends.
 */
function rangesOf(
  bins: readonly ReliabilityBin[],
  binning: NonNullable<ReliabilityInput["binning"]>,
): { from: number; to: number }[] {
  if (binning === "equal-width")
    return bins.map(({ lower, upper }) => ({
      from: lower === 0 ? 0 : nextUp(lower),
      to: upper === 1 ? 1 : nextUp(upper),
    }));
  const ends = bins.map(({ upper }, b) => {
    const end = endOf(timeGrid.cellOf(upper));
    return end === 1 && b < bins.length - 1 ? BELOW_ONE : end;
  });
  return ends.map((to, b) => ({ from: ends[b - 1] ?? 0, to }));
}

/** The least confidence above all of a cell; 1 for the last. */
function endOf(cell: number): number {
  if (cell + 1 >= timeGrid.size) return 1;
  const { lower } = timeGrid.boundsOf(cell + 1);
  return timeGrid.cellOf(lower) === cell + 1 ? lower : nextUp(lower);
}

function sumOver(bins: readonly ReliabilityBin[], of: (bin: ReliabilityBin) => number): number {
  return Math.min(
    1,
    bins.reduce((sum, bin) => sum + of(bin), 0),
  );
}

function histogramOf({ probabilities, outcomes, weights }: CellPairs): Histogram {
  const bins = reliabilityBins(probabilities, outcomes, { weights, bins: HISTOGRAM_BINS, binning: "equal-width" });
  const edges = Array.from({ length: HISTOGRAM_BINS + 1 }, (_, k) => k / HISTOGRAM_BINS);
  const byBin = new Map(bins.map((bin) => [Math.round(bin.upper * HISTOGRAM_BINS), bin]));
  const inOrder = edges.slice(1).map((_, k) => byBin.get(k + 1));
  return {
    edges,
    shares: inOrder.map((bin) => bin?.share ?? 0),
    observed: inOrder.map((bin) => bin?.observed ?? null),
  };
}

function notesOf(binning: string, bins: number, bound: CellErrorBound): string[] {
  const curves = "The curves place every prediction at the mean confidence of its cell, at most 1/240 away.";
  if (binning === "equal-mass")
    return ["Bins of equal mass keep the predictions of one cell together, so they are equal only about.", curves];
  if (bound.ece === 0) return ["Bins and calibration error are those of the single predictions.", curves];
  return [
    `${bins} does not divide 240: the calibration error is within ${bound.ece.toPrecision(2)} of that of the single predictions.`,
    curves,
  ];
}

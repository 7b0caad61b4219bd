import { InputError } from "../../errors.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import type { StepMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { equalMassBins, type MassCut } from "./equal-mass.ts";
import { rowsPerWeight } from "./logistic-terms.ts";
import { poolLevels, runningTotals } from "./pool-levels.ts";
import { sortPairs } from "./sort-pairs.ts";
import { stepMap } from "./step-map.ts";

/** Options of `fitHistogramBinning`. */
export interface HistogramBinningOptions extends FitOptions {
  /** Bins of equal width on [0, 1], or of nearly equal weight that never part equal scores. Default `mass`. */
  readonly binning?: "width" | "mass";
  /** 1 to 100000; equal scores may leave fewer of equal mass. Default 10. */
  readonly bins?: number;
  /** Which bin of equal width a score on an edge belongs to: `right-closed` (default) the lower, `left-closed` the upper. */
  readonly edgeRule?: "right-closed" | "left-closed";
  /** Where the boundaries of equal mass lie. Default `midpoint`, as verified_calibration. */
  readonly cut?: MassCut;
  /** True takes (k + ½)/(n + 1) for k positives among the n rows of a bin in place of k/n, which may be 0 or 1. Default false. */
  readonly bounded?: boolean;
  /** Simultaneous coverage of the bounds in `parameters`, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/**
 * Histogram binning: every score is mapped to the share of positives in its bin.
 *
 * `parameters` hold, per bin, `counts` (rows), and `lower` and `upper`, a Clopper–Pearson interval for the probability
 * in that bin which covers in all bins at once at `errorBoundLevel`; and `errorBound`, which no bin's error exceeds with that
 * probability: √(ln(2B/δ) / (2(m - 1))) with m the rows of the smallest bin of equal mass, and m in place of m - 1 for equal
 * width. Both hold for any distribution, at any n, without holding out rows; 1 where m - 1 is 0. They are left out where
 * weights are not counts.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a step map. A bin of equal width without rows keeps its middle, as if the scores there were calibrated, and
 *   `notes` says so; bins of equal mass are never empty
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: Zadrozny & Elkan (2001), ICML; bounds: Gupta & Ramdas (2021), "Distribution-free calibration guarantees for
 * histogram binning without sample splitting", ICML, theorem 3: the row on a boundary is given up.
 * Accuracy: the theorem is for distinct scores and boundaries on scores (`cut: "score"`); with midpoints a sliver of each
 * bin, of weight O(1/n), is not covered by its argument, and simulation shows the same coverage.
 */
export function fitHistogramBinning(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: HistogramBinningOptions = {},
): CalibrationFit<StepMap> {
  const { bins, binning, edgeRule, cut, bounded, level } = checkOptions(options);
  const pairs = sortPairs(scores, outcomes, options);
  const { x, weights, positives } = poolLevels(pairs);
  const masses = runningTotals(weights);
  const hits = runningTotals(positives);
  const { ends, edges } =
    binning === "mass" ? equalMassBins(x, masses, bins, cut) : equalWidthBins(x, bins, edgeRule === "left-closed");

  const counts: number[] = [];
  const positive: number[] = [];
  const values: number[] = [];
  let empty = 0;
  ends.forEach((end, b) => {
    const start = b === 0 ? 0 : ends[b - 1];
    const rows = end === start ? 0 : masses[end] - masses[start];
    const k = hits[end] - hits[start];
    counts.push(rows);
    positive.push(k);
    if (rows > 0) values.push(bounded ? (k + 0.5) / (rows + 1) : Math.min(1, Math.max(0, k / rows)));
    else {
      empty++;
      values.push(((edges[b - 1] ?? 0) + (edges[b] ?? 1)) / 2);
    }
  });

  const notes: string[] = [];
  if (empty > 0) notes.push(`${empty} of ${ends.length} bins have no rows; each is mapped to its middle.`);
  const areCounts = rowsPerWeight(pairs.sample) === 1;
  if (!areCounts) notes.push("The weights are not counts of rows, so that no error bound holds.");
  const above = values.slice(1);
  return {
    method: binning === "mass" ? "histogram-mass" : "histogram-width",
    map: stepMap(edges, edgeRule === "left-closed" ? above : values, values),
    parameters: {
      bins: ends.length,
      edges,
      counts,
      ...(areCounts ? bounds(counts, positive, level, binning === "mass") : {}),
    },
    certificate: null,
    complexity: ends.length - empty,
    n: pairs.sample.n,
    effectiveN: pairs.sample.effectiveN,
    notes,
  };
}

function checkOptions(options: HistogramBinningOptions): Required<Omit<HistogramBinningOptions, keyof FitOptions>> {
  const {
    binning = "mass",
    bins = 10,
    edgeRule = "right-closed",
    cut = "midpoint",
    bounded = false,
    level = 0.95,
  } = options;
  const unknown = (name: string, expected: string, got: string): InputError =>
    new InputError("unknown-option", `${name} must be ${expected}, got ${JSON.stringify(got)}`);
  if (binning !== "width" && binning !== "mass") throw unknown("binning", '"width" or "mass"', binning);
  if (edgeRule !== "right-closed" && edgeRule !== "left-closed")
    throw unknown("edgeRule", '"right-closed" or "left-closed"', edgeRule);
  if (cut !== "midpoint" && cut !== "score") throw unknown("cut", '"midpoint" or "score"', cut);
  if (binning === "mass" && edgeRule === "left-closed")
    throw new InputError("incompatible", "bins of equal mass are right-closed; left-closed edges go with equal width");
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1e5))
    throw new InputError("out-of-range", `bins must be a whole number from 1 to 100000, got ${bins}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  return { binning, bins, edgeRule, cut, bounded, level };
}

/** Bins of equal width over sorted levels; some may be empty. */
function equalWidthBins(x: Float64Array, bins: number, leftClosed: boolean): { ends: number[]; edges: number[] } {
  const ends: number[] = [];
  const edges: number[] = [];
  let end = 0;
  for (let b = 1; b < bins; b++) {
    const edge = b / bins;
    while (end < x.length && (leftClosed ? x[end] < edge : x[end] <= edge)) end++;
    edges.push(edge);
    ends.push(end);
  }
  ends.push(x.length);
  return { ends, edges };
}

/** Simultaneous bounds over the bins that have rows; bins of equal mass give up the row on their boundary. */
function bounds(
  counts: readonly number[],
  positives: readonly number[],
  level: number,
  isMass: boolean,
): { errorBound: number; errorBoundLevel: number; lower: number[]; upper: number[] } {
  const used = counts.filter((rows) => rows > 0).length;
  const given = isMass ? 1 : 0;
  const smallest = counts.reduce((least, rows) => (rows > 0 ? Math.min(least, rows) : least), Infinity) - given;
  const risk = 1 - level;
  const errorBound = smallest > 0 ? Math.min(1, Math.sqrt(Math.log((2 * used) / risk) / (2 * smallest))) : 1;
  const each = 1 - risk / used;
  const lower: number[] = [];
  const upper: number[] = [];
  counts.forEach((rows, b) => {
    const trials = rows - given;
    if (trials <= 0) {
      lower.push(0);
      upper.push(1);
      return;
    }
    lower.push(clopperPearson(Math.max(0, positives[b] - given), trials, each).lower);
    upper.push(clopperPearson(Math.min(trials, positives[b]), trials, each).upper);
  });
  return { errorBound, errorBoundLevel: level, lower, upper };
}

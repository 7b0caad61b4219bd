import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { absoluteSumInterval } from "../intervals/absolute-sum.ts";
import { createRandom, type Random } from "../random/random.ts";
import type { NoiseFloor } from "../report/document.ts";
import { normalCdf, normalPdf } from "../special/normal.ts";
import { type BoxDimension, binBoxes, defaultBins } from "./bin-boxes.ts";
import { type ClusteredGaps, clusteredGaps } from "./clustered-gaps.ts";
import type { DetectionRows } from "./detection-rows.ts";

/** Options of `detectionCalibrationError`. */
export interface DetectionErrorOptions {
  /** Measures of the box that the bins part beside the score. Default: none. */
  readonly dimensions?: readonly BoxDimension[];
  /** Bins of each dimension. Default 20 for the score alone, 8 in up to three dimensions, 5 beyond. */
  readonly bins?: number;
  /** Rows that a bin needs to count. Default 1 for the score alone, else 8. */
  readonly minimumRows?: number;
  /** `precision` (default): right or wrong. `overlap`: overlap of right ones, 0 for wrong ones, as in LaECE. */
  readonly observed?: "precision" | "overlap";
  /** Coverage of the interval, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Draws of a perfect model. Default 200. */
  readonly draws?: number;
  /** Default: a generator with a fixed seed, so that the same data give the same numbers. */
  readonly random?: Random;
}

/** A calibration error of detections, and what a perfect detector would show. */
export interface DetectionError {
  readonly error: Estimate;
  /** Upward bias taken off, 0 where less is left. */
  readonly debiased: Estimate;
  readonly floor: Omit<NoiseFloor, "wantedWidth" | "moreLabels">;
  /** Share of the rows in bins that count. */
  readonly counted: number;
  readonly bins: number;
}

/** Rows and images below which no theorem helps. */
const ENOUGH_IMAGES = 200;

/**
 * Detection expected calibration error: by how much scores and precision differ, over bins of the score and of place and
 * size of the box.
 *
 * @param rows detections with outcomes, as `detectionRows` makes them
 * @returns value Σ |rows of the bin| / |rows| · |precision − mean score| over the bins that count, in [0, 1]; with intervals and a
 *   noise floor in which images, not detections, are the independent units
 * @throws {InputError} `empty` without rows, `too-few` where no bin has enough of them, `out-of-range`, `incompatible`
 *
 * Source: Küppers, Kronenberger, Shantia & Haselhoff (2020), "Multivariate confidence calibration for object detection", CVPR
 * workshops, eq. 6 (D-ECE); bins of fewer than `minimumRows` are left out of numerator and denominator.
 */
export function detectionCalibrationError(rows: DetectionRows, options: DetectionErrorOptions = {}): DetectionError {
  const {
    dimensions = [],
    observed = "precision",
    level = 0.95,
    draws = 200,
    random = createRandom(20200612),
  } = options;
  const { bins = defaultBins(dimensions), minimumRows = dimensions.length === 0 ? 1 : 8 } = options;
  checkOptions(rows, level, draws, minimumRows);
  const { index, bins: size } = binBoxes(rows, dimensions, bins);
  const gaps = clusteredGaps({
    stated: rows.scores,
    observed: observed === "precision" ? Float64Array.from(rows.right) : rows.overlap,
    bin: index,
    bins: size,
    image: rows.image,
    minimumRows,
  });
  if (gaps.total === 0)
    throw new InputError("too-few", `no bin has ${minimumRows} detections, expected fewer bins or more detections`);
  const spec: Spec = {
    metric: observed === "precision" ? "detection-ece" : "detection-overlap-error",
    norm: "l1",
    dimensions: ["score", ...dimensions].join(" x "),
    binsPerDimension: bins,
    binning: "equal-width",
    edges: "left-closed",
    minimumRows,
    observed: observed === "precision" ? "right" : "overlap of right ones",
    clustered: "images",
  };
  const made = errorOf(gaps, spec, level);
  return {
    ...made,
    floor: floorOf(gaps, made.error.value, spec, level, draws, random),
    counted: gaps.n / rows.rows,
    bins: gaps.used.length,
  };
}

function checkOptions({ rows }: DetectionRows, level: number, draws: number, minimumRows: number): void {
  if (rows === 0) throw new InputError("empty", "a calibration error needs detections that count, got none");
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (!(Number.isSafeInteger(draws) && draws >= 20))
    throw new InputError("out-of-range", `draws must be a whole number >= 20, got ${draws}`);
  if (!(Number.isSafeInteger(minimumRows) && minimumRows >= 1))
    throw new InputError("out-of-range", `minimumRows must be a whole number >= 1, got ${minimumRows}`);
}

/** Σ|gap| with its interval by image, and the same without the bias of noise. */
export function errorOf(gaps: ClusteredGaps, spec: Spec, level: number): { error: Estimate; debiased: Estimate } {
  const { gap, variance, nullVariance, effectiveImages, sumVariance, noiseFactor, n } = gaps;
  let value = 0;
  let debiased = 0;
  for (let b = 0; b < gap.length; b++) {
    const size = Math.abs(gap[b]);
    value += size;
    debiased += size - excess(size, Math.sqrt(Math.max(variance[b], nullVariance[b])));
  }
  const dispersion = variance.map((v, b) => Math.max(v, nullVariance[b]) + gap[b] ** 2 / effectiveImages);
  const { lower, upper } = absoluteSumInterval(
    { gap, dispersion, effectiveN: effectiveImages, clustered: { variance: sumVariance, noiseFactor } },
    level,
  );
  const base = { level, n, effectiveN: effectiveImages };
  const interval = lower > 0 && effectiveImages >= ENOUGH_IMAGES ? "asymptotic" : "approximate";
  const corrected = Math.max(0, debiased);
  const { metric } = spec;
  return {
    error: {
      value,
      lower: Math.min(lower, value),
      upper: Math.min(1, Math.max(upper, value)),
      ...base,
      interval,
      spec,
    },
    debiased: {
      value: corrected,
      lower: Math.min(lower, corrected),
      upper: Math.min(1, Math.max(upper, corrected)),
      ...base,
      interval,
      spec: { ...spec, metric: `debiased-${metric}`, debiased: "gaussian" },
    },
  };
}

/** E|N(gap, sd²)| − gap for a gap ≥ 0: what noise adds to its size. */
function excess(gap: number, sd: number): number {
  if (sd === 0) return 0;
  const t = gap / sd;
  return 2 * (sd * normalPdf(t) - gap * normalCdf(-t));
}

/** Errors this close are equal: they are summed in another order. */
const ROUNDING = 1e-10;

/** Errors of a model without gaps and with the noise that the images show. */
export function floorOf(
  gaps: ClusteredGaps,
  observed: number,
  spec: Spec,
  level: number,
  draws: number,
  random: Random,
): DetectionError["floor"] {
  const out = new Float64Array(gaps.gap.length);
  const values = new Float64Array(draws);
  let sum = 0;
  let beyond = 0;
  for (let k = 0; k < draws; k++) {
    gaps.drawNull(random, out);
    for (let b = 0; b < out.length; b++) values[k] += Math.abs(out[b]);
    sum += values[k];
    if (values[k] >= observed - ROUNDING) beyond++;
  }
  values.sort();
  const tail = (1 - level) / 2;
  return {
    value: sum / draws,
    lower: values[Math.floor(tail * (draws - 1))],
    upper: values[Math.ceil((1 - tail) * (draws - 1))],
    level,
    n: gaps.n,
    pValue: (1 + beyond) / (1 + draws),
    spec: { ...spec, metric: "detection-noise-floor", draws },
  };
}

import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { absoluteSumInterval, type Gaps } from "../../intervals/absolute-sum.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import type { Interval } from "../../intervals/proportion.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { squaredSumInterval } from "../../intervals/squared-sum.ts";
import { argsort } from "../../kernels/argsort.ts";
import { assignBins, type BinningOptions, binningSpec } from "../../kernels/bins.ts";
import type { Matrix } from "../../matrix.ts";
import { oneAgainstRest } from "../one-against-rest.ts";
import { weighted } from "../weighted.ts";
import { type BinStatistics, binStatistics } from "./bin-statistics.ts";
import { binGaps, binnedErrorValue, type Norm, unbiasedSquare } from "./binned-calibration-error.ts";

/** Options of `classwiseCalibrationError`. */
export interface ClasswiseOptions extends SampleOptions, BinningOptions {
  /** `l1` (default): mean over classes of the L1 error; `l2`: root of the mean over classes of the squared L2 error. */
  readonly norm?: Exclude<Norm, "max">;
  /** L2 only: take the unbiased estimate of the squared error of each class, 0 where it is negative. Default false. */
  readonly debiased?: boolean;
}

/**
 * Calibration error of every class against the rest, averaged over the classes.
 *
 * @param probabilities rows × classes, each value in [0, 1]
 * @param labels class indices in [0, classes)
 * @returns value in [0, 1]. Most of it is upward bias when classes are many and rows few. The interval treats the noise
 *   of different classes as independent beyond first order, hence `approximate`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `unknown-option` for `debiased` with `l1`
 *
 * Source: Kull et al. (2019), "Beyond temperature scaling", NeurIPS, §2 (L1, there summed over bins and averaged over
 * classes); Kumar, Liang & Ma (2019), marginal calibration error (L2).
 */
export function classwiseCalibrationError(
  probabilities: Matrix,
  labels: Int32Array,
  options: ClasswiseOptions = {},
): Estimate {
  checkClassProbabilities(probabilities, labels);
  const { norm = "l1", debiased = false } = options;
  if (debiased && norm === "l1")
    throw new InputError("unknown-option", 'no debiased form of the classwise error is defined for norm "l1"');
  const { cols: classes } = probabilities;
  const sample = checkSample(probabilities.rows, options);
  const all: BinStatistics[] = [];
  for (let k = 0; k < classes; k++) {
    const { probabilities: column, outcomes } = oneAgainstRest(probabilities, labels, k);
    all.push(binStatistics(column, outcomes, options, sample));
  }
  let sum = 0;
  for (const bins of all) {
    if (norm === "l1") sum += binnedErrorValue(bins, sample, "l1");
    else sum += debiased ? Math.max(0, unbiasedSquare(bins, sample)) : binnedErrorValue(bins, sample, "l2") ** 2;
  }
  const value = norm === "l1" ? sum / classes : Math.sqrt(sum / classes);
  const { lower, upper } = classwiseInterval(probabilities, labels, all, sample, options);
  return {
    value,
    lower: Math.min(lower, value),
    upper: Math.max(upper, value),
    level: sample.level,
    n: sample.n,
    effectiveN: sample.effectiveN,
    interval: "approximate",
    spec: {
      metric: `${debiased && norm === "l2" ? "debiased-" : ""}classwise-${norm === "l1" ? "ece" : "l2-calibration-error"}`,
      norm,
      ...binningSpec(options),
      label: "classwise-mean",
      classes,
      ...weighted(sample),
    },
  };
}

/** Gaps this many standard errors from zero count as real when the joint variance of all classes is taken. */
const REAL_ABOVE = 1.5;

function classwiseInterval(
  probabilities: Matrix,
  labels: Int32Array,
  all: readonly BinStatistics[],
  sample: CheckedSample,
  options: ClasswiseOptions,
): Interval {
  const classes = all.length;
  const parts = all.map((bins) => binGaps(bins, sample));
  const join = (pick: (part: Gaps & { share: Float64Array }) => Float64Array, factor: number): Float64Array =>
    Float64Array.from(parts.flatMap((part) => Array.from(pick(part), (x) => x * factor)));
  const { effectiveN } = sample;
  if (options.norm === "l2") {
    const gaps = { gap: join((p) => p.gap, 1), dispersion: join((p) => p.dispersion, 1), effectiveN };
    const share = join((p) => p.share, classes);
    const { lower, upper } = squaredSumInterval(gaps, share, sample.level);
    return { lower: Math.sqrt(lower), upper: Math.min(1, Math.sqrt(upper)) };
  }
  const gaps: Gaps = {
    gap: join((p) => p.gap, 1 / classes),
    dispersion: join((p) => p.dispersion, 1 / classes ** 2),
    rarity: join((p) => p.rarity ?? new Float64Array(p.gap.length).fill(1), 1),
    effectiveN,
    joint: {
      variance: jointVariance(probabilities, labels, all, sample, options) / classes ** 2,
      noiseFactor: 1 + 1 / Math.max(1, classes - 1),
    },
  };
  const { lower, upper } = absoluteSumInterval(gaps, sample.level);
  return { lower, upper: Math.min(1, upper) };
}

/** Variance of Σ over classes and real gaps of sign·gap: a row counts once in every class, so classes are not independent. */
function jointVariance(
  probabilities: Matrix,
  labels: Int32Array,
  all: readonly BinStatistics[],
  sample: CheckedSample,
  options: ClasswiseOptions,
): number {
  const { rows } = probabilities;
  const { weights, squaredWeights, totalWeight } = sample;
  const influence = new Float64Array(rows);
  let centre = 0;
  for (let k = 0; k < all.length; k++) {
    const bins = all[k];
    const sign = new Float64Array(bins.bins);
    let real = false;
    for (let b = 0; b < bins.bins; b++) {
      const gap = bins.outcome[b] - bins.probability[b];
      if (Math.abs(gap) > REAL_ABOVE * Math.sqrt(Math.max(bins.residual[b], bins.variance[b]))) {
        sign[b] = Math.sign(gap);
        centre += Math.abs(gap) / totalWeight;
        real = true;
      }
    }
    if (!real) continue;
    const { probabilities: column, outcomes } = oneAgainstRest(probabilities, labels, k);
    const { index } = assignBins(column, options, () => argsort(column), weights, sample.n);
    for (let i = 0; i < rows; i++) influence[i] += sign[index[i]] * (outcomes[i] - column[i]);
  }
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const w2 = squaredWeights ? squaredWeights[i] : weights ? weights[i] * weights[i] : 1;
    sum += w2 * (influence[i] - centre) * (influence[i] - centre);
  }
  return sum / (totalWeight * totalWeight);
}

import { InputError } from "../../errors.ts";
import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { erfc } from "../../special/erf.ts";
import { normalQuantile } from "../../special/normal.ts";
import { weighted } from "../weighted.ts";
import { checkScores } from "./check-scores.ts";
import { ENOUGH_ROWS } from "./logit-interval.ts";

/**
 * Difference of two AUROCs on the same rows: that of `scores` minus that of `others`.
 *
 * @param scores n finite reals of the first model
 * @param others n finite reals of the second model, row for row
 * @param outcomes n values, 0 or 1; both must occur with some weight
 * @returns a number in [−1, 1] with the interval, `z` and two-sided `pValue` of the paired DeLong test, `approximate` where
 *   the rarer outcome has fewer than 20 effective rows. Where the variance is 0 or one outcome has a single row, there is
 *   no `z`; p-value (of a sign test) and interval (`conservative`) are then those of min(n₁, n₀) disjoint pairs
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class`
 *
 * Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44.
 */
export function aurocDifference(
  scores: Float64Array,
  others: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): TestEstimate {
  checkScores(scores, outcomes);
  checkScores(others, outcomes, "score of the second model");
  const sample = checkSample(scores.length, options);
  const { rows, weights, squaredWeights, n, level, effectiveN } = sample;
  const first = placements(scores, outcomes, sample);
  const second = placements(others, outcomes, sample);

  const value = first.value - second.value;
  const mass = [0, 0];
  const squares = [0, 0];
  const sums = [0, 0];
  for (let i = 0; i < rows; i++) {
    const w = weights ? weights[i] : 1;
    const square = squaredWeights ? squaredWeights[i] : w * w;
    const d = first.of[i] - second.of[i] - value;
    mass[outcomes[i]] += w;
    squares[outcomes[i]] += square;
    sums[outcomes[i]] += square * d * d;
  }
  let variance = 0;
  let pairs = Infinity;
  for (const y of [0, 1]) {
    const effective = (mass[y] * mass[y]) / squares[y];
    pairs = Math.min(pairs, effective);
    if (effective > 1 + 1e-9) variance += (sums[y] / (mass[y] * mass[y])) * (effective / (effective - 1));
  }
  const frame = {
    value,
    level,
    n,
    effectiveN,
    spec: {
      metric: "auroc-difference",
      ties: "half",
      variance: "paired delong",
      alternative: "two-sided",
      ...weighted(sample),
    },
  } as const;
  const within = (half: number) => ({ lower: Math.max(-1, value - half), upper: Math.min(1, value + half) });
  if (variance > 0 && pairs > 1 + 1e-9) {
    const deviation = Math.sqrt(variance);
    const z = value / deviation;
    return {
      ...frame,
      ...within(normalQuantile(0.5 + level / 2) * deviation),
      interval: pairs < ENOUGH_ROWS ? "approximate" : "asymptotic",
      z,
      pValue: Math.min(1, erfc(Math.abs(z) / Math.SQRT2)),
    };
  }
  const isSame = scores.every((score, i) => score === others[i]);
  const unlike = isSame ? 0 : clopperPearson(0, pairs, level).upper;
  return {
    ...frame,
    ...within(unlike * (1 + Math.abs(value))),
    interval: "conservative",
    pValue: value === 0 ? 1 : Math.min(1, 2 ** (1 - pairs)),
  };
}

/** For a positive the share of negatives below it, for a negative the share of positives above it; ties count half. */
function placements(
  scores: Float64Array,
  outcomes: Uint8Array,
  { rows, weights }: CheckedSample,
): { value: number; of: Float64Array } {
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights ? weights[i] : 1;
    if (outcomes[i] === 1) positives += w;
    else negatives += w;
  }
  if (!(positives > 0 && negatives > 0))
    throw new InputError("one-class", `every outcome with weight is ${positives > 0 ? 1 : 0}, both 0 and 1 are needed`);

  const order = argsort(scores);
  const of = new Float64Array(rows);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let concordant = 0;
  let discordant = 0;
  for (let start = 0; start < rows; ) {
    let p = 0;
    let q = 0;
    let end = start;
    for (; end < rows && scores[order[end]] === scores[order[start]]; end++) {
      const w = weights ? weights[order[end]] : 1;
      if (outcomes[order[end]] === 1) p += w;
      else q += w;
    }
    const ofPositive = (negativesBelow + q / 2) / negatives;
    const ofNegative = 1 - (positivesBelow + p / 2) / positives;
    for (let k = start; k < end; k++) of[order[k]] = outcomes[order[k]] === 1 ? ofPositive : ofNegative;
    concordant += p * (negativesBelow + q / 2);
    discordant += q * (positivesBelow + p / 2);
    positivesBelow += p;
    negativesBelow += q;
    start = end;
  }
  return { value: concordant / (concordant + discordant), of };
}

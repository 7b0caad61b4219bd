import { InputError } from "../../errors.ts";
import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { chiSquareSurvival } from "../../special/chi-square.ts";
import { weighted } from "../weighted.ts";

/** Options of `hosmerLemeshowTest`. */
export interface HosmerLemeshowOptions extends SampleOptions {
  /** Groups of equal mass along the sorted probabilities, ≥ 3 for `development` data, else ≥ 1. Default 10. */
  readonly groups?: number;
  /**
   * `development`: the rows the model was fitted on, groups − 2 degrees of freedom. `external`: rows the model has
   * never seen, as many degrees of freedom as groups. Default `development`.
   */
  readonly data?: "development" | "external";
  /** `argsort(probabilities)`, where the caller has it already; trusted. */
  readonly order?: Uint32Array;
}

/**
 * Hosmer–Lemeshow test of calibration over groups of equal mass.
 *
 * A group ends with the row at which the cumulated mass reaches k/groups. Equal probabilities stay in one group, so
 * there may be fewer groups than asked for; the spec holds both numbers.
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns value: Σ (observed − expected)²/variance over the groups, without an interval; `pValue`: upper tail of
 *   chi-square. Under weights the variance of a group is Σw²·p̄(1 − p̄)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `too-few` where
 *   fewer groups can be made than the degrees of freedom need; `incompatible` where a group with all probabilities 0
 *   or all 1 saw the opposite
 *
 * Source: Hosmer and Lemeshow (1980), Commun. Stat. A9; degrees of freedom on external data: Hosmer, Lemeshow and
 * Sturdivant (2013), "Applied Logistic Regression", §5.2.2. The p-value depends on the grouping; prefer
 * `spiegelhalterTest` or a calibration slope.
 */
export function hosmerLemeshowTest(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: HosmerLemeshowOptions = {},
): TestEstimate {
  const { groups = 10, data = "development", order = argsort(probabilities) } = options;
  if (data !== "development" && data !== "external")
    throw new InputError("unknown-option", `data must be "development" or "external", got ${JSON.stringify(data)}`);
  const spent = data === "development" ? 2 : 0;
  if (!(Number.isInteger(groups) && groups > spent))
    throw new InputError("out-of-range", `groups must be an integer ≥ ${spent + 1}, got ${groups}`);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { n, rows, weights, squaredWeights, totalWeight, level, effectiveN } = sample;

  let statistic = 0;
  let used = 0;
  let reached = 0;
  let start = 0;
  while (start < rows) {
    const target = (Math.floor((reached / totalWeight) * groups + 1e-9) + 1) / groups;
    let mass = 0;
    let squares = 0;
    let expected = 0;
    let observed = 0;
    let end = start;
    while (
      end < rows &&
      ((reached + mass) / totalWeight < target - 1e-12 ||
        (end > start && probabilities[order[end]] === probabilities[order[end - 1]]))
    ) {
      const i = order[end++];
      const w = weights ? weights[i] : 1;
      mass += w;
      squares += squaredWeights ? squaredWeights[i] : w * w;
      expected += w * probabilities[i];
      observed += w * outcomes[i];
    }
    start = end;
    reached += mass;
    if (mass === 0) continue;
    used++;
    const mean = expected / mass;
    const gap = observed - expected;
    if (gap === 0) continue;
    if (!(mean > 0 && mean < 1))
      throw new InputError(
        "incompatible",
        `a group with all probabilities ${mean} has the opposite outcome: the statistic is infinite`,
      );
    statistic += (gap * gap) / (mean * (1 - mean) * squares);
  }
  const freedom = used - spent;
  if (freedom < 1)
    throw new InputError("too-few", `the probabilities make only ${used} groups, at least ${spent + 1} are needed`);
  return {
    value: statistic,
    lower: statistic,
    upper: statistic,
    level,
    n,
    effectiveN,
    interval: "none",
    spec: {
      metric: "hosmer-lemeshow",
      groups,
      used,
      grouping: "equal-mass, ties together",
      data,
      freedom,
      ...weighted(sample),
    },
    pValue: chiSquareSurvival(statistic, freedom),
  };
}

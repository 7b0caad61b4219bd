import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import { wilson } from "../../intervals/proportion.ts";
import { type CheckedSample, checkSample, isUnweighted } from "../../intervals/sample.ts";
import type { RankedOptions, TieGroups } from "../ranking/tie-groups.ts";
import { weighted } from "../weighted.ts";
import { riskInterval } from "./risk-coverage-curve.ts";
import { type Correctness, checkSelective, lossGroups } from "./selective-rows.ts";

/** An estimate at one threshold. */
export interface OperatingPoint extends Estimate {
  /** Share of rows accepted, in [0, 1]. */
  readonly coverage: number;
  /** Mean loss among them; 0 where nothing is accepted. */
  readonly risk: number;
  /** Accept when the confidence is at least this; Infinity where nothing is accepted. */
  readonly threshold: number;
}

/** Options of `riskAtCoverage` and `selectiveAccuracy`. */
export interface RiskAtCoverageOptions extends RankedOptions {
  /**
   * Among the thresholds that accept at least the coverage asked for: `closest` takes the one that accepts least, `best`
   * the one of least risk (fd-shifts' working point). Default `closest`.
   */
  readonly select?: "closest" | "best";
}

/**
 * The risk when at least a share `coverage` of the rows is accepted. Equal confidences are accepted together, and the rank
 * is found by comparing k/n with the coverage, never by rounding n·coverage.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @param coverage in (0, 1]
 * @returns the risk with its pointwise interval (Clopper–Pearson, or Wilson under weights and grades), `approximate`
 *   because the threshold comes from the same rows
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: Geifman and El-Yaniv (2017), NeurIPS; TorchUncertainty's `RiskAtxCov` (`closest`, for distinct confidences).
 */
export function riskAtCoverage(
  confidence: Float64Array,
  correct: Correctness,
  coverage: number,
  options: RiskAtCoverageOptions = {},
): OperatingPoint {
  const { select = "closest" } = options;
  if (select !== "closest" && select !== "best")
    throw new InputError("unknown-option", `select must be "closest" or "best", got ${JSON.stringify(select)}`);
  if (!(coverage > 0 && coverage <= 1))
    throw new InputError("out-of-range", `coverage must be in (0, 1], got ${coverage}`);
  const { groups, sample, total } = prepare(confidence, correct, options);
  let mass = 0;
  let loss = 0;
  let squares = 0;
  let chosen: Accepted | undefined;
  for (let g = 0; g < groups.count; g++) {
    mass += groups.mass[g];
    loss += groups.hits[g];
    squares += groups.squares[g];
    if (mass / total < coverage * slack(sample)) continue;
    if (chosen === undefined || loss / mass < chosen.risk)
      chosen = { risk: loss / mass, mass, loss, squares, threshold: confidence[groups.rows[g]] };
    if (select === "closest") break;
  }
  const { risk, threshold, ...sums } = chosen as Accepted;
  const exact = isUnweighted(sample) && correct instanceof Uint8Array;
  return {
    ...frame(sample, { metric: "risk-at-coverage", coverage, select, ties: "grouped" }),
    value: risk,
    ...riskInterval(sums.loss, sums.mass, sums.squares, exact, sample),
    coverage: sums.mass / total,
    risk,
    threshold,
  };
}

/**
 * The accuracy (mean correctness) when at least a share `coverage` of the rows is accepted: one minus `riskAtCoverage`.
 *
 * @throws {InputError} as `riskAtCoverage`
 */
export function selectiveAccuracy(
  confidence: Float64Array,
  correct: Correctness,
  coverage: number,
  options: RiskAtCoverageOptions = {},
): OperatingPoint {
  const point = riskAtCoverage(confidence, correct, coverage, options);
  return {
    ...point,
    value: 1 - point.value,
    lower: 1 - point.upper,
    upper: 1 - point.lower,
    spec: { ...point.spec, metric: "selective-accuracy" },
  };
}

/**
 * The largest share of rows that can be accepted with a risk of at most `risk`: over all thresholds, coverage 1 among them,
 * whether or not a higher threshold has a higher risk.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @param risk largest acceptable mean loss, in [0, 1]
 * @returns the coverage with a Wilson interval at that threshold; 0 with threshold Infinity where no threshold will do.
 *   `approximate`: the threshold comes from the same rows, so the true risk there exceeds `risk` about half of the time
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Geifman and El-Yaniv (2017), NeurIPS (without its guarantee).
 */
export function coverageAtRisk(
  confidence: Float64Array,
  correct: Correctness,
  risk: number,
  options: RankedOptions = {},
): OperatingPoint {
  if (!(risk >= 0 && risk <= 1)) throw new InputError("out-of-range", `risk must be in [0, 1], got ${risk}`);
  const { groups, sample, total } = prepare(confidence, correct, options);
  let mass = 0;
  let loss = 0;
  let chosen = { risk: 0, mass: 0, threshold: Infinity };
  for (let g = 0; g < groups.count; g++) {
    mass += groups.mass[g];
    loss += groups.hits[g];
    if ((loss / mass) * slack(sample) <= risk)
      chosen = { risk: loss / mass, mass, threshold: confidence[groups.rows[g]] };
  }
  const coverage = chosen.mass / total;
  return {
    ...frame(sample, { metric: "coverage-at-risk", risk, ties: "grouped" }),
    value: coverage,
    ...wilson(coverage, sample.effectiveN, sample.level),
    coverage,
    risk: chosen.risk,
    threshold: chosen.threshold,
  };
}

interface Accepted {
  readonly risk: number;
  readonly mass: number;
  readonly loss: number;
  readonly squares: number;
  readonly threshold: number;
}

/** The mass is summed in the order in which it is accepted, so that the last group reaches coverage 1 exactly. */
function prepare(
  confidence: Float64Array,
  correct: Correctness,
  options: RankedOptions,
): { groups: TieGroups; sample: CheckedSample; total: number } {
  checkSelective(confidence, correct);
  const sample = checkSample(confidence.length, options);
  const groups = lossGroups(confidence, correct, sample, options.order);
  return { groups, sample, total: groups.totalMass };
}

/** Sums of weights carry rounding errors that must not decide; counts are exact. */
function slack({ weights }: CheckedSample): number {
  return weights ? 1 - 1e-12 : 1;
}

function frame(sample: CheckedSample, choices: Spec) {
  const { level, n, effectiveN } = sample;
  const spec: Spec = { ...choices, ...weighted(sample) };
  return { level, n, effectiveN, interval: "approximate", spec } as const;
}

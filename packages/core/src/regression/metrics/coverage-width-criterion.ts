import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { estimateFromInfluence, weightedMean } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkColumns, checkLevel } from "../check-forecast.ts";
import { isInside } from "./interval-coverage.ts";

/** Options of `coverageWidthCriterion`. */
export interface CoverageWidthOptions extends SampleOptions {
  /** How hard a coverage off its level is punished, ≥ 0. */
  readonly eta: number;
}

/**
 * Coverage-width-based criterion: (1 − mean width/range of the outcomes) · exp(−eta·(coverage − level)²).
 *
 * It is no proper score, and the range hangs on two rows; prefer `intervalScore`.
 *
 * @param lower n lower ends; a row with crossed ends is put in order first
 * @param upper n upper ends
 * @param level probability that the interval is meant to hold, in (0, 1)
 * @returns ≤ 1, higher is better; the interval takes the range of the outcomes as known
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` for equal outcomes
 *
 * Source: Khosravi, Nahavandi and Creighton (2010), in the form of MAPIE (BSD-3-Clause).
 */
export function coverageWidthCriterion(
  lower: Float64Array,
  upper: Float64Array,
  outcomes: Float64Array,
  level: number,
  options: CoverageWidthOptions,
): Estimate {
  const { eta } = options;
  checkLevel(level, "the level of the interval");
  if (!(eta >= 0 && eta < Infinity))
    throw new InputError("out-of-range", `eta must be a finite number >= 0, got ${eta}`);
  const sample = checkSample(checkColumns({ lower, upper, outcomes }), options);
  let low = Infinity;
  let high = -Infinity;
  for (const y of outcomes) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  const range = high - low;
  if (!(range > 0))
    throw new InputError("incompatible", `all outcomes are ${low}: widths have no range to be held against`);
  const inside = outcomes.map((y, i) => (isInside(lower[i], upper[i], y) ? 1 : 0));
  const widths = lower.map((end, i) => Math.abs(upper[i] - end) / range);
  const coverage = weightedMean(inside, sample);
  const width = weightedMean(widths, sample);
  const off = coverage - level;
  const factor = Math.exp(-eta * off * off);
  const value = (1 - width) * factor;
  const influence = widths.map((w, i) => -factor * (w - width) - 2 * eta * off * value * (inside[i] - coverage));
  const spec = { metric: "coverage-width-criterion", central: level, eta, crossed: "sorted", ...weighted(sample) };
  return estimateFromInfluence(value, influence, spec, { ...options, max: 1 });
}

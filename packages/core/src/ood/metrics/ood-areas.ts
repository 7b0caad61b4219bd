import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { auroc } from "../../metrics/ranking/auroc.ts";
import { averagePrecision } from "../../metrics/ranking/average-precision.ts";
import { prAucTrapezoid } from "../../metrics/ranking/pr-auc-trapezoid.ts";
import { joinScores, type OodPositive, type OodScores } from "./inside-outside.ts";

/** Options of `oodAuroc`. */
export interface OodMetricOptions {
  /** Nominal coverage of the interval, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/** Options of `oodAupr`. */
export interface OodAuprOptions extends OodMetricOptions {
  /** Which rows are looked for. Default `outside`. */
  readonly positive?: OodPositive;
  /**
   * `step`: average precision, without interpolation. `trapezoid`: straight lines between the points of the curve, from recall
   * 0 with precision 1, as some benchmarks report it; they cannot be reached by any threshold. Default `step`.
   */
  readonly rule?: "step" | "trapezoid";
}

/**
 * The probability that a random inside row scores above a random outside row, ties counting half: the same number whichever
 * rows are called positive.
 *
 * @param rows scores of inside and outside rows, larger for rows more like the training data
 * @returns in [0, 1], higher is better, ½ is no separation; interval as that of `auroc`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function oodAuroc(rows: OodScores, { level = 0.95 }: OodMetricOptions = {}): Estimate {
  const { scores, outcomes, weights } = joinScores(rows, "outside");
  return auroc(scores, outcomes, { level, ...(weights ? { weights } : {}) });
}

/**
 * Area under the precision-recall curve of looking for outside (or inside) rows. Unlike the AUROC it depends on which rows
 * are looked for and on how many there are of each: `positive`, `rule` and the share of positives are in the spec.
 *
 * @param rows scores of inside and outside rows, larger for rows more like the training data
 * @returns in [0, 1], higher is better; no separation gives the share of positives
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 */
export function oodAupr(rows: OodScores, options: OodAuprOptions = {}): Estimate {
  const { level = 0.95, positive = "outside", rule = "step" } = options;
  checkPositive(positive);
  if (rule !== "trapezoid" && rule !== "step")
    throw new InputError("unknown-option", `rule must be "step" or "trapezoid", got ${JSON.stringify(rule)}`);
  const { scores, outcomes, weights } = joinScores(rows, positive);
  const area = rule === "step" ? averagePrecision : prAucTrapezoid;
  const estimate = area(scores, outcomes, { level, ...(weights ? { weights } : {}) });
  return { ...estimate, spec: { ...estimate.spec, positive } };
}

/** @throws {InputError} `unknown-option` */
export function checkPositive(positive: OodPositive): void {
  if (positive !== "outside" && positive !== "inside")
    throw new InputError("unknown-option", `positive must be "outside" or "inside", got ${JSON.stringify(positive)}`);
}

import type { Calibrator } from "../calibration/calibrator.ts";
import { InputError } from "../errors.ts";
import type { ReportDocument, Task } from "../report/document.ts";
import { checkByHand } from "./by-hand.ts";
import type {
  Capacity,
  Costs,
  DecisionScore,
  InDistributionDemand,
  Objective,
  PolicyChoices,
  Thresholds,
} from "./policy.ts";

/** Options of `makePolicy`. */
export interface PolicyOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  readonly objective: Objective;
  /** ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Costs beside another objective. Default null. */
  readonly costs?: Costs | null;
  /** Capacity beside another objective. Default null. */
  readonly capacity?: Capacity | null;
  /** Default `positive` for recall, F-beta and precision of binary predictions, else `confidence`. */
  readonly on?: DecisionScore;
  /**
   * What becomes of rows below the threshold where neither costs nor a capacity decide that. Default `review`, for policies
   * on the positive class `abstain`.
   */
  readonly below?: "review" | "abstain";
  /** Thresholds in use today, to compare with. Default null. */
  readonly current?: Thresholds | null;
  /** Columns whose segments are reported. Default: all columns of the predictions. */
  readonly by?: readonly string[];
  /** For risk targets: thresholds per combination of `by`, each certified at its share of the failure. Default false. */
  readonly perSegment?: boolean;
  /** Coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Of the pilot of a certificate and the folds of a tuned threshold. Default 0. */
  readonly seed?: number;
  /** True where the scores were fitted, chosen or calibrated on these very rows. Default false. */
  readonly fittedHere?: boolean;
  /** Rows with a p-value (`insidePValues` of the predictions) at or below its level are reviewed, whatever their score. */
  readonly inDistribution?: InDistributionDemand;
  /** What made the scores of the predictions given; kept in the document. Default null. */
  readonly calibrator?: Calibrator | null;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly objective: Objective;
  readonly costs: Costs | null;
  readonly capacity: Capacity | null;
  readonly choices: PolicyChoices;
  readonly inDistribution?: InDistributionDemand;
}

function defaultScore(objective: Objective, task: Task): DecisionScore {
  const isOfPositives = objective.kind === "recall" || objective.kind === "f-beta";
  return isOfPositives || (objective.kind === "precision" && task === "binary") ? "positive" : "confidence";
}

function checkThresholds(thresholds: Thresholds | null): void {
  for (const [name, value] of Object.entries(thresholds ?? {}))
    if (value !== null && !(value >= 0 && value < Infinity))
      throw new InputError("out-of-range", `the current threshold to ${name} must be a number ≥ 0, got ${value}`);
}

/**
 * Fills in the defaults of options.
 *
 * @param columns names of the segment columns there are
 * @throws {InputError} `incompatible` for options that exclude each other; `out-of-range`
 */
export function resolveOptions(options: PolicyOptions, task: Task, columns: readonly string[]): ResolvedOptions {
  const { objective, current = null, perSegment = false, level = 0.95, seed = 0, fittedHere = false } = options;
  const on = options.on ?? defaultScore(objective, task);
  const { below = on === "positive" ? "abstain" : "review", by = columns } = options;
  const costs = options.costs ?? null;
  const { kind } = objective;
  if (costs !== null && (kind === "costs" || kind === "cost-matrix"))
    throw new InputError("incompatible", "costs are the objective already; give them once");
  const given = options.capacity ?? null;
  if (given !== null && kind === "capacity")
    throw new InputError("incompatible", "the capacity is the objective already; give it once");
  const { reviews, volume, period } =
    kind === "capacity" ? objective : (given ?? { reviews: 0, volume: 0, period: "" });
  const capacity = kind === "capacity" || given !== null ? { reviews, volume, period } : null;
  if (capacity !== null && kind === "cost-matrix")
    throw new InputError(
      "incompatible",
      "a capacity cannot be kept by a cost matrix, which decides each row by itself",
    );
  if (kind === "thresholds") checkByHand(objective.thresholds);
  if (perSegment && kind !== "risk")
    throw new InputError("incompatible", "thresholds per segment need a risk target (maxError)");
  if (perSegment && by.length === 0)
    throw new InputError("incompatible", "thresholds per segment need at least one segment column");
  if (perSegment && capacity !== null)
    throw new InputError("incompatible", "thresholds per segment cannot keep a capacity of all rows together");
  if ((kind === "recall" || kind === "f-beta") && on !== "positive")
    throw new InputError("incompatible", `${kind} is of the rows of the positive class: it needs binary predictions`);
  const reviewCosts = kind === "costs" ? objective.costs : costs;
  if (capacity !== null && reviewCosts !== null && reviewCosts.review === null)
    throw new InputError("incompatible", "a capacity is of reviews: give their cost, or 0 where they are paid anyway");
  if (kind === "capacity" && costs === null && on === "positive")
    throw new InputError(
      "incompatible",
      "a capacity alone reviews the least sure rows, which a probability of the positive class does not say: use the confidence, or give costs",
    );
  checkThresholds(current);
  const { inDistribution } = options;
  if (inDistribution !== undefined && !(inDistribution.level > 0 && inDistribution.level < 1))
    throw new InputError(
      "out-of-range",
      `the level at which rows are called outside must be in (0, 1), got ${inDistribution.level}`,
    );
  const choices = { on, below, current, by, perSegment, level, seed, fittedHere };
  return { objective, costs, capacity, choices, ...(inDistribution === undefined ? {} : { inDistribution }) };
}

import type { Capacity, Costs, Objective, Thresholds } from "@candor/core";
import { type MatrixDraft, readCosts } from "./policy-costs.ts";
import type { ObjectiveFlags } from "./policy-flags.ts";
import { UsageError } from "./usage-error.ts";

/** What a policy is asked to reach; a cost matrix waits for the names of the classes. */
export interface ObjectivePlan {
  readonly objective: Objective | { readonly kind: "matrix"; readonly matrix: MatrixDraft };
  /** Beside another objective. */
  readonly costs: Costs | null;
  readonly capacity: Capacity | null;
}

/** The choices there are, for who gives none. */
const CHOICES = `expected one of:
  --cost-error C with --cost-review C or --cost-abstain C    least cost
  --costs FILE                                               least cost, by class
  --capacity N --volume N                                    what can be reviewed
  --max-error SHARE [--sure SHARE]                           errors, proven
  --precision SHARE | --recall SHARE | --coverage SHARE | --f-beta BETA
  --thresholds LOW,HIGH                                      by hand, nothing proven`;

const TARGETS = [
  ["maxError", "--max-error"],
  ["precision", "--precision"],
  ["recall", "--recall"],
  ["fBeta", "--f-beta"],
  ["coverage", "--coverage"],
  ["thresholds", "--thresholds"],
] as const;

type Target = (typeof TARGETS)[number];

function targetOf(flags: ObjectiveFlags): Target | undefined {
  const given = TARGETS.filter(([key]) => flags[key] !== undefined);
  if (given.length > 1)
    throw new UsageError(
      `${given.map(([, flag]) => flag).join(" and ")} exclude each other: a policy has one target, beside which costs and a capacity may stand`,
    );
  return given[0];
}

function objectiveOf([key]: Target, flags: ObjectiveFlags): Objective {
  if (key === "thresholds") return { kind: key, thresholds: thresholdsOf(flags) };
  const value = flags[key] ?? 0;
  switch (key) {
    case "maxError":
      return { kind: "risk", maxError: value, sure: flags.sure ?? 0.95, minCoverage: flags.minCoverage ?? null };
    case "fBeta":
      return { kind: "f-beta", beta: value };
    default:
      return { kind: key, target: value };
  }
}

/** Where one threshold is given, the rest is reviewed unless it is left. */
function thresholdsOf({ thresholds = [], below, actOn }: ObjectiveFlags): Thresholds {
  const [low = null, high = null] = thresholds;
  if (high !== null) {
    if (below !== undefined)
      throw new UsageError("--below and two thresholds exclude each other: the lower one says what is left");
    return { act: high, abstain: low };
  }
  const isLeft = below === undefined ? actOn === "positive" : below === "abstain";
  return { act: low, abstain: isLeft ? low : null };
}

function capacityOf(flags: ObjectiveFlags): Capacity | null {
  const { capacity, reviewers, reviewsPerReviewer, volume, period = "day" } = flags;
  if (capacity !== undefined && (reviewers !== undefined || reviewsPerReviewer !== undefined))
    throw new UsageError("--capacity and --reviewers exclude each other: both say how many reviews there are");
  if ((reviewers === undefined) !== (reviewsPerReviewer === undefined))
    throw new UsageError("--reviewers and --reviews-per-reviewer belong together, expected both");
  const reviews =
    reviewers !== undefined && reviewsPerReviewer !== undefined ? reviewers * reviewsPerReviewer : capacity;
  if (reviews === undefined) {
    if (volume !== undefined || flags.period !== undefined)
      throw new UsageError(
        `${volume === undefined ? "--period" : "--volume"} belongs to a capacity, expected --capacity too`,
      );
    return null;
  }
  if (volume === undefined)
    throw new UsageError("a capacity needs --volume too: how many predictions there are per period");
  return { reviews, volume, period };
}

function costsOf(flags: ObjectiveFlags): Costs | null {
  const { costError, costReview, costAbstain, costMissed, reviewError } = flags;
  const others = [
    ["--cost-review", costReview],
    ["--cost-abstain", costAbstain],
    ["--cost-missed", costMissed],
    ["--review-error", reviewError],
  ] as const;
  const given = others.filter(([, value]) => value !== undefined).map(([flag]) => flag);
  if (costError === undefined) {
    if (given.length > 0)
      throw new UsageError(`${given.join(", ")} needs --cost-error too: what acting on a wrong prediction costs`);
    return null;
  }
  if (costReview === undefined && costAbstain === undefined)
    throw new UsageError(
      "--cost-error needs something to do instead of acting, expected --cost-review or --cost-abstain too",
    );
  if (costMissed !== undefined && costAbstain === undefined)
    throw new UsageError("--cost-missed needs --cost-abstain too, which may be 0");
  if (reviewError !== undefined && costReview === undefined)
    throw new UsageError("--review-error needs --cost-review too, which may be 0");
  return {
    error: costError,
    review: costReview ?? null,
    abstain: costAbstain ?? null,
    missed: costMissed ?? 0,
    reviewError: reviewError ?? 0,
  };
}

async function givenCosts(flags: ObjectiveFlags): Promise<{ costs: Costs | null; matrix: MatrixDraft | null }> {
  if (flags.costs === undefined) return { costs: costsOf(flags), matrix: null };
  const given = await readCosts(flags.costs);
  const { costError, costReview, costAbstain, costMissed, reviewError } = flags;
  const also = [costError, costMissed, reviewError, ...(given.kind === "costs" ? [costReview, costAbstain] : [])];
  if (also.some((value) => value !== undefined))
    throw new UsageError(
      "--costs and single costs exclude each other, except --cost-review and --cost-abstain beside a matrix",
    );
  if (given.kind === "costs") return { costs: given.costs, matrix: null };
  const { matrix } = given;
  if ((matrix.review !== null && costReview !== undefined) || (matrix.abstain !== null && costAbstain !== undefined))
    throw new UsageError("--costs holds the cost of a review or of abstaining already, expected it once");
  return {
    costs: null,
    matrix: { ...matrix, review: costReview ?? matrix.review, abstain: costAbstain ?? matrix.abstain },
  };
}

function checkCompanions(flags: ObjectiveFlags): void {
  const { maxError, sure, minCoverage, thresholdsPerSegment } = flags;
  const lone = [
    ["--sure", sure],
    ["--min-coverage", minCoverage],
    ["--thresholds-per-segment", thresholdsPerSegment],
  ] as const;
  const given = lone.find(([, value]) => value !== undefined);
  if (maxError === undefined && given !== undefined)
    throw new UsageError(`${given[0]} belongs to a proven bound, expected --max-error too`);
}

/**
 * What the flags ask for.
 *
 * @throws {UsageError} for nothing to decide by, two targets at once, and flags whose companion is missing
 * @throws {BadInput} for costs that cannot be read
 */
export async function planObjective(flags: ObjectiveFlags): Promise<ObjectivePlan> {
  checkCompanions(flags);
  const target = targetOf(flags);
  const capacity = capacityOf(flags);
  const { costs, matrix } = await givenCosts(flags);
  if (matrix !== null) {
    if (target !== undefined || capacity !== null)
      throw new UsageError(
        `a cost matrix and ${target?.[1] ?? "a capacity"} exclude each other: the matrix decides each row by itself`,
      );
    return { objective: { kind: "matrix", matrix }, costs: null, capacity: null };
  }
  if (target !== undefined) return { objective: objectiveOf(target, flags), costs, capacity };
  if (capacity !== null) return { objective: { kind: "capacity", ...capacity }, costs, capacity: null };
  if (costs !== null) return { objective: { kind: "costs", costs }, costs: null, capacity: null };
  throw new UsageError(`nothing to decide by, ${CHOICES}`);
}

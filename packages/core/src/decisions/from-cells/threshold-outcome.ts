import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { normalQuantile } from "../../special/normal.ts";
import { checkCosts } from "../check-costs.ts";
import { reviewCost } from "../cost-thresholds.ts";
import type { Costs, DecisionScore, ExpectedOutcome, Thresholds } from "../policy.ts";
import { type Share, shareOfSums } from "../share-of-sums.ts";
import type { DecisionCells } from "./decision-cells.ts";

/** Options of `thresholdOutcome`. */
export interface ThresholdOutcomeOptions {
  /** Of decisions; null (default) leaves the cost out. */
  readonly costs?: Costs | null;
  /** Coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/** What thresholds lead to, from cells. */
export interface ThresholdOutcome extends ExpectedOutcome {
  /** Of 1000 predictions, those that are acted on and wrong; null where no labelled one is acted on but others are. */
  readonly wrongPerThousand: Estimate | null;
  /**
   * Share of predictions in cells that a threshold divides; these count as below it. 0 where both thresholds are among
   * `thresholdStops`: then every number is exact.
   */
  readonly divided: number;
}

/** Sums over the cells of one decision. */
interface Region {
  predictions: number;
  count: number;
  right: number;
  weight: number;
  weightRight: number;
  squared: number;
  squaredRight: number;
}

const nothing: Region = {
  predictions: 0,
  count: 0,
  right: 0,
  weight: 0,
  weightRight: 0,
  squared: 0,
  squaredRight: 0,
};

function add(region: Region, cells: DecisionCells, k: number): void {
  region.predictions += cells.predictions[k];
  region.count += cells.count[k];
  region.right += cells.right[k];
  region.weight += cells.weight[k];
  region.weightRight += cells.weightRight[k];
  region.squared += cells.squared[k];
  region.squaredRight += cells.squaredRight[k];
}

/** Which decision a prediction without score gets: never act; of confidences what a confidence of 0 gets. */
function decisionWithout(on: DecisionScore, { act, abstain }: Thresholds): 1 | 2 {
  if (on === "positive") return act !== null && act === abstain ? 2 : 1;
  return (abstain ?? 0) > 0 ? 2 : 1;
}

function divide(cells: DecisionCells, thresholds: Thresholds): { regions: [Region, Region, Region]; divided: number } {
  const from = thresholds.act ?? Infinity;
  const below = thresholds.abstain ?? -Infinity;
  const regions: [Region, Region, Region] = [{ ...nothing }, { ...nothing }, { ...nothing }];
  let divided = 0;
  for (let k = 0; k < cells.from.length; k++) {
    const lowest = cells.from[k];
    const next = cells.to[k];
    add(regions[lowest >= from ? 0 : lowest < below ? 2 : 1], cells, k);
    const isDivided = (threshold: number): boolean => lowest < threshold && threshold < next;
    if (isDivided(from) || (below < from && isDivided(below))) divided += cells.predictions[k];
  }
  regions[decisionWithout(cells.on, thresholds)].predictions += cells.withoutScore;
  return { regions, divided };
}

function isCounted({ count, weight, squared }: Pick<DecisionCells, "count" | "weight" | "squared">): boolean {
  for (let k = 0; k < count.length; k++)
    if (weight[k] !== count[k] || Math.abs(squared[k] - count[k]) > 1e-12 * count[k]) return false;
  return true;
}

/** Share of wrong ones, or of right ones, among labelled ones of a region; null without any. */
function rateOf(region: Region, of: "right" | "wrong", counted: boolean, level: number): Share | null {
  const { weight, weightRight, squared, squaredRight } = region;
  if (!(weight > 0)) return null;
  const isRight = of === "right";
  return shareOfSums(
    {
      total: weight,
      part: isRight ? weightRight : Math.max(0, weight - weightRight),
      squares: squared,
      partSquares: isRight ? squaredRight : Math.max(0, squared - squaredRight),
    },
    counted,
    level,
  );
}

/**
 * What two thresholds lead to: how much is acted on, reviewed and left, how much of what is acted on is wrong, and what it
 * costs.
 *
 * Shares are of all predictions, labelled or not. Errors are of those with an outcome (one over the propensity each), so they
 * hold where these were not picked by their outcome.
 *
 * @param cells from `decisionCells`; at least one prediction
 * @param thresholds as of a policy: act from `act`, abstain below `abstain`, acting first; best among `thresholdStops`
 * @returns shares with Clopper–Pearson intervals, errors too, under weights Wilson's at the effective n. The cost is null
 *   without costs, where thresholds do what has no cost, or where it rests on outcomes that are not there
 * @throws {InputError} `empty` without predictions; `out-of-range`, `incompatible` for costs and thresholds
 *
 * Source: intervals of sums of independent shares: Zou, Huang and Zhang (2009), Comput. Stat. Data Anal. 53 (MOVER), with
 * the spread between decisions added as of a mean of categories.
 * Accuracy: at stops the shares, the error and the mean cost are those of `expectedOutcome` on the same rows to rounding.
 */
export function thresholdOutcome(
  cells: DecisionCells,
  thresholds: Thresholds,
  options: ThresholdOutcomeOptions = {},
): ThresholdOutcome {
  const { costs = null, level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  checkThresholds(thresholds);
  if (costs) checkCosts(costs);
  const { regions, divided } = divide(cells, thresholds);
  const [acted, reviewed, left] = regions;
  const total = acted.predictions + reviewed.predictions + left.predictions;
  if (!(total > 0)) throw new InputError("empty", "there are no predictions");
  const counted = isCounted(cells);
  const notes = counted ? {} : { weighted: true };
  const shareOf = (metric: string, part: number): Estimate => ({
    ...shareOfSums({ total, part, squares: total, partSquares: part }, true, level),
    level,
    n: total,
    spec: { metric, of: "predictions" },
  });
  const wrong = rateOf(acted, "wrong", counted, level);
  const labelled = acted.count + reviewed.count + left.count;
  const frame: CostFrame = { acted, reviewed, left, total, labelled, wrong, counted, level };
  const rightOfAll = acted.weightRight + reviewed.weightRight + left.weightRight;
  const perThousand = { error: 1000, review: 0, abstain: 0, missed: 0, reviewError: 0 };
  return {
    coverage: shareOf("decision-coverage", acted.predictions),
    error: wrong && { ...wrong, level, n: acted.count, spec: { metric: "decision-error", ...notes } },
    cost: costs && costOf(frame, costs, { metric: "decision-cost", ...notes }),
    reviewVolume: shareOf("review-volume", reviewed.predictions),
    abstention: shareOf("abstention", left.predictions),
    recall:
      cells.on === "positive" && rightOfAll > 0
        ? {
            ...shareOfSums(
              {
                total: rightOfAll,
                part: acted.weightRight,
                squares: acted.squaredRight + reviewed.squaredRight + left.squaredRight,
                partSquares: acted.squaredRight,
              },
              counted,
              level,
            ),
            level,
            n: acted.right + reviewed.right + left.right,
            spec: { metric: "decision-recall", ...notes },
          }
        : null,
    wrongPerThousand: costOf(frame, perThousand, { metric: "wrong-per-thousand", ...notes }),
    divided: divided / total,
  };
}

function checkThresholds(thresholds: Thresholds): void {
  for (const [name, value] of Object.entries(thresholds))
    if (value !== null && !(value >= 0 && value < Infinity))
      throw new InputError("out-of-range", `the threshold to ${name} must be a number ≥ 0, got ${value}`);
}

interface CostFrame {
  readonly acted: Region;
  readonly reviewed: Region;
  readonly left: Region;
  readonly total: number;
  readonly labelled: number;
  readonly wrong: Share | null;
  readonly counted: boolean;
  readonly level: number;
}

/** Cost of a decision per prediction that gets it, with its interval; null where outcomes are missing for it. */
interface UnitCost {
  readonly share: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

function costOf(frame: CostFrame, costs: Costs, spec: Estimate["spec"]): Estimate | null {
  const { acted, reviewed, left, total, labelled, wrong, counted, level } = frame;
  const units: UnitCost[] = [];
  const addUnit = (region: Region, base: number, slope: number, rate: Share | null): boolean => {
    const share = region.predictions / total;
    if (share === 0) return true;
    if (slope === 0) units.push({ share, value: base, lower: base, upper: base });
    else if (rate === null) return false;
    else
      units.push({
        share,
        value: base + slope * rate.value,
        lower: base + slope * rate.lower,
        upper: base + slope * rate.upper,
      });
    return true;
  };
  if (reviewed.predictions > 0 && costs.review === null) return null;
  if (left.predictions > 0 && costs.abstain === null) return null;
  const isKnown =
    addUnit(acted, 0, costs.error, wrong) &&
    addUnit(reviewed, costs.review === null ? 0 : reviewCost(costs), 0, null) &&
    addUnit(left, costs.abstain ?? 0, costs.missed, rateOf(left, "right", counted, level));
  if (!isKnown) return null;
  const value = units.reduce((sum, unit) => sum + unit.share * unit.value, 0);
  const z = normalQuantile(0.5 + level / 2);
  const between = units.reduce((sum, unit) => sum + unit.share * (unit.value - value) ** 2, 0) / total;
  const spread = (end: "lower" | "upper"): number =>
    Math.sqrt(units.reduce((sum, unit) => sum + (unit.share * (unit[end] - unit.value)) ** 2, z * z * between));
  const least = Math.min(...units.map((unit) => unit.value), ...possible(costs, frame, Math.min));
  const most = Math.max(...units.map((unit) => unit.value), ...possible(costs, frame, Math.max));
  return {
    value,
    lower: Math.max(least, value - spread("lower")),
    upper: Math.min(most, value + spread("upper")),
    level,
    n: labelled,
    effectiveN: wrong?.effectiveN ?? labelled,
    interval: "asymptotic",
    spec,
  };
}

/** The smallest or largest cost of a prediction under any decision that is taken. */
function possible(
  costs: Costs,
  { acted, left }: CostFrame,
  end: (...values: readonly number[]) => number,
): readonly number[] {
  return [
    ...(acted.predictions > 0 ? [end(0, costs.error)] : []),
    ...(left.predictions > 0 ? [end(costs.abstain ?? 0, (costs.abstain ?? 0) + costs.missed)] : []),
  ];
}

import { type Costs, type DecisionCells, type ThresholdOutcome, type Thresholds, thresholdOutcome } from "@candor/core";

/** The cells of scores in [from, to). */
function cellsBetween(cells: DecisionCells, from: number, to: number): DecisionCells {
  const inside = cells.from.map((score) => score >= from && score < to);
  const pick = (values: readonly number[]): number[] => values.filter((_, k) => inside[k]);
  return {
    on: cells.on,
    from: pick(cells.from),
    to: pick(cells.to),
    predictions: pick(cells.predictions),
    count: pick(cells.count),
    right: pick(cells.right),
    weight: pick(cells.weight),
    weightRight: pick(cells.weightRight),
    squared: pick(cells.squared),
    squaredRight: pick(cells.squaredRight),
    withoutScore: 0,
  };
}

/** What lies between two thresholds to act. */
export interface Between {
  /** Whether the proposed threshold acts on these, or on these no more. */
  readonly isMore: boolean;
  readonly predictions: number;
  readonly error: ThresholdOutcome["error"];
}

/** The predictions on which two thresholds to act differ; null where they do not. */
export function betweenOf(cells: DecisionCells, now: Thresholds, proposed: Thresholds): Between | null {
  const [a, b] = [now.act ?? Infinity, proposed.act ?? Infinity];
  const between = cellsBetween(cells, Math.min(a, b), Math.max(a, b));
  const predictions = between.predictions.reduce((sum, count) => sum + count, 0);
  if (predictions === 0) return null;
  const { error } = thresholdOutcome(between, { act: 0, abstain: null });
  return { isMore: b < a, predictions, error };
}

/** What thresholds lead to, with the costs where these have a price for everything that is done. */
export function effectsOf(cells: DecisionCells, thresholds: Thresholds, costs: Costs | null): ThresholdOutcome {
  return thresholdOutcome(cells, thresholds, { costs });
}

/** Digits of a share in percent that its interval leaves room for. */
export function shareDigits({ lower, upper }: { readonly lower: number; readonly upper: number }): number {
  return upper - lower < 0.02 ? 2 : 1;
}

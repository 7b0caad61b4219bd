import { costTable } from "./decision-problem.ts";
import type { Capacity, CapacityPoint, Costs, Thresholds } from "./policy.ts";
import { allOf, divideRows, type RankedRows } from "./ranked-rows.ts";

/** The curve goes to this multiple of the capacity, in steps of an eighth. */
const LARGEST_MULTIPLE = 3;
const STEPS = 24;

/** Mean cost per row of thresholds on ranked rows. */
export function costOfThresholds(ranked: RankedRows, thresholds: Thresholds, costs: Costs): number {
  const { acted, actedRight, reviewed, abstained, abstainedRight } = divideRows(ranked, thresholds);
  const [wrong, review, abstainWrong, , , abstainRight] = costTable(costs);
  const sum =
    (acted - actedRight) * wrong +
    reviewed * review +
    (abstained - abstainedRight) * abstainWrong +
    abstainedRight * abstainRight;
  return sum / allOf(ranked);
}

/**
 * What becomes of coverage, error and cost when the capacity changes, from no reviews to three times as many.
 *
 * @param thresholdsAt thresholds for a share of rows that can be reviewed
 * @returns by ascending number of reviews, at most that of the rows per period
 */
export function capacityCurve(
  ranked: RankedRows,
  { reviews, volume }: Capacity,
  thresholdsAt: (share: number) => Thresholds,
  costs: Costs | null,
): CapacityPoint[] {
  const largest = Math.min(volume, reviews > 0 ? LARGEST_MULTIPLE * reviews : volume);
  const multiples = Array.from({ length: STEPS + 1 }, (_, k) => (k / STEPS) * largest);
  const numbers = [...new Set([...multiples, Math.min(volume, reviews)])].sort((a, b) => a - b);
  return numbers.map((number) => {
    const thresholds = thresholdsAt(number / volume);
    const { acted, actedRight } = divideRows(ranked, thresholds);
    return {
      reviews: number,
      thresholds,
      coverage: acted / allOf(ranked),
      error: acted > 0 ? (acted - actedRight) / acted : null,
      cost: costs === null ? null : costOfThresholds(ranked, thresholds, costs),
    };
  });
}

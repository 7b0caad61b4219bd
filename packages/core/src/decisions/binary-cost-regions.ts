import { InputError } from "../errors.ts";
import { checkCostMatrix } from "./check-costs.ts";
import type { CostMatrix } from "./policy.ts";

/** What costs least between two probabilities of the positive class. */
export interface CostRegion {
  readonly from: number;
  readonly to: number;
  readonly choice: "negative" | "positive" | "review" | "abstain";
  /** Class treated as; null for review and abstain. */
  readonly treatAs: string | null;
}

/** `intercept + slope · p` is the expected cost at a probability p of the positive class. */
interface Line {
  readonly choice: CostRegion["choice"];
  readonly intercept: number;
  readonly slope: number;
}

/** Safer choices first: they win where costs are equal. */
function linesOf({ costs: [negative, positive], review, abstain }: CostMatrix): Line[] {
  const flat = (choice: "review" | "abstain", cost: number | null): Line[] =>
    cost === null ? [] : [{ choice, intercept: cost, slope: 0 }];
  return [
    ...flat("review", review),
    ...flat("abstain", abstain),
    { choice: "negative", intercept: negative[0], slope: positive[0] - negative[0] },
    { choice: "positive", intercept: negative[1], slope: positive[1] - negative[1] },
  ];
}

/** The cheapest line just above p: the lowest there, of equals the one that falls most, of equals the safer. */
function cheapestAfter(lines: readonly Line[], p: number): Line {
  const at = ({ intercept, slope }: Line): number => intercept + slope * p;
  return lines.reduce((best, line) => {
    const difference = at(line) - at(best);
    const size = Math.abs(line.intercept) + Math.abs(line.slope) + Math.abs(best.intercept) + Math.abs(best.slope);
    const equal = Math.abs(difference) <= 1e-14 * size;
    return (!equal && difference < 0) || (equal && line.slope < best.slope) ? line : best;
  });
}

/**
 * Where along the probability of the positive class each choice costs least: the lower envelope of at most four lines, in
 * closed form.
 *
 * @param matrix of two classes, [negative, positive]
 * @returns regions by ascending probability, from 0 to 1 without gaps; choices that cost least nowhere are absent
 * @throws {InputError} as `checkCostMatrix`; `incompatible` for other than two classes
 *
 * Source: Elkan (2001), IJCAI, equation 2: without review and abstaining the positive class starts at
 * (c₁₀ − c₀₀)/(c₁₀ − c₀₀ + c₀₁ − c₁₁); Herbei and Wegkamp (2006), "Classification with reject option".
 */
export function binaryCostRegions(matrix: CostMatrix): CostRegion[] {
  checkCostMatrix(matrix);
  if (matrix.classNames.length !== 2)
    throw new InputError(
      "incompatible",
      `regions along one probability need 2 classes, got ${matrix.classNames.length}`,
    );
  const lines = linesOf(matrix);
  const regions: CostRegion[] = [];
  let from = 0;
  while (from < 1) {
    const current = cheapestAfter(lines, from);
    let to = 1;
    for (const { intercept, slope } of lines) {
      if (!(slope < current.slope)) continue;
      const crossing = (intercept - current.intercept) / (current.slope - slope);
      if (crossing > from && crossing < to) to = crossing;
    }
    const { choice } = current;
    const treatAs = choice === "negative" ? matrix.classNames[0] : choice === "positive" ? matrix.classNames[1] : null;
    regions.push({ from, to, choice, treatAs });
    from = to;
  }
  return regions;
}

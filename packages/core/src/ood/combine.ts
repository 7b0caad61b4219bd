import type { OodLogistic, OodSum } from "./detector.ts";

/**
 * The combined score of each row.
 *
 * @param scores one array per part, equally long
 * @returns Σ weight · (score − centre) / spread, all weights 1 for a sum, plus the intercept of a logistic
 */
export function combineScores(scores: readonly Float64Array[], combination: OodSum | OodLogistic): Float64Array {
  const { centres, spreads } = combination;
  const start = combination.kind === "logistic" ? combination.intercept : 0;
  const combined = new Float64Array(scores[0].length).fill(start);
  scores.forEach((values, part) => {
    const weight = combination.kind === "logistic" ? combination.weights[part] : 1;
    addStandardised(combined, values, centres[part], weight / spreads[part]);
  });
  return combined;
}

function addStandardised(sum: Float64Array, values: Float64Array, centre: number, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * (values[i] - centre);
}

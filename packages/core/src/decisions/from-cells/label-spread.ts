import type { DecisionCells } from "./decision-cells.ts";

/** Whether outcomes are spread over scores as predictions are. */
export interface LabelSpread {
  /** Largest difference between the shares of predictions and of weighted outcomes below any score, in [0, 1]. */
  readonly distance: number;
  /** What chance alone passes once in a thousand times. */
  readonly limit: number;
  /** True where outcomes were not drawn from all scores alike: errors are then of those with an outcome only. */
  readonly differs: boolean;
}

/**
 * Whether the outcomes there are were drawn from all scores alike.
 *
 * @param cells from `decisionCells`
 * @returns null without outcomes
 *
 * Source: Massart (1990), Ann. Probab. 18 (the constant of Dvoretzky, Kiefer and Wolfowitz), at the effective n.
 */
export function labelSpread({ predictions, weight, squared }: DecisionCells): LabelSpread | null {
  const total = predictions.reduce((sum, n) => sum + n, 0);
  const mass = weight.reduce((sum, w) => sum + w, 0);
  const squares = squared.reduce((sum, w) => sum + w, 0);
  if (!(mass > 0 && squares > 0)) return null;
  let [below, labelled, distance] = [0, 0, 0];
  for (let k = 0; k < predictions.length; k++) {
    below += predictions[k] / total;
    labelled += weight[k] / mass;
    distance = Math.max(distance, Math.abs(below - labelled));
  }
  const limit = Math.min(1, Math.sqrt((Math.log(2 / 0.001) * squares) / (2 * mass * mass)));
  return { distance: Math.min(1, distance), limit, differs: distance > limit };
}

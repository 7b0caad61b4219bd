import type { SelectedLabels, SelectedOptions } from "./selected-labels.ts";

/** Labels and population of the rows whose confidence lies in a range. */
export interface Subset {
  readonly labels: SelectedLabels;
  readonly population: Float64Array | undefined;
  /** Positions of these labels among all. */
  readonly rows: Int32Array;
}

/**
 * The rows whose confidence is in a range.
 *
 * @param isIn tells it of a confidence
 */
export function subsetWhere(
  labels: SelectedLabels,
  { population }: SelectedOptions,
  isIn: (confidence: number) => boolean,
): Subset {
  const { confidences, outcomes, propensities } = labels;
  const kept: number[] = [];
  for (let i = 0; i < confidences.length; i++) if (isIn(confidences[i])) kept.push(i);
  const rows = Int32Array.from(kept);
  return {
    rows,
    labels: {
      confidences: Float64Array.from(rows, (i) => confidences[i]),
      outcomes: Uint8Array.from(rows, (i) => outcomes[i]),
      propensities: Float64Array.from(rows, (i) => propensities[i]),
    },
    population: population?.filter((f) => isIn(f)),
  };
}

/** Options for a subset: the same, with the population of the subset. */
export function optionsOf<T extends SelectedOptions>(options: T, { population }: Subset): T {
  return population === undefined ? options : { ...options, population };
}

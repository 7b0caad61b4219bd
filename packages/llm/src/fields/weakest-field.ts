import type { Field } from "./field.ts";

/**
 * The field with the lowest probability, the first of equals.
 *
 * @param fields as `readFields` gives them
 * @returns null where no field has a probability; fields without one are never the weakest, since nothing is known of them
 */
export function weakestField(fields: readonly Field[]): Field | null {
  let weakest: Field | null = null;
  let least = Infinity;
  for (const field of fields) {
    if (field.probability === null || field.probability >= least) continue;
    weakest = field;
    least = field.probability;
  }
  return weakest;
}

import { InputError } from "../../errors.ts";
import type { ClassRows } from "./class-rows.ts";

/**
 * Classes whose logit is the same in every row, so that a scale of theirs cannot be told from a bias.
 *
 * @throws {InputError} `incompatible` where all are
 */
export function constantClasses({ logits }: ClassRows, method: string): readonly number[] {
  const { data, rows, cols } = logits;
  const found: number[] = [];
  for (let k = 0; k < cols; k++) {
    let i = 1;
    while (i < rows && data[i * cols + k] === data[k]) i++;
    if (i >= rows) found.push(k);
  }
  if (found.length === cols)
    throw new InputError("incompatible", `${method} has no single optimum: every row has the same logits`);
  return found;
}

import { InputError } from "../errors.ts";
import type { Decisions } from "./decide.ts";
import type { InDistributionDemand } from "./policy.ts";

/** Whether a p-value in [0, 1] is at or below the level of a demand: the row is called outside. */
export function isOutside(pValue: number, { level }: Pick<InDistributionDemand, "level">): boolean {
  return pValue <= level;
}

/**
 * 1 for rows whose p-value is at or below the level.
 *
 * @param pValues one per row, in [0, 1]
 * @throws {InputError} `incompatible` without p-values, `shape-mismatch`, `out-of-range` with the row
 */
export function outsideRows(pValues: Float64Array | undefined, rows: number, demand: InDistributionDemand): Uint8Array {
  const { column } = demand;
  if (pValues === undefined)
    throw new InputError(
      "incompatible",
      `the policy demands that a row is in distribution: it reads its p-value (${column}), which these rows lack`,
    );
  if (pValues.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${pValues.length} p-values (${column})`);
  const outside = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = pValues[i];
    if (!(p >= 0 && p <= 1))
      throw new InputError("out-of-range", `expected a p-value in [0, 1] (${column}), got ${p} at row ${i}`, i);
    if (isOutside(p, demand)) outside[i] = 1;
  }
  return outside;
}

/** Sends rows from outside to review, whatever was decided. */
export function reviewOutside(
  { codes, classes }: Decisions,
  pValues: Float64Array | undefined,
  demand: InDistributionDemand,
): void {
  const outside = outsideRows(pValues, codes.length, demand);
  for (let i = 0; i < codes.length; i++) {
    if (outside[i] === 0) continue;
    codes[i] = 1;
    if (classes !== null) classes[i] = -1;
  }
}

import { InputError } from "../errors.ts";

/** What every member of an ensemble forecasts for every row: a number, and its standard deviation where it says one. */
export interface MemberForecasts {
  /** `means[m * rows + i]`: the number that member m forecasts for row i. */
  readonly means: Float64Array;
  /** Standard deviations > 0 in the same layout; absent where members give a number only. */
  readonly sigmas?: Float64Array;
  readonly members: number;
  readonly rows: number;
}

/**
 * Lets forecasts of members pass that can be used.
 *
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range` with the row, and the member in the message
 */
export function checkMemberForecasts({ means, sigmas, members, rows }: MemberForecasts): void {
  if (!(Number.isInteger(members) && members >= 1))
    throw new InputError("empty", `an ensemble needs members, got ${members}`);
  if (!(Number.isInteger(rows) && rows >= 1)) throw new InputError("empty", "at least one row is needed, got none");
  for (const [name, values] of [["means", means] as const, ["sigmas", sigmas ?? means] as const])
    if (values.length !== members * rows)
      throw new InputError(
        "shape-mismatch",
        `${members} members × ${rows} rows need ${members * rows} ${name}, got ${values.length}`,
      );
  for (let j = 0; j < means.length; j++) {
    if (!Number.isFinite(means[j])) refuse("not-finite", `a finite forecast, got ${means[j]}`, j, rows);
    if (sigmas === undefined) continue;
    if (!Number.isFinite(sigmas[j])) refuse("not-finite", `a finite standard deviation, got ${sigmas[j]}`, j, rows);
    if (!(sigmas[j] > 0)) refuse("out-of-range", `a standard deviation > 0, got ${sigmas[j]}`, j, rows);
  }
}

function refuse(code: "not-finite" | "out-of-range", expected: string, at: number, rows: number): never {
  const row = at % rows;
  throw new InputError(code, `member ${Math.floor(at / rows)}, row ${row}: expected ${expected}`, row);
}

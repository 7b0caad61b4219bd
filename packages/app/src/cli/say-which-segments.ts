import type { Calibrator } from "@candor/core";
import { BadInput, nameList } from "@candor/input";

/**
 * What to throw where a column is missing that the calibrator, and not the user, asked for: the complaint, and who asked.
 *
 * @param by columns that the user named
 */
export function sayWhichSegments(
  calibrator: Calibrator | undefined,
  by: readonly string[] = [],
): (cause: unknown) => never {
  return (cause) => {
    const columns = calibrator?.segments?.columns ?? [];
    if (!BadInput.is(cause) || cause.column === undefined) throw cause;
    if (!columns.includes(cause.column) || by.includes(cause.column)) throw cause;
    const { row, column, file } = cause;
    throw new BadInput(`the calibrator has corrections by ${nameList(columns)}; ${cause.message}`, {
      row,
      column,
      file,
      cause,
    });
  };
}

import type { Matrix } from "@candor/core";
import { BadInput, nameList } from "@candor/input";

/** Whose classes a file has to have, for messages. */
export type ClassOwner = "calibrator" | "policy" | "calibration file";

/** How the classes of a file meet those of a calibrator. */
export interface ClassMatch {
  /** Position in the file of each class of the calibrator; undefined where both have the same order. */
  readonly order: Int32Array | undefined;
  /** What was decided, for the user. */
  readonly note: string | undefined;
}

/**
 * Matches classes by name. Where the file only numbers them, as an array does, they are taken in the order of the
 * calibrator.
 *
 * @param wanted names of the calibrator
 * @param found names of the file; undefined where it has none
 * @param width classes of the file
 * @param file for messages
 * @param owner whose names are wanted, for messages
 * @throws {BadInput} when the classes are not the same
 */
export function matchClasses(
  wanted: readonly string[],
  found: readonly string[] | undefined,
  width: number,
  file: string,
  owner: ClassOwner = "calibrator",
): ClassMatch {
  if (width !== wanted.length)
    throw new BadInput(
      `${file}: the ${owner} has ${wanted.length} classes (${nameList(wanted, 10)}), got ${width}${found === undefined ? "" : ` (${nameList(found, 10)})`}`,
      { file },
    );
  const areNumbers = (names: readonly string[]) => names.every((name, k) => name === String(k));
  if (found === undefined) {
    const note = `${file} does not name its classes: taken in the order of the ${owner}, ${nameList(wanted, 10)}`;
    return { order: undefined, note: areNumbers(wanted) ? undefined : note };
  }
  const order = Int32Array.from(wanted, (name) => found.indexOf(name));
  const missing = wanted.filter((_, k) => order[k]! < 0);
  if (missing.length > 0)
    throw new BadInput(
      `${file}: expected the classes of the ${owner} (${nameList(wanted, 10)}), got ${nameList(found, 10)}; missing: ${nameList(missing, 10)}`,
      { file },
    );
  if (order.every((at, k) => at === k)) return { order: undefined, note: undefined };
  return {
    order,
    note: `the classes of ${file} come in the order ${nameList(found, 10)}: matched to the ${owner} by name`,
  };
}

/** The columns of a matrix in another order: column k is `order[k]` of the given one. */
export function reorderColumns({ data, rows, cols }: Matrix, order: Int32Array): Matrix {
  const out = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += cols)
    for (let k = 0; k < cols; k++) out[start + k] = data[start + order[k]!]!;
  return { data: out, rows, cols };
}

/** The order that undoes `order`. */
export function inverseOrder(order: Int32Array): Int32Array {
  const out = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) out[order[k]!] = k;
  return out;
}

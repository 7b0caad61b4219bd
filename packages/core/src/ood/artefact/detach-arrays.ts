import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { arrayFingerprint, loadedArray } from "../array.ts";
import type { OodArray, OodDetector } from "../detector.ts";
import { mapArrays, namedArrays } from "./map-arrays.ts";

/** Arrays with more values than this leave the document. */
const LARGE = 4096;

/** A detector in two: a document that people can read, and its large arrays. */
export interface DetachedDetector {
  /** The same detector with `values: null` in arrays that are outside; its fingerprint is the same. */
  readonly document: OodDetector;
  /** By name: `knn.bank`, `mahalanobis.factor`, `head.weights`. */
  readonly arrays: Readonly<Record<string, Matrix>>;
}

/**
 * Takes large arrays out of a detector, to be kept beside it.
 *
 * @param detector with its arrays inside
 * @param options `above`: arrays with more values than this are taken out, default 4096; 0 takes out all
 * @returns both halves; `attachArrays` puts them together again
 */
export function detachArrays(
  detector: OodDetector,
  { above = LARGE }: { readonly above?: number } = {},
): DetachedDetector {
  const arrays: Record<string, Matrix> = {};
  const document = mapArrays(detector, (array, name) => {
    if (array.values === null || array.values.length <= above) return array;
    arrays[name] = loadedArray(array);
    return { ...array, values: null };
  });
  return { document, arrays };
}

/** The arrays that a document keeps outside: their names, rows and columns. */
export function detachedArrays(document: OodDetector): { name: string; rows: number; cols: number }[] {
  return namedArrays(document)
    .filter(({ array }) => array.values === null)
    .map(({ name, array: { shape } }) => ({ name, rows: shape[0], cols: shape[1] }));
}

function attached(array: OodArray, name: string, arrays: Readonly<Record<string, Matrix>>): OodArray {
  if (array.values !== null) return array;
  const given = arrays[name];
  const [rows, cols] = array.shape;
  if (given === undefined)
    throw new InputError("incompatible", `the array ${name} of the detector is missing (${rows} × ${cols})`);
  if (given.rows !== rows || given.cols !== cols)
    throw new InputError(
      "shape-mismatch",
      `the array ${name} of the detector is ${given.rows} × ${given.cols}, expected ${rows} × ${cols}`,
    );
  const found = arrayFingerprint(given);
  if (found !== array.fingerprint)
    throw new InputError(
      "incompatible",
      `the array ${name} is not that of the detector: expected ${array.fingerprint}, got ${found}`,
    );
  return { ...array, values: Array.from(given.data) };
}

/**
 * The detector with the arrays that were kept beside it.
 *
 * @param document opened, some arrays outside
 * @param arrays by name, as `detachArrays` gave them
 * @throws {InputError} `incompatible` for an array that is missing or not the detector's, `shape-mismatch` with both sizes
 */
export function attachArrays(document: OodDetector, arrays: Readonly<Record<string, Matrix>>): OodDetector {
  return mapArrays(document, (array, name) => attached(array, name, arrays));
}

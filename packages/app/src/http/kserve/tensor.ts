import { isRecord, shown } from "../ingest/rejection.ts";
import { KserveError } from "./kserve-error.ts";

/** An input of a request, read: numbers or texts, row by row. */
export interface Tensor {
  readonly name: string;
  readonly rows: number;
  /** Values per row. */
  readonly cols: number;
  readonly values: readonly (number | string | null)[];
}

const numeric: ReadonlySet<unknown> = new Set(["FP32", "FP64"]);

/** @throws {KserveError} where parameters are none, or ask for tensors as bytes after the JSON */
export function checkParameters(parameters: unknown, what: string): void {
  if (parameters === undefined || parameters === null) return;
  if (!isRecord(parameters)) throw new KserveError(`${what}: expected an object, got ${shown(parameters)}`);
  for (const [name, value] of Object.entries(parameters)) {
    if (name.startsWith("binary_data"))
      throw new KserveError(`${what}: the binary tensor data extension is not read here: send data as JSON`);
    if (typeof value === "object")
      throw new KserveError(
        `${what}: expected text, a number, true or false as ${name.slice(0, 80)}, got ${shown(value)}`,
      );
  }
}

function shapeOf(name: string, shape: unknown, isText: boolean): readonly [rows: number, cols: number] {
  const sizes: unknown[] = Array.isArray(shape) ? shape : [];
  const whole = sizes.filter(
    (size): size is number => typeof size === "number" && Number.isSafeInteger(size) && size >= 0,
  );
  const [rows, cols = 1] = whole;
  const isRight = rows !== undefined && whole.length === sizes.length && whole.length <= 2 && (!isText || cols === 1);
  if (isRight) return [rows, cols];
  const what = isText ? "[n] or [n, 1]" : "[n] or [n, k]";
  const got = Array.isArray(shape) ? JSON.stringify(shape).slice(0, 60) : shown(shape);
  throw new KserveError(`input ${name}: expected a shape ${what} of whole numbers, got ${got}`);
}

/** Row-major data, flat or nested as the shape is. */
function flat(name: string, data: unknown, rows: number, cols: number): readonly unknown[] {
  if (!Array.isArray(data)) throw new KserveError(`input ${name}: expected a list as data, got ${shown(data)}`);
  const list: readonly unknown[] = data;
  const isNested = list.some((row) => Array.isArray(row));
  if (isNested) {
    const bad = list.findIndex((row) => !Array.isArray(row) || row.length !== cols);
    if (list.length !== rows || bad >= 0)
      throw new KserveError(
        `input ${name}: expected ${rows} lists of ${cols} values, as its shape says, got ${bad >= 0 ? `another one at ${bad}` : list.length}`,
      );
    return list.flat();
  }
  if (list.length !== rows * cols)
    throw new KserveError(`input ${name}: expected ${rows * cols} values, as its shape says, got ${list.length}`);
  return list;
}

/**
 * An input tensor as the protocol writes it.
 *
 * @throws {KserveError} naming the input, what was expected and what came
 */
export function readTensor(input: unknown): Tensor {
  if (!isRecord(input) || typeof input["name"] !== "string")
    throw new KserveError(`inputs: expected objects with name, shape, datatype and data, got ${shown(input)}`);
  const { name, shape, datatype, data, parameters } = input;
  const label = name.slice(0, 80);
  checkParameters(parameters, `input ${label}`);
  const isText = datatype === "BYTES";
  const wantsText = name === "id" || name === "prediction" || name.startsWith("segment:");
  if (isText !== wantsText || (!isText && !numeric.has(datatype)))
    throw new KserveError(
      `input ${label}: expected the datatype ${wantsText ? "BYTES" : "FP32 or FP64"}, got ${shown(datatype)}`,
    );
  const [rows, cols] = shapeOf(label, shape, isText);
  const values = flat(label, data, rows, cols).map((value, i) => checkedValue(value, i, name, isText));
  return { name, rows, cols, values };
}

function checkedValue(value: unknown, i: number, name: string, isText: boolean): number | string | null {
  if (isText && typeof value === "string") return value;
  if (!isText && typeof value === "number") return value;
  if ((name === "score" || name === "inDistribution") && value === null) return null;
  const what = isText ? "text" : "a number";
  throw new KserveError(`input ${name.slice(0, 80)}: expected ${what} in place ${i}, got ${shown(value)}`);
}

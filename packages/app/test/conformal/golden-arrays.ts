import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Matrix, probabilityRows } from "@candor/core";
import { data, npy } from "../calibrate/class-data.ts";
import { isRecord, type Reference } from "../calibrate/reference-json.ts";

/** Whether the arrays are beside the checkout. */
export const present: boolean = existsSync(join(data, "conformal", "golden.json"));

/** What golden.json has at a path of keys. */
export function golden(...path: readonly string[]): unknown {
  let node: unknown = JSON.parse(readFileSync(join(data, "conformal", "golden.json"), "utf8"));
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  if (node === undefined) throw new Error(`golden.json has nothing at ${path.join(".")}`);
  return node;
}

/** Names that golden.json has at a path of keys, with what they hold. */
export function goldenEntries(...path: readonly string[]): [string, Reference][] {
  const node = golden(...path);
  if (!isRecord(node)) throw new Error(`golden.json has no table at ${path.join(".")}`);
  return Object.entries(node).map(([key, value]) => [key, isRecord(value) ? value : {}]);
}

/** Rows of a matrix. */
export function rowsOf({ data: values, cols }: Matrix, from: number, to: number): Matrix {
  return { data: values.slice(from * cols, to * cols), rows: to - from, cols };
}

/** Networks of golden.json by name: folder and probabilities. */
export const NETWORKS: readonly (readonly [name: string, folder: string, file: string])[] = [
  ["cifar100_wideresnet", "c100_probs_3models", "probs_wideresnet-16-4-cifar-100.npy"],
  ["cifar100_densenet", "c100_probs_3models", "probs_densenet-bc-100-cifar-100.npy"],
  ["cifar10_wideresnet", "c10_probs_4models", "probs_wideresnet-16-4-cifar-10.npy"],
  ["cifar10_lenet", "c10_probs_4models", "probs_lenet-5-cifar-10.npy"],
];

/** Calibration half and test half of one network, as golden.json divides them. */
export interface Halves {
  readonly calibration: Matrix;
  readonly calibrationLabels: Int32Array;
  readonly test: Matrix;
  readonly testLabels: Int32Array;
}

/** The first 5000 rows calibrate, the next 5000 test; rows are divided by their sums. */
export function halves(folder: string, file: string): Halves {
  const { values, shape } = npy(folder, file);
  const [rows = 0, cols = 0] = shape;
  const all = probabilityRows({ data: values, rows, cols }, "probabilities", cols);
  const labels = Int32Array.from(npy(folder, "labels.npy").values);
  return {
    calibration: rowsOf(all, 0, 5000),
    calibrationLabels: labels.slice(0, 5000),
    test: rowsOf(all, 5000, 10_000),
    testLabels: labels.slice(5000, 10_000),
  };
}

import type { Matrix } from "../../matrix.ts";

/** Means of the rows of each class that has any. */
export interface ClassMeans {
  /** Classes with rows × width, in the order of their numbers. */
  readonly means: Matrix;
  /** Row of `means` of each row. */
  readonly meanOf: Int32Array;
  /** Rows of each class, in the order of `means`. */
  readonly counts: Int32Array;
  /** The class of each row of `means`. */
  readonly classes: Int32Array;
}

/**
 * The mean of the rows of every class.
 *
 * @param rows at least one
 * @param labels class of each row, ≥ 0; null for one class of all
 * @returns means of the classes that have rows
 */
export function classMeans(rows: Matrix, labels: Int32Array | null): ClassMeans {
  const { data, cols } = rows;
  const classes = labels === null ? Int32Array.of(0) : Int32Array.from(new Set(labels)).sort();
  const place = new Map<number, number>();
  for (let c = 0; c < classes.length; c++) place.set(classes[c], c);
  const meanOf = labels === null ? new Int32Array(rows.rows) : labels.map((label) => place.get(label) ?? 0);
  const counts = new Int32Array(classes.length);
  const sums = new Float64Array(classes.length * cols);
  for (let i = 0; i < rows.rows; i++) {
    counts[meanOf[i]]++;
    addRow(sums, meanOf[i] * cols, data, i * cols, cols);
  }
  for (let c = 0; c < classes.length; c++) for (let j = 0; j < cols; j++) sums[c * cols + j] /= counts[c];
  return { means: { data: sums, rows: classes.length, cols }, meanOf, counts, classes };
}

function addRow(sums: Float64Array, to: number, data: Float64Array, from: number, cols: number): void {
  for (let j = 0; j < cols; j++) sums[to + j] += data[from + j];
}

/** Sentences about classes of which there are no rows, or too few to have a mean of their own. */
export function emptyClassNotes({ classes, counts }: ClassMeans, expected: number): string[] {
  const present = new Set(classes);
  const highest = Math.max(expected, ...classes.slice(-1).map((label) => label + 1));
  const missing: number[] = [];
  for (let c = 0; c < highest && missing.length <= 12; c++) if (!present.has(c)) missing.push(c);
  const single = Array.from(classes).filter((_, c) => counts[c] === 1);
  const notes: string[] = [];
  if (missing.length > 0)
    notes.push(`No training row is of ${classList(missing)}: rows of it are compared with the others.`);
  if (single.length > 0)
    notes.push(`Only one training row is of ${classList(single)}: it is its own mean and adds no spread.`);
  return notes;
}

/** "class 3" or "classes 3, 5 and 7". */
export function classList(classes: readonly number[]): string {
  if (classes.length === 1) return `class ${classes[0]}`;
  if (classes.length > 12) return `classes ${classes.slice(0, 12).join(", ")} and more`;
  return `classes ${classes.slice(0, -1).join(", ")} and ${classes[classes.length - 1]}`;
}

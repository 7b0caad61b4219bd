import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { classList, classMeans } from "./class-means.ts";
import type { OodKind } from "./kind.ts";
import { predictedClasses } from "./predicted-classes.ts";

/**
 * The inner product with the mean of the rows of the predicted class that were classified correctly, `she`.
 *
 * A row predicted as a class without such rows gets the smallest inner product with any class.
 *
 * Source: Zhang, Fu, Chen et al. (2023), "Out-of-distribution detection based on in-distribution data patterns memorization
 * with modern Hopfield energy", ICLR, section 3.2.
 */
export const classPatternsKind: OodKind = {
  needs: ["logits", "features", "labels"],
  options: [],
  settings: {},
  arrays: ({ width, classes }) => ({ patterns: [classes, width], known: [classes, 1] }),
  fit: (rows) => {
    const logits = rows.logits();
    const features = rows.features();
    const predicted = predictedClasses(logits);
    const labels = rows.labels ?? predicted;
    const correct: number[] = [];
    for (let i = 0; i < rows.count; i++) if (predicted[i] === labels[i]) correct.push(i);
    if (correct.length === 0)
      throw new InputError("too-few", `she needs correctly classified rows, got none among ${rows.count}`);
    const cols = features.cols;
    const kept = new Float64Array(correct.length * cols);
    correct.forEach((from, i) => {
      kept.set(features.data.subarray(from * cols, (from + 1) * cols), i * cols);
    });
    const { means, classes } = classMeans(
      { data: kept, rows: correct.length, cols },
      Int32Array.from(correct, (i) => labels[i]),
    );
    const patterns = new Float64Array(logits.cols * cols);
    const known = new Float64Array(logits.cols);
    classes.forEach((label, c) => {
      patterns.set(means.data.subarray(c * cols, (c + 1) * cols), label * cols);
      known[label] = 1;
    });
    const missing: number[] = [];
    for (let c = 0; c < known.length; c++) if (known[c] === 0) missing.push(c);
    const notes =
      missing.length === 0
        ? []
        : [
            `No training row of ${classList(missing)} was classified correctly: rows predicted so get the smallest inner product with any class.`,
          ];
    return {
      settings: {},
      arrays: {
        patterns: { data: patterns, rows: logits.cols, cols },
        known: { data: known, rows: logits.cols, cols: 1 },
      },
      notes,
    };
  },
  scorer:
    ({ arrays: { patterns, known } }) =>
    (rows) => {
      const predicted = predictedClasses(rows.logits());
      const features = rows.features();
      const scores = new Float64Array(rows.count);
      for (let i = 0; i < scores.length; i++)
        scores[i] =
          known.data[predicted[i]] === 1
            ? product(features, i, patterns, predicted[i])
            : smallestProduct(features, i, patterns, known.data);
      return scores;
    },
};

function product(features: Matrix, row: number, patterns: Matrix, label: number): number {
  const { cols } = features;
  let total = 0;
  for (let j = 0; j < cols; j++) total += features.data[row * cols + j] * patterns.data[label * cols + j];
  return total;
}

function smallestProduct(features: Matrix, row: number, patterns: Matrix, known: Float64Array): number {
  let least = Infinity;
  for (let c = 0; c < known.length; c++)
    if (known[c] === 1) least = Math.min(least, product(features, row, patterns, c));
  return least;
}

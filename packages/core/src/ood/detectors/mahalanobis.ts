import { InputError } from "../../errors.ts";
import { cholesky } from "../../linalg/cholesky.ts";
import { mahalanobisDistances } from "../../linalg/mahalanobis-distances.ts";
import { type ShrunkenCovariance, shrunkenCovariance } from "../../linalg/shrunken-covariance.ts";
import type { Matrix } from "../../matrix.ts";
import { classMeans, emptyClassNotes } from "./class-means.ts";
import { type FitRows, numberIn, type OodKind } from "./kind.ts";

/**
 * Minus the squared distance from the nearest class mean, in units of the spread within classes, `mahalanobis`.
 *
 * Source: Lee, Lee, Lee and Shin (2018), "A simple unified framework for detecting out-of-distribution samples and
 * adversarial attacks", NeurIPS, section 2.1, for one layer and without noise; the covariance shrunk as Ledoit and Wolf do.
 */
export const mahalanobisKind: OodKind = {
  needs: ["features", "labels"],
  options: ["shrinkage"],
  settings: { shrinkage: numberIn({ minimum: 0, maximum: 1 }), rank: { type: "integer", minimum: 1 } },
  arrays: ({ width }) => ({ means: ["classes", width], factor: [width, width] }),
  fit: (rows, { shrinkage = "ledoit-wolf" }) => {
    const features = rows.features();
    needTwoRows(rows, "mahalanobis");
    const groups = classMeans(features, rows.labels);
    const within = shrunkenCovariance(features, groups.means, groups.meanOf, { shrinkage });
    return {
      settings: { shrinkage: within.shrinkage, rank: within.rank },
      arrays: { means: groups.means, factor: factorOf(within, features.cols) },
      notes: [...emptyClassNotes(groups, rows.classes), ...(within.note === undefined ? [] : [within.note])],
    };
  },
  scorer:
    ({ arrays: { means, factor } }) =>
    (rows) =>
      negatedSmallest(mahalanobisDistances(rows.features(), means, factor.data)),
};

/** @throws {InputError} `too-few` */
export function needTwoRows({ count }: FitRows, method: string): void {
  if (count < 2) throw new InputError("too-few", `${method} needs at least 2 training rows, got ${count}`);
}

/** The lower Cholesky factor as a matrix. */
export function factorOf({ covariance }: ShrunkenCovariance, width: number): Matrix {
  return { data: cholesky(covariance, width), rows: width, cols: width };
}

/** Minus the smallest value of each row. */
export function negatedSmallest({ data, rows, cols }: Matrix): Float64Array {
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let least = data[i * cols];
    for (let j = i * cols + 1; j < (i + 1) * cols; j++) if (data[j] < least) least = data[j];
    scores[i] = 0 - least;
  }
  return scores;
}

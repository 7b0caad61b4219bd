import type { Matrix, Predictions } from "@candor/core";
import { type ClassOwner, matchClasses, reorderColumns } from "./match-classes.ts";

/** Predictions of many classes in the order, and with the names, of a calibrator or policy. */
export interface ArrangedClasses {
  readonly predictions: Predictions;
  readonly note: string | undefined;
}

/**
 * Puts the classes of predictions into the order of others, by name; those that are only numbered are taken as they come.
 *
 * @param classNames the order wanted
 * @param owner whose order that is, and the file, for messages
 * @throws {BadInput} where the classes are not the same
 */
export function arrangeClasses(
  predictions: Predictions,
  classNames: readonly string[],
  owner: { readonly name: ClassOwner; readonly file: string },
): ArrangedClasses {
  if (predictions.task !== "multiclass") return { predictions, note: undefined };
  const { classNames: found, probabilities, logits, logProbabilities, labels } = predictions;
  const areNumbers = found.every((name, k) => name === String(k));
  const { order, note } = matchClasses(
    classNames,
    areNumbers ? undefined : found,
    probabilities.cols,
    owner.file,
    owner.name,
  );
  if (order === undefined) return { predictions: { ...predictions, classNames }, note };
  const place = new Int32Array(order.length);
  order.forEach((at, k) => {
    place[at] = k;
  });
  const arranged = (matrix: Matrix): Matrix => reorderColumns(matrix, order);
  return {
    predictions: {
      ...predictions,
      classNames,
      probabilities: arranged(probabilities),
      ...(logits === undefined ? {} : { logits: arranged(logits) }),
      ...(logProbabilities === undefined ? {} : { logProbabilities: arranged(logProbabilities) }),
      labels: labels.map((label) => place[label] ?? label),
    },
    note,
  };
}

import type { FitDocument } from "@candor/core";
import { formatCount, formatName } from "@candor/pages";

/** How rows were held out, in one phrase. */
export function schemeWords({ validation }: Pick<FitDocument, "validation">): string {
  const { scheme, folds, by } = validation;
  const column = by === null ? "" : ` ${formatName(by, 40)}`;
  if (scheme === "time") return `${formatCount(folds)} folds in the order of${column || " time"}`;
  if (scheme === "grouped") return `${formatCount(folds)} folds, rows with the same${column || " group"} together`;
  return `${formatCount(folds)} random folds`;
}

/**
 * How the numbers before and after came about, in sentences for readers who do not know cross-validation.
 *
 * @param document a fit
 */
export function validationWords(document: Pick<FitDocument, "validation" | "n" | "calibrator">): string[] {
  const { validation, n, calibrator } = document;
  const { scheme, heldOut } = validation;
  const how =
    scheme === "time"
      ? "The rows were put in order of time. Each part was judged by a calibrator made from earlier rows only, as in real use; the first part only served to learn from."
      : "The rows were divided into parts. Each part was judged by a calibrator made from the other parts only.";
  const together =
    scheme === "grouped"
      ? ["Rows that belong together were never split, so nothing leaked from one part into another."]
      : [];
  const counted =
    heldOut < n
      ? `${formatCount(heldOut)} of ${formatCount(n)} rows were judged this way.`
      : `Every one of the ${formatCount(n)} rows was judged this way, once.`;
  return [
    how,
    ...together,
    calibrator.spec["asked"] === "auto"
      ? "The choice of the method was repeated each time, so it did not see the rows it is judged on either."
      : "The method was asked for by name, so there was no choice that could have favoured it.",
    counted,
  ];
}

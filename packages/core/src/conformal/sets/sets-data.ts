import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { BinaryPredictions, MulticlassPredictions } from "../../report/predictions.ts";
import type { ConformalSets } from "../conformal-document.ts";
import { probabilityRows } from "./probability-rows.ts";

/** Rows with their true classes: what sets are fitted and judged on. */
export type SetsData = BinaryPredictions | MulticlassPredictions;

/** What the scores of some rows are. */
export type SetsScoreKind = ConformalSets["scoreKind"];

/** `probability` for two classes; `logits` where they were kept; else `probabilities`. */
export function scoreKindOf(data: SetsData): SetsScoreKind {
  if (data.task === "binary") return "probability";
  return data.logits === undefined ? "probabilities" : "logits";
}

/** The scores of the rows as a document of this kind reads them. */
export function givenScores(data: SetsData, scoreKind: SetsScoreKind): Matrix {
  if (data.task === "binary") {
    if (scoreKind !== "probability")
      throw new InputError("incompatible", `expected one score per class (${scoreKind}), got one probability per row`);
    return { data: data.probabilities, rows: data.rows, cols: 1 };
  }
  if (scoreKind === "probability" || scoreKind === "probabilities") return data.probabilities;
  const logits = data.logits ?? data.logProbabilities;
  if (logits === undefined) throw new InputError("incompatible", "expected logits, got probabilities per class");
  return logits;
}

/** True classes, as indices. */
export function trueClasses(data: SetsData): Int32Array {
  return data.task === "binary" ? Int32Array.from(data.outcomes) : data.labels;
}

/** Probabilities that sum to one, from the scores of the rows. */
export function probabilitiesOf(data: SetsData, scoreKind: SetsScoreKind): Matrix {
  return probabilityRows(givenScores(data, scoreKind), scoreKind, data.classNames.length);
}

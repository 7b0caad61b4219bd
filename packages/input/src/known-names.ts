/** What a column is for. */
export type Role = "score" | "label" | "probs" | "logits" | "confidence" | "correct";

/**
 * Column names that are recognised without a flag, in lower case with `.`, `-` and spaces as `_` (`Pred.Prob` is
 * `pred_prob`). This table is the whole of what Candor guesses.
 */
export const knownNames: Readonly<Record<Role, readonly string[]>> = {
  score: [
    "score",
    "prob",
    "proba",
    "probability",
    "p",
    "p_hat",
    "phat",
    "y_prob",
    "y_proba",
    "y_score",
    "y_pred_prob",
    "y_pred_proba",
    "pred_prob",
    "pred_proba",
    "pred_score",
    "predicted_prob",
    "predicted_proba",
    "predicted_probability",
    "predict_proba",
    "prediction_score",
    "prediction_probability",
  ],
  label: [
    "label",
    "labels",
    "y",
    "y_true",
    "ytrue",
    "target",
    "targets",
    "outcome",
    "truth",
    "actual",
    "class",
    "obs",
    "observed",
    "true_label",
    "true_class",
    "ground_truth",
    "groundtruth",
    "gt",
  ],
  probs: [
    "probs",
    "probabilities",
    "probas",
    "probability",
    "proba",
    "prob",
    "p",
    "softmax",
    "y_prob",
    "y_proba",
    "scores",
  ],
  logits: ["logits", "logit", "z"],
  confidence: ["confidence", "conf", "msp", "max_prob", "max_probability", "confidence_score"],
  correct: ["correct", "is_correct", "iscorrect", "was_correct", "hit", "correctness"],
};

/** Names of a score that often hold the predicted class instead; used only where none of `knownNames.score` is there. */
export const weakScoreNames: readonly string[] = [
  "prediction",
  "predictions",
  "pred",
  "predicted",
  "forecast",
  "y_pred",
  "y_hat",
  "yhat",
];

/** Beginnings of column names that hold one value per class; the rest of the name is the class. */
export const classPrefixes: Readonly<Record<"probs" | "logits", readonly string[]>> = {
  probs: ["p_", "prob_", "probs_", "proba_", "probability_", ".pred_", "pred_", "softmax_"],
  logits: ["z_", "logit_", "logits_"],
};

/** Name of the column with the probability of a row of being labelled, as `candor sample` and the server write it. */
export const propensityName = "propensity";

/** The column of an export of a server that is one over the propensity: who weighs by it does not need that one besides. */
export const labelWeightName = "label_weight";

/** Name of the column that marks rows chosen to train on, as `candor sample --acquisition` writes it. */
export const acquisitionName = "candor_acquisition";

/** Name of the column with the number of the row that was selected, as `candor sample` writes it. */
export const rowIdName = "candor_row";

/** What follows such a beginning without being a class: the predicted class, or a single score. */
export const notClasses: readonly string[] = [
  "class",
  "label",
  "prob",
  "proba",
  "probability",
  "score",
  "hat",
  "value",
  "id",
  "name",
];

/** A column name as it is compared with these tables. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, "_")
    .replace(/^_+|_+$/g, "");
}

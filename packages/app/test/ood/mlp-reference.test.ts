import {
  fitOodDetector,
  fprAtTpr,
  type OodEvidence,
  type OodFitOptions,
  type OodMethod,
  oodAupr,
  oodAuroc,
  oodScores,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { agree, reference } from "../calibrate/reference-json.ts";
import { labelsOf, present, rowsOf } from "./ood-data.ts";

/** Added to the covariance: this share of its mean variance. */
const RIDGE = 1e-3;

const names: readonly (readonly [string, OodMethod, OodFitOptions])[] = [
  ["msp", "msp", {}],
  ["max_logit", "max-logit", {}],
  ["energy", "energy", {}],
  ["neg_entropy", "entropy", {}],
  ["mahalanobis_classwise", "mahalanobis", { shrinkage: RIDGE / (1 + RIDGE) }],
];

function rows(name: string): OodEvidence {
  return {
    logits: rowsOf("ood_digits_mlp", `logits_${name}.npy`),
    features: rowsOf("ood_digits_mlp", `features_${name}.npy`),
  };
}

describe.skipIf(!present)("reference figures of scikit-learn", () => {
  it.each(names)("oodScores of %s have its AUROC, both AUPR and the false-positive rate", (name, method, options) => {
    const labels = labelsOf("ood_digits_mlp", "labels_train.npy");
    const detector = fitOodDetector({ ...rows("train"), labels }, { method, ...options });
    const scores = { inside: oodScores(detector, rows("test")), outside: oodScores(detector, rows("ood")) };
    const figures = reference("ood_digits_mlp", "ood", name);
    agree("auroc", oodAuroc(scores).value, figures["auroc"], 1e-9);
    agree("aupr_in", oodAupr(scores, { positive: "inside" }).value, figures["aupr_in"], 1e-9);
    agree("aupr_out", oodAupr(scores).value, figures["aupr_out"], 1e-9);
    agree("fpr", fprAtTpr(scores).value, figures["fpr_at_95tpr"], 1e-9);
    expect(scores.inside).toHaveLength(464);
  });
});

import {
  fitOodDetector,
  type OodEvidence,
  type OodFitOptions,
  type OodTraining,
  oodAuroc,
  oodScores,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { digits, labelsOf, type OodData, present, resnet, rowsOf, rowsWhere } from "./ood-data.ts";

function auroc(train: OodTraining, options: OodFitOptions, inside: OodEvidence, outside: OodEvidence): number {
  const detector = fitOodDetector(train, options);
  return oodAuroc({ inside: oodScores(detector, inside), outside: oodScores(detector, outside) }).value;
}

function withHead({ train, labels, test, outside, head }: OodData, options: OodFitOptions = {}): number {
  return auroc({ features: train, labels }, { head, ...options }, { features: test }, { features: outside });
}

function mlpRows(name: string): OodEvidence {
  return {
    logits: rowsOf("ood_digits_mlp", `logits_${name}.npy`),
    features: rowsOf("ood_digits_mlp", `features_${name}.npy`),
  };
}

function mlp(options: OodFitOptions = {}, only?: "logits"): number {
  const rows = (name: string): OodEvidence => {
    const { logits, features } = mlpRows(name);
    return { ...(logits && { logits }), ...(features && only === undefined && { features }) };
  };
  const labels = labelsOf("ood_digits_mlp", "labels_train.npy");
  return auroc({ ...rows("train"), labels }, options, rows("test"), rows("ood"));
}

describe.skipIf(!present)("the default detector on real data", () => {
  it("fitOodDetector(train) separates far and near rows, each at an AUROC of 0.91 and more", () => {
    const far = withHead(resnet());
    const near = withHead(digits());
    expect(far).toBeGreaterThanOrEqual(0.91);
    expect(near).toBeGreaterThanOrEqual(0.91);
    expect({ far: far.toFixed(3), near: near.toFixed(3) }).toEqual({ far: "0.935", near: "0.924" });
  });

  it("fitOodDetector(train) does as well with calibration rows", () => {
    const calibration = { features: rowsOf("conformal", "digits_cal_feat.npy") };
    expect(withHead(digits(), { calibration }).toFixed(3)).toBe("0.924");
  });

  it("fitOodDetector(train) on a third set is above its best single score, 0.957", () => {
    expect(mlp().toFixed(3)).toBe("0.973");
  });

  it("fitOodDetector(train) works with part of the evidence", () => {
    const { train, test, outside, head, labels } = digits();
    const of = (options: OodFitOptions, known: Omit<OodTraining, "features">): string =>
      auroc({ features: train, ...known }, options, { features: test }, { features: outside }).toFixed(3);
    expect(of({}, {})).toBe("0.904");
    expect(of({}, { labels })).toBe("0.895");
    expect(of({ head }, {})).toBe("0.924");
    expect(mlp({}, "logits").toFixed(3)).toBe("0.958");
  });

  it("fitOodDetector(train, { method: outlier-exposure }) learns from one digit outside to see the others", () => {
    const kinds = labelsOf("ood_digits_mlp", "labels_ood.npy");
    const train = { ...mlpRows("train"), labels: labelsOf("ood_digits_mlp", "labels_train.npy") };
    const calibration = mlpRows("val");
    const test = mlpRows("test");
    const found = [7, 8, 9].map((known) => {
      const outliers = rowsWhere(mlpRows("ood"), (i) => kinds[i] === known);
      const others = rowsWhere(mlpRows("ood"), (i) => kinds[i] !== known);
      const exposed = auroc(train, { method: "outlier-exposure", outliers, calibration }, test, others);
      return [auroc(train, { calibration }, test, others).toFixed(3), exposed.toFixed(3)];
    });
    expect(found).toEqual([
      ["0.966", "0.967"],
      ["0.971", "0.974"],
      ["0.968", "0.974"],
    ]);
  });
});

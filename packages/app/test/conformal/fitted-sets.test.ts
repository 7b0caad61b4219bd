import {
  type ConformalSets,
  evaluateSets,
  fitConformalSets,
  type MulticlassPredictions,
  openConformal,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { agree, isRecord } from "../calibrate/reference-json.ts";
import { golden, halves, present } from "./golden-arrays.ts";

const source: ConformalSets["source"] = {
  name: "cifar-100",
  rows: 10_000,
  skipped: [],
  columns: {},
  approximate: false,
  notes: [],
};

function rows(part: "calibration" | "test"): MulticlassPredictions {
  const all = halves("c100_probs_3models", "probs_wideresnet-16-4-cifar-100.npy");
  return {
    task: "multiclass",
    rows: 5000,
    probabilities: all[part],
    labels: part === "test" ? all.testLabels : all.calibrationLabels,
    segments: [],
    classNames: Array.from({ length: 100 }, (_, k) => `class ${k}`),
  };
}

function worst({ classCoverage }: ConformalSets): number {
  return Math.min(...(classCoverage ?? []).map((coverage) => coverage ?? 1));
}

describe.skipIf(!present)("fitConformalSets(CIFAR-100, WideResNet) at level 0.9", () => {
  const calibration = present ? rows("calibration") : null;
  const test = present ? rows("test") : null;
  const fit = (options: Partial<Parameters<typeof fitConformalSets>[1]>): ConformalSets => {
    if (calibration === null || test === null) throw new Error("no data");
    return fitConformalSets(calibration, { level: 0.9, version: "0", source, test, ...options });
  };

  it("fitConformalSets(data, { condition }) has the coverage and size of golden.json for one threshold and for each class", () => {
    for (const [condition, key] of [
      ["none", "lac@0.1"],
      ["class", "class_conditional_lac@0.1"],
    ] as const) {
      const document = fit({ condition });
      const expected = golden("cifar100_wideresnet", key);
      if (!isRecord(expected)) throw new Error("no table");
      agree("coverage", document.coverage, expected["coverage"], 0.0006);
      agree("size", document.meanSize, expected["mean_size"], 0.0006);
      agree("worst class", worst(document), expected["min_class_cov"], 1e-9);
      expect(openConformal(JSON.parse(JSON.stringify(document)))).toEqual(document);
    }
  });

  it("fitConformalSets(data, { method }) covers 0.9 with randomised and tuned scores", () => {
    for (const options of [
      { method: "aps" },
      { method: "raps" },
      { method: "raps", penalty: "auto" },
      { method: "saps" },
    ] as const) {
      const { evaluation } = fit(options);
      // Both halves are luck: the law of the coverage of 5000 new rows after 5000 calibration rows.
      expect(evaluation?.pValue, JSON.stringify(options)).toBeGreaterThan(0.001);
    }
  });

  it("fitConformalSets(data, { penalty: auto }) has smaller sets than the penalty of 0.01", () => {
    const fixed = fit({ method: "raps" }).meanSize ?? Number.NaN;
    expect(fit({ method: "raps", penalty: "auto" }).meanSize).toBeLessThan(fixed);
  });

  it("fitConformalSets(data, { condition: class, borrow }) covers classes more evenly than rows of a class alone, with smaller sets", () => {
    const gap = ({ classCoverage }: ConformalSets): number =>
      (classCoverage ?? []).reduce<number>((total, coverage) => total + Math.abs((coverage ?? 0.9) - 0.9), 0) / 100;
    const pooled = fit({});
    const alone = fit({ condition: "class" });
    const borrowing = fit({ condition: "class", borrow: 50 });
    expect(gap(borrowing)).toBeLessThan(Math.min(gap(alone), gap(pooled)));
    expect(worst(borrowing)).toBeGreaterThanOrEqual(worst(alone));
    expect(borrowing.meanSize).toBeLessThan(0.85 * (alone.meanSize ?? 0));
    expect(borrowing.coverage).toBeGreaterThan(0.9);
  });

  it("fitConformalSets(data, { condition: clusters }) has smaller sets than a threshold per class, whatever the seed", () => {
    if (test === null) throw new Error("no data");
    const alone = fit({ condition: "class" });
    for (const seed of [0, 1, 2]) {
      const document = fit({ condition: "clusters", seed });
      expect(evaluateSets(document, test).coverage.value).toBe(document.coverage);
      expect(document.parts.length).toBeGreaterThan(3);
      expect(document.meanSize).toBeLessThan(alone.meanSize ?? 0);
    }
  });
});

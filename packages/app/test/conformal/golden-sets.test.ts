import {
  classPValues,
  conformalQuantile,
  type PredictedSets,
  type SetScore,
  setContains,
  setCoverage,
  setScores,
  setScoresOfClasses,
  setsWithin,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { npy } from "../calibrate/class-data.ts";
import { agree, isRecord } from "../calibrate/reference-json.ts";
import { golden, goldenEntries, halves, NETWORKS, present, rowsOf } from "./golden-arrays.ts";

if (!present) console.warn("skipped: ../shared/data is not there");

it("the arrays of golden.json are there in continuous integration", () => {
  if (process.env["CI"] === "true") expect(present).toBe(true);
});

/** Three rows of 5000, as the protocol of golden.json allows: sums may differ in the last bit. */
const ROWS = 0.0006 + 1e-12;

const SCORES: Readonly<Record<string, SetScore>> = {
  lac: { kind: "lac" },
  margin: { kind: "margin" },
  topk: { kind: "top-k" },
  aps: { kind: "aps" },
  raps: { kind: "raps", penalty: 0.01, freeRanks: 5 },
  saps: { kind: "saps", weight: 0.2 },
};

function figures(sets: PredictedSets, labels: Int32Array) {
  const sizes = Array.from(sets.sizes).sort((a, b) => a - b);
  const counts = new Int32Array(sets.classes);
  const hits = new Int32Array(sets.classes);
  labels.forEach((label, i) => {
    counts[label] = (counts[label] ?? 0) + 1;
    if (setContains(sets, i, label)) hits[label] = (hits[label] ?? 0) + 1;
  });
  return {
    coverage: setCoverage(sets, labels),
    mean_size: sizes.reduce((total, size) => total + size, 0) / sizes.length,
    median_size: sizes[sizes.length / 2],
    empty: sizes.filter((size) => size === 0).length / sizes.length,
    singleton: sizes.filter((size) => size === 1).length / sizes.length,
    min_class_cov: Math.min(...Array.from(counts, (n, k) => (n === 0 ? 1 : (hits[k] ?? 0) / n))),
  };
}

describe.skipIf(!present)("sets on real networks, against golden.json", () => {
  const uniforms = present
    ? { calibration: npy("conformal", "u_cal.npy").values, test: npy("conformal", "u_test.npy").values }
    : { calibration: new Float64Array(), test: new Float64Array() };

  it.each(NETWORKS)("setsWithin(p, score, quantile) of %s", (network, folder, file) => {
    const { calibration, calibrationLabels, test, testLabels } = halves(folder, file);
    for (const [key, expected] of goldenEntries(network)) {
      const [name = "", alpha = ""] = key.split("@");
      if (name === "class_conditional_lac") continue;
      const level = { "0.1": 0.9, "0.05": 0.95, "0.2": 0.8 }[alpha] ?? Number.NaN;
      const score = SCORES[name.replace("_det", "")];
      if (score === undefined) throw new Error(`golden.json has an unknown score: ${key}`);
      const isRandomised = ["aps", "raps", "saps"].includes(name);
      const scores = setScores(calibration, calibrationLabels, score, isRandomised ? uniforms.calibration : undefined);
      const { quantile } = conformalQuantile(scores, level);
      const sets = setsWithin(test, score, quantile, isRandomised ? { uniforms: uniforms.test } : {});
      const found = figures(sets, testLabels);
      const about = (what: string, value: unknown, tolerance: number) => {
        agree(`${network} ${key} ${what}`, value, expected[what], tolerance);
      };
      about("coverage", found.coverage, ROWS);
      if (name === "aps_det" || name === "raps_det") continue;
      agree(`${network} ${key} qhat`, quantile, expected["qhat"], 1e-9);
      about("mean_size", found.mean_size, ROWS);
      about("median_size", found.median_size, 1e-12);
      agree(`${network} ${key} empty`, found.empty, Number(expected["empty"]) / 5000, ROWS);
      agree(`${network} ${key} singleton`, found.singleton, Number(expected["singleton"]) / 5000, ROWS);
      about("min_class_cov", found.min_class_cov, 1e-9);
    }
  });

  it.each(NETWORKS)("setsWithin(p, lac, quantile per class) of %s", (network, folder, file) => {
    const { calibration, calibrationLabels, test, testLabels } = halves(folder, file);
    const scores = setScores(calibration, calibrationLabels, { kind: "lac" });
    for (const [alpha, level] of [
      ["0.1", 0.9],
      ["0.05", 0.95],
      ["0.2", 0.8],
    ] as const) {
      const quantiles = Float64Array.from(
        { length: test.cols },
        (_, k) =>
          conformalQuantile(
            scores.filter((_, i) => calibrationLabels[i] === k),
            level,
          ).quantile,
      );
      const expected = golden(network, `class_conditional_lac@${alpha}`);
      if (!isRecord(expected)) throw new Error("no table");
      const { qhat_first5: first, n_infinite: infinite } = expected;
      if (!Array.isArray(first)) throw new Error("no quantiles");
      first.forEach((value, k) => {
        agree(`qhat ${k}`, quantiles[k], value, 1e-9);
      });
      expect(quantiles.filter((q) => q === Infinity).length).toBe(infinite);
      const found = figures(setsWithin(test, { kind: "lac" }, quantiles), testLabels);
      agree("coverage", found.coverage, expected["coverage"], ROWS);
      agree("mean_size", found.mean_size, expected["mean_size"], ROWS);
      agree("min_class_cov", found.min_class_cov, expected["min_class_cov"], 1e-9);
    }
  });

  it("conformalQuantile(first n scores) of cifar100_wideresnet is infinite where n is too small", () => {
    const { calibration, calibrationLabels, test, testLabels } = halves(
      "c100_probs_3models",
      "probs_wideresnet-16-4-cifar-100.npy",
    );
    const scores = setScores(calibration, calibrationLabels, { kind: "lac" });
    const testScores = setScores(test, testLabels, { kind: "lac" });
    for (const [n, levels] of goldenEntries("small_n_lac_cifar100_wideresnet"))
      for (const [alpha, expected] of Object.entries(levels)) {
        if (!isRecord(expected)) throw new Error("no table");
        const level = { "0.1": 0.9, "0.05": 0.95, "0.01": 0.99 }[alpha] ?? Number.NaN;
        const { rank, quantile } = conformalQuantile(scores.slice(0, Number(n)), level);
        expect(rank).toBe(expected["k"]);
        if (expected["qhat"] === null) expect(quantile).toBe(Infinity);
        else agree(`n ${n} ${alpha}`, quantile, expected["qhat"], 1e-9);
        agree("coverage", testScores.filter((s) => s <= quantile).length / 5000, expected["coverage"], ROWS);
      }
  });

  it("classPValues(scores, all scores) of five rows of cifar100_wideresnet", () => {
    const { calibration, calibrationLabels, test } = halves(
      "c100_probs_3models",
      "probs_wideresnet-16-4-cifar-100.npy",
    );
    const scores = setScores(calibration, calibrationLabels, { kind: "lac" });
    const p = classPValues(scores, setScoresOfClasses(rowsOf(test, 0, 5), { kind: "lac" }));
    const expected = golden("pvalues_unsmoothed_cifar100_wideresnet_lac_rows5000_5004_labels0_4");
    if (!Array.isArray(expected)) throw new Error("no table");
    expected.forEach((row, i) => {
      for (let k = 0; k < 5; k++) agree(`p ${i} ${k}`, p.data[i * 100 + k], row[k], 1e-9);
    });
  });
});

import { describe, expect, it } from "vitest";
import { openConformal } from "../../../src/conformal/artefact/open-conformal.ts";
import type { ConformalSets } from "../../../src/conformal/conformal-document.ts";
import { conformalQuantile } from "../../../src/conformal/conformal-quantile.ts";
import { evaluateSets } from "../../../src/conformal/sets/evaluate-sets.ts";
import { fitConformalSets } from "../../../src/conformal/sets/fit-conformal-sets.ts";
import { predictSets } from "../../../src/conformal/sets/predict-sets.ts";
import { setContains, setMembers } from "../../../src/conformal/sets/predicted-sets.ts";
import { setScores } from "../../../src/conformal/sets/set-scores.ts";
import type { ConformalSetsOptions } from "../../../src/conformal/sets/sets-options.ts";
import { matrix, matrixFromRows } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";
import type { BinaryPredictions } from "../../../src/report/predictions.ts";
import { rowsOf, simulate, source, unweighted } from "./simulated-rows.ts";

const FIXED = { version: "0", source };
const random = createRandom(1);
const calibration = unweighted(simulate(400, random));
const test = unweighted(simulate(300, random));

function fit(options: Partial<ConformalSetsOptions> = {}, data = calibration): ConformalSets {
  return fitConformalSets(data, { level: 0.9, ...FIXED, ...options });
}

describe("fitConformalSets", () => {
  it("fitConformalSets(data, options) has the quantile of the scores of the true classes", () => {
    const document = fit({ method: "margin" });
    const scores = setScores(calibration.probabilities, calibration.labels, { kind: "margin" });
    expect(document.quantile).toBeCloseTo(conformalQuantile(scores, 0.9).quantile, 14);
    expect(document.rank).toBe(361);
    expect(document.parts).toEqual([{ values: [], n: 400, rank: 361, quantile: document.quantile }]);
    expect(document.coverageRange?.lower).toBeCloseTo(0.8746, 3);
    expect(document.randomised).toBe(false);
    expect(document.warnings).toEqual([]);
  });

  it("fitConformalSets(data, options) is the same document for the same data and seed", () => {
    expect(fit({ method: "aps", seed: 4 })).toEqual(fit({ method: "aps", seed: 4 }));
    expect(fit({ method: "aps", seed: 4 }).quantile).not.toBe(fit({ method: "aps", seed: 5 }).quantile);
  });

  it("fitConformalSets(data, { penalty: auto }) records what it chose and on how many rows", () => {
    const document = fit({ method: "raps", penalty: "auto" });
    expect(document.n).toBe(320);
    const { score } = document;
    if (score.kind !== "raps") throw new Error(score.kind);
    expect([0.001, 0.01, 0.1, 0.2, 0.5]).toContain(score.penalty);
    expect(document.assumptions.join(" ")).toContain(
      `The penalty ${score.penalty} and ${score.freeRanks} free ranks were chosen on 80 rows`,
    );
  });

  it("fitConformalSets(data, { condition: class }) says which classes have too few rows, and by how many", () => {
    const rare = rowsOf(calibration.probabilities, 0, 60);
    const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 2 ? 3 : i % 3));
    const document = fit(
      { condition: "class" },
      { ...calibration, rows: 60, probabilities: rare, labels, segments: [] },
    );
    expect(document.parts[3]).toEqual({ values: ["class 3"], n: 2, rank: 3, quantile: null });
    expect([document.rank, document.quantile, document.coverageRange]).toEqual([null, null, null]);
    expect(document.warnings).toEqual([
      "The rows of 1 of 4 classes are fewer than 9, which level 0.9 needs, so that they are in every set (class 3 lacks 7).",
    ]);
    const sets = predictSets(document, test.probabilities);
    for (let i = 0; i < 300; i++) expect(setContains(sets, i, 3)).toBe(true);
  });

  it("fitConformalSets(8 rows at .9) is infinite and says how many rows are missing", () => {
    const few = { ...calibration, rows: 8, probabilities: rowsOf(calibration.probabilities, 0, 8) };
    const document = fit({}, { ...few, labels: calibration.labels.slice(0, 8), segments: [] });
    expect([document.rank, document.quantile]).toEqual([9, null]);
    expect(document.coverageRange).toEqual({ lower: 1, upper: 1 });
    expect(document.warnings).toEqual([
      "The 8 calibration rows are fewer than 9: at level 0.9 every set holds all classes; 1 more is needed.",
    ]);
    expect(predictSets(document, test.probabilities).sizes.every((size) => size === 4)).toBe(true);
  });

  it("fitConformalSets(data, { condition: clusters }) pools classes with similar scores, apart from the clustering rows", () => {
    const rows = 6000;
    const many = unweighted(simulate(rows, createRandom(2), { classes: 20 }));
    const document = fit({ condition: "clusters", level: 0.8 }, many);
    if (document.condition.kind !== "clusters") throw new Error("no clusters");
    const { clusters } = document.condition;
    expect(clusters.length).toBe(20);
    expect(Math.max(...clusters)).toBe(document.parts.length - 1);
    const aside = rows - document.n;
    expect(aside).toBeGreaterThan(1000);
    expect(document.assumptions.join(" ")).toContain(
      `${aside.toLocaleString("en-US")} rows drawn at random; no threshold`,
    );
    document.parts.forEach(({ values }, part) => {
      expect(values).toEqual(many.classNames.filter((_, k) => clusters[k] === part));
    });
  });

  it("fitConformalSets(few rows, { condition: clusters }) falls back to one threshold and says so", () => {
    const document = fit({ condition: "clusters" });
    expect(document.parts.length).toBe(1);
    expect(document.warnings).toEqual([
      "There are too few rows to find clusters of classes: all classes share one threshold.",
    ]);
    expect(document.assumptions[2]).toBe(
      "The level 0.9 holds on average over all rows; single classes or groups can be covered less often.",
    );
  });

  it("fitConformalSets(data, { condition: clusters }) gives classes too rare for a cluster a threshold that they share", () => {
    const many = unweighted(simulate(6000, createRandom(2), { classes: 20 }));
    let left = 3;
    const labels = many.labels.map((label) => (label === 19 && left-- <= 0 ? 0 : label));
    const { condition, parts, warnings } = fit({ condition: "clusters", level: 0.8 }, { ...many, labels });
    if (condition.kind !== "clusters") throw new Error("no clusters");
    expect(condition.clusters[19]).toBe(parts.length - 1);
    expect(warnings).toEqual([
      "2 classes have fewer than 4 rows to find their cluster by and share a threshold: the level holds on average over them (class 18, class 19).",
    ]);
  });

  it("fitConformalSets(150 000 weighted rows) says how its thresholds were thinned", () => {
    const draw = createRandom(3);
    const n = 150_000;
    const binary: BinaryPredictions = {
      task: "binary",
      rows: n,
      probabilities: Float64Array.from({ length: n }, () => draw.uniform()),
      outcomes: Uint8Array.from({ length: n }, () => draw.integer(2)),
      weights: Float64Array.from({ length: n }, () => draw.uniform()),
      segments: [],
      classNames: ["no", "yes"],
    };
    const document = fitConformalSets(binary, { level: 0.5, ...FIXED });
    const { thinnedFrom = 0 } = document.parts[0].weighted ?? {};
    expect(thinnedFrom).toBeGreaterThan(70_000);
    expect(document.warnings).toEqual([
      `Of up to ${thinnedFrom.toLocaleString("en-US")} scores that can be the threshold of a new row 10,000 are kept; the next larger one stands in for those left out, which can only raise the coverage.`,
    ]);
    expect(openConformal(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  it("fitConformalSets(data, { condition: class, borrow }) gives rare classes a finite threshold, and says what it costs", () => {
    const labels = Int32Array.from({ length: 400 }, (_, i) => (i < 3 ? 3 : i % 3));
    const document = fit({ condition: "class", borrow: 20 }, { ...calibration, labels });
    expect(document.parts[3].n).toBe(3);
    expect(document.parts[3].quantile).not.toBeNull();
    expect(document.parts.every(({ rank }) => rank === null)).toBe(true);
    expect(document.assumptions.join(" ")).toContain(
      "The level 0.9 is approximate for each class: the rows of all classes together count as 20 rows of it",
    );
    expect(document.warnings).toEqual([]);
    const none = labels.map((label) => (label === 3 ? 0 : label));
    expect(fit({ condition: "class", borrow: 20 }, { ...calibration, labels: none }).warnings).toEqual([
      "Classes without rows of their own have thresholds that rest on the other classes alone (class 3).",
    ]);
    expect(fit({ condition: "class", borrow: 0 })).toEqual(fit({ condition: "class" }));
  });

  it("fitConformalSets(binary data) reads the probability of the positive class", () => {
    const binary: BinaryPredictions = {
      task: "binary",
      rows: 20,
      probabilities: Float64Array.from({ length: 20 }, (_, i) => (i + 0.5) / 20),
      outcomes: Uint8Array.from({ length: 20 }, (_, i) => (i >= 9 ? 1 : 0)),
      segments: [],
      classNames: ["no", "yes"],
    };
    const document = fitConformalSets(binary, { level: 0.8, ...FIXED });
    expect(document.scoreKind).toBe("probability");
    const sets = predictSets(document, matrix(Float64Array.of(0.02, 0.5, 0.98), 3, 1));
    expect([0, 1, 2].map((i) => setMembers(sets, i))).toEqual([[0], [], [1]]);
    expect(evaluateSets(document, binary).coverage.value).toBeGreaterThanOrEqual(0.8);
  });

  it("fitConformalSets(data with logits) reads logits later", () => {
    const logits = matrix(calibration.probabilities.data.map(Math.log), 400, 4);
    const document = fit({ method: "aps" }, { ...calibration, logits });
    expect(document.scoreKind).toBe("logits");
    const shifted = matrix(
      test.probabilities.data.map((p) => Math.log(p) + 7),
      300,
      4,
    );
    const plain = fit({ method: "aps" });
    expect(predictSets(document, shifted).sizes).toEqual(predictSets(plain, test.probabilities).sizes);
  });

  it.each([
    [{ level: 1 }, "level must be in (0, 1)"],
    [{ level: Number.NaN }, "level must be a decimal in [0, 1] such as 0.9, got NaN"],
    [{ penalty: 0.1 }, "penalty is an option of raps, the method is lac"],
    [{ method: "raps", penalty: -1 }, "penalty must be a number >= 0, got -1"],
    [{ method: "raps", freeRanks: 1.5 }, "freeRanks must be an integer >= 0, got 1.5"],
    [{ method: "raps", penalty: "auto", freeRanks: 3 }, "penalty auto chooses freeRanks as well"],
    [{ method: "lac", randomised: true }, "there is nothing to randomise"],
    [{ borrow: 5 }, "borrow is an option of the condition class"],
    [{ condition: "class", borrow: 0.5 }, "borrow must be an integer >= 0, got 0.5"],
    [{ condition: { groups: ["region"] } }, "the groups need a column region, got half"],
    [{ level: 0.999, method: "raps", penalty: "auto" }, "penalty auto needs 4995 rows at level 0.999, got 400"],
  ] as const)("fitConformalSets(data, %j) is refused", (options, message) => {
    expect(() => fit(options)).toThrow(message);
  });

  it("fitConformalSets(data, options) refuses what is no probability, by row", () => {
    const bad = (value: number) =>
      fit(
        {},
        {
          ...calibration,
          rows: 2,
          probabilities: matrixFromRows([
            [0.5, 0.5, 0, 0],
            [value, 0, 0, 0],
          ]),
          labels: new Int32Array(2),
        },
      );
    expect(() => bad(3)).toThrow("the probability of class 0 at row 1 must be in [0, 1], got 3");
    expect(() => bad(Number.NaN)).toThrow("the probability of class 0 at row 1 must be in [0, 1], got NaN");
    expect(() => bad(0)).toThrow("the probabilities of row 1 are all 0");
    const weights = new Float64Array(400);
    expect(() => fit({}, { ...calibration, weights })).toThrow("all weights are zero");
    weights[7] = -1;
    expect(() => fit({}, { ...calibration, weights })).toThrow("weight -1 at row 7 is not a finite number >= 0");
  });
});

describe("predictSets", () => {
  it("predictSets(document, p, { firstRow }) does not depend on where a stream is cut", () => {
    const document = fit({ method: "aps" });
    const whole = predictSets(document, test.probabilities);
    const parts = [0, 1, 120].flatMap((from, i, all) => {
      const part = rowsOf(test.probabilities, from, all[i + 1] ?? 300);
      return Array.from(predictSets(document, part, { firstRow: from }).bits);
    });
    expect(parts).toEqual(Array.from(whole.bits));
  });

  it("predictSets(document, p, { segments }) has all classes in a group that no calibration row was of", () => {
    const document = fit({ condition: { groups: ["half"] } });
    const segments = [
      { name: "half", codes: Int32Array.from({ length: 300 }, (_, i) => i % 2), values: ["low", "new"] },
    ];
    const sets = predictSets(document, test.probabilities, { segments });
    expect(sets.sizes.every((size, i) => i % 2 === 0 || size === 4)).toBe(true);
    expect(sets.sizes.some((size) => size < 4)).toBe(true);
    expect(() => predictSets(document, test.probabilities)).toThrow("the groups need a column half");
  });

  it("predictSets(weighted document, p) needs the weight of each row, and its set grows with it", () => {
    const data = simulate(100, createRandom(4));
    const document = fitConformalSets(data, { level: 0.9, ...FIXED });
    expect(() => predictSets(document, test.probabilities)).toThrow("each row needs its weight");
    const sizes = [0, 1, 2, 1e3].map((weight) =>
      predictSets(document, test.probabilities, { testWeights: new Float64Array(300).fill(weight) }).sizes.reduce(
        (a, b) => a + b,
        0,
      ),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[3]).toBe(1200);
    const testWeights = new Float64Array(300);
    testWeights[3] = Number.NaN;
    expect(() => predictSets(document, test.probabilities, { testWeights })).toThrow("weight NaN at row 3");
  });
});

describe("evaluateSets", () => {
  it("evaluateSets(document, rows) counts what the sets hold", () => {
    const document = fit({ method: "aps", test });
    const { evaluation } = document;
    if (evaluation === null) throw new Error("no evaluation");
    const sets = predictSets(document, test.probabilities);
    const hits = Array.from(test.labels).filter((label, i) => setContains(sets, i, label)).length;
    expect(evaluation.coverage.value).toBe(hits / 300);
    expect(evaluation.coverage.lower).toBeLessThan(0.9);
    expect(document.coverage).toBe(evaluation.coverage.value);
    expect(document.meanSize).toBe(sets.sizes.reduce((a, b) => a + b, 0) / 300);
    expect(evaluation.empty).toBe(sets.sizes.filter((size) => size === 0).length);
    expect(evaluation.unbounded).toBe(sets.sizes.filter((size) => size === 4).length);
    expect(evaluation.classCoverage.reduce((total, { n }) => total + n, 0)).toBe(300);
    expect(evaluation.sizeCoverage.reduce((total, { n }) => total + n, 0)).toBe(300);
    expect(evaluation.groupCoverage.map(({ name }) => name)).toEqual(["half: low", "half: high"]);
    expect(evaluation.pValue).toBeGreaterThan(0.001);
  });

  it("evaluateSets(document, rows) has no p-value where no theorem gives the law", () => {
    const pValue = (options: Partial<ConformalSetsOptions>) => fit({ ...options, test }).evaluation?.pValue;
    expect(pValue({ condition: "class" })).toBeNull();
    expect(pValue({ method: "top-k" })).toBeNull();
    expect(pValue({ method: "top-k", randomised: true })).toBeGreaterThan(0.001);
    const shuffled = { ...test, labels: test.labels.toReversed() };
    expect(fit({ test: shuffled }).evaluation?.pValue).toBeLessThan(1e-9);
  });

  it("evaluateSets(document, rows with weights) is that of rows that occur several times", () => {
    const document = fit({ method: "lac" });
    const part = (from: number, to: number) => ({
      ...test,
      rows: to - from,
      probabilities: rowsOf(test.probabilities, from, to),
      labels: test.labels.slice(from, to),
      segments: [],
    });
    const once = part(0, 100);
    const weights = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? 2 : 1));
    const twice = {
      ...once,
      rows: 150,
      probabilities: matrix(Float64Array.of(...part(0, 50).probabilities.data, ...once.probabilities.data), 150, 4),
      labels: Int32Array.of(...part(0, 50).labels, ...once.labels),
    };
    const weighted = evaluateSets(document, { ...once, weights });
    const repeated = evaluateSets(document, twice);
    expect(weighted.coverage.value).toBeCloseTo(repeated.coverage.value, 14);
    expect(weighted.meanSize?.value).toBeCloseTo(repeated.meanSize?.value ?? 0, 14);
    expect(weighted.medianSize).toBe(repeated.medianSize);
  });

  it("evaluateSets(document, rows) of other classes is refused", () => {
    const classNames = ["a", "b", "c", "d"];
    expect(() => evaluateSets(fit(), { ...test, classNames })).toThrow("the sets are of the classes class 0, class 1");
    expect(() => evaluateSets(fit(), { ...test, labels: new Int32Array(300).fill(9) })).toThrow(
      "label 9 at row 0 is not in [0, 4)",
    );
  });
});

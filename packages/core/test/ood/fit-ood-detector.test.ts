import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Matrix, matrixFromRows } from "../../src/matrix.ts";
import type { OodMethod, SingleOodMethod } from "../../src/ood/detector.ts";
import { fitOodDetector } from "../../src/ood/fit-ood-detector.ts";
import { oodMethods } from "../../src/ood/methods.ts";
import { oodScores } from "../../src/ood/ood-scores.ts";
import type { OodFitOptions, OodTraining } from "../../src/ood/training.ts";
import { createRandom } from "../../src/random/random.ts";
import { small } from "./small-data.ts";

const { features, labels, rows, head, k, dimension, shrinkage, scores } = small;

function normal(count: number, width: number, seed: number, shift = 0): Matrix {
  const random = createRandom(seed);
  const data = Float64Array.from({ length: count * width }, () => random.normal() + shift);
  return { data, rows: count, cols: width };
}

function rowsFrom({ data, cols }: Matrix, start: number, end: number): Matrix {
  return { data: data.slice(start * cols, end * cols), rows: end - start, cols };
}

const choices: Readonly<Partial<Record<SingleOodMethod, OodFitOptions>>> = {
  energy: { temperature: 2 },
  gen: { gamma: 0.2 },
  mahalanobis: { shrinkage },
  "relative-mahalanobis": { shrinkage },
  knn: { k },
  vim: { dimension },
  residual: { dimension },
  react: { percentile: 0.8 },
  "ash-p": { percentile: 0.7 },
  "ash-s": { percentile: 0.7 },
  "ash-b": { percentile: 0.7 },
  scale: { percentile: 0.7 },
};

const singles = oodMethods.map(({ name }) => name).filter((name) => name !== "auto" && name !== "outlier-exposure");

describe("fitOodDetector, every single method", () => {
  it.each(singles)("oodScores(fitOodDetector(train, { method: %s }), rows) is the formula of NumPy", (method) => {
    const options = Object.entries(choices).find(([name]) => name === method)?.[1] ?? {};
    const detector = fitOodDetector({ features, labels }, { method, head, ...options });
    const found = oodScores(detector, { features: rows });
    const expected = scores[method];
    expect(found.length).toBe(expected.length);
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]) / Math.max(1, Math.abs(expected[i]))).toBeLessThan(1e-11);
    });
  });

  it("oodScores of residual without a head starts at the mean of the rows", () => {
    const detector = fitOodDetector({ features }, { method: "residual", dimension });
    expect(detector.spec["origin"]).toBe("mean");
    oodScores(detector, { features: rows }).forEach((value, i) => {
      expect(value).toBeCloseTo(scores["residual-mean"][i], 11);
    });
  });

  it.each(oodMethods.map(({ name }) => name))("oodScores of %s do not depend on how rows come in batches", (method) => {
    const outliers = { features: normal(30, features.cols, 4, 3) };
    const detector = fitOodDetector(
      { features, labels },
      { method, head, ...(method === "outlier-exposure" && { outliers }) },
    );
    const many = { data: new Float64Array(5000 * rows.cols), rows: 5000, cols: rows.cols };
    for (let i = 0; i < 500; i++) many.data.set(rows.data, i * rows.data.length);
    const whole = oodScores(detector, { features: many });
    const single = Array.from({ length: rows.rows }, (_, i) =>
      oodScores(detector, { features: rowsFrom(rows, i, i + 1) }),
    );
    for (const i of [0, 3, 9, 4095, 4096, 4099]) {
      const alone = single[i % 10][0];
      expect(Math.abs(whole[i] - alone)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(alone)));
    }
  });

  it("oodScores are finite whatever finite features come", () => {
    const detectors = singles.map((method) => fitOodDetector({ features, labels }, { method, head }));
    const value = fc.oneof(fc.constantFrom(0, -0, 1e-160, -1e-5, 1e5), fc.double({ min: -50, max: 50, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 7, maxLength: 7 }), (row) => {
        for (const detector of detectors)
          expect(Number.isFinite(oodScores(detector, { features: matrixFromRows([row]) })[0])).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("fitOodDetector, unusual data", () => {
  it("fitOodDetector(train, { method: knn }) compares a row of zeros without dividing by nothing", () => {
    const train = { features: matrixFromRows([[1, 0], [0, 2], [0, 0]]) }; // biome-ignore format: a table
    const detector = fitOodDetector(train, { method: "knn", k: 2 });
    const found = oodScores(detector, { features: matrixFromRows([[0, 0], [3, 0], [0, 1e-300]]) }); // biome-ignore format: a table
    expect(Array.from(found)).toEqual([-1, -1, -1].map((x) => expect.closeTo(x, 9)));
  });

  it("oodScores of a row that was learned from are 0, not -0", () => {
    const detector = fitOodDetector({ features: rows }, { method: "knn", k: 1 });
    expect(Array.from(oodScores(detector, { features: rows }))).toEqual(new Array(10).fill(0));
  });

  it("fitOodDetector(train, { method: knn }) says that there are fewer than 50 rows", () => {
    const detector = fitOodDetector({ features: rows }, { method: "knn" });
    expect(detector.spec["k"]).toBe(10);
    expect(detector.notes[0]).toBe("There are 10 training rows: the farthest of them counts instead of neighbour 50.");
  });

  it("fitOodDetector(train, { method: knn, k }) refuses a neighbour that there is not", () => {
    expect(() => fitOodDetector({ features: rows }, { method: "knn", k: 11 })).toThrow(
      "the distance of neighbour 11 needs as many training rows, got 10",
    );
    expect(() => fitOodDetector({ features: rows }, { method: "knn", k: 0 })).toThrow(
      "k must be an integer ≥ 1, got 0",
    );
  });

  it("fitOodDetector(train, { method: mahalanobis }) shrinks a singular covariance and says so", () => {
    const few = rowsFrom(features, 0, 6);
    const detector = fitOodDetector({ features: few, labels: labels.slice(0, 6) }, { method: "mahalanobis" });
    expect(detector.notes.join(" ")).toMatch(/The 6 rows vary in 3 of 7 directions.*singular; it was shrunk by/);
    expect(detector.spec["rank"]).toBe(3);
    for (const score of oodScores(detector, { features: rows })) expect(Number.isFinite(score)).toBe(true);
  });

  it("fitOodDetector(train, { method: mahalanobis }) leaves out a class without rows and names one with a single row", () => {
    const some = labels.map((label, i) => (i === 0 ? 1 : label === 1 ? 2 : label));
    const { notes } = fitOodDetector({ features, labels: some }, { method: "mahalanobis" });
    expect(notes).toContain("Only one training row is of class 1: it is its own mean and adds no spread.");
    const two = labels.map((label) => (label === 1 ? 2 : label));
    const detector = fitOodDetector({ features, labels: two }, { method: "mahalanobis", head });
    expect(detector.notes[0]).toBe("No training row is of class 1: rows of it are compared with the others.");
    expect(detector.parts[0].arrays["means"].shape).toEqual([2, 7]);
  });

  it("fitOodDetector(train, { method: mahalanobis }) takes predicted classes where there are no labels, and says so", () => {
    const detector = fitOodDetector({ features }, { method: "mahalanobis", head });
    expect(detector.notes[0]).toBe("There are no labels: the predicted class of each training row took their place.");
  });

  it("fitOodDetector(train, { method: she }) gives rows of a class without pattern the smallest product", () => {
    const bias = Float64Array.of(100, 100, 0);
    const detector = fitOodDetector(
      { features, labels: labels.map(() => 0) },
      { method: "she", head: { weights: head.weights, bias } },
    );
    expect(detector.notes[0]).toMatch(/^No training row of classes 1 and 2 was classified correctly/);
    for (const score of oodScores(detector, { features: rows })) expect(Number.isFinite(score)).toBe(true);
    const wrong = labels.map(() => 2);
    expect(() =>
      fitOodDetector({ features, labels: wrong }, { method: "she", head: { weights: head.weights, bias } }),
    ).toThrow("she needs correctly classified rows, got none among 60");
  });

  it.each(["ash-s", "scale"] as const)("oodScores of %s scale a row of zeros by one", (method) => {
    const detector = fitOodDetector({ features, labels }, { method, head });
    const zeros = oodScores(detector, { features: matrixFromRows([[0, 0, 0, 0, 0, 0, 0]]) });
    const energy = fitOodDetector({ features, labels }, { method: "energy", head });
    expect(zeros).toEqual(oodScores(energy, { features: matrixFromRows([[0, 0, 0, 0, 0, 0, 0]]) }));
  });

  it("fitOodDetector(train, { method: vim }) refuses rows that leave no residual, and logits below zero", () => {
    const flat = matrixFromRows(Array.from({ length: 20 }, (_, i) => [i, 2 * i, 0, 0]));
    const logits = normal(20, 3, 1, 5);
    expect(() => fitOodDetector({ features: flat, logits }, { method: "vim", dimension: 2 })).toThrow(
      "the training rows do not vary outside of 2 directions",
    );
    expect(() => fitOodDetector({ features, logits: normal(60, 3, 1, -9) }, { method: "vim" })).toThrow(
      "vim scales by the mean of the largest logits, which must be > 0, got -8",
    );
  });

  it("fitOodDetector(train, { method: vim }) does not divide by a singular value that is rounding", () => {
    const noise = 1e-8;
    const weights = matrixFromRows([[1, 2, 0, 1], [-1, -1, 1, 0], [0, -1 + noise, -1, -1]]); // biome-ignore format: a table
    const rounded = { weights, bias: Float64Array.of(1, 2, -2.9) };
    const exact = { ...rounded, weights: matrixFromRows([[1, 2, 0, 1], [-1, -1, 1, 0], [0, -1, -1, -1]]) }; // biome-ignore format: a table
    const train = { features: normal(40, 4, 3, 2) };
    const [a, b] = [rounded, exact].map(
      (last) =>
        fitOodDetector(train, { method: "residual", dimension: 2, head: last }).parts[0].arrays["origin"].values,
    );
    a?.forEach((value, i) => {
      expect(value).toBeCloseTo(b?.[i] ?? Number.NaN, 6);
    });
  });
});

describe("fitOodDetector, auto", () => {
  const logits = normal(60, 3, 5);
  const probabilities = matrixFromRows(Array.from({ length: 60 }, (_, i) => [0.5 + i / 200, 0.5 - i / 200]));

  it.each([
    ["features, labels and a head", { features, labels }, { head }, "gen + knn + mahalanobis"],
    ["features and logits", { features, logits }, {}, "gen + knn + mahalanobis"],
    ["features and labels", { features, labels }, {}, "knn + mahalanobis"],
    ["features", { features }, {}, "knn"],
    ["logits", { logits }, {}, "gen + energy"],
    ["probabilities", { probabilities }, {}, "gen"],
  ] as const)("fitOodDetector(train) makes of %s what they allow", (_, train: OodTraining, options, parts) => {
    const detector = fitOodDetector(train, options);
    expect(detector.method).toBe("auto");
    expect(detector.parts.map(({ method }) => method).join(" + ")).toBe(parts);
    expect(detector.spec["parts"]).toBe(parts);
  });

  it("fitOodDetector(train) is the sum of its scores in units of their spread", () => {
    const detector = fitOodDetector({ features, labels }, { head });
    const { combination } = detector;
    const parts = detector.parts.map(({ method }) =>
      oodScores(fitOodDetector({ features, labels }, { method, head, ...(method === "knn" && { k: 1 }) }), {
        features: rows,
      }),
    );
    const found = oodScores(detector, { features: rows });
    found.forEach((value, i) => {
      const sum = parts.reduce(
        (total, part, p) =>
          total + (part[i] - (combination?.centres[p] ?? Number.NaN)) / (combination?.spreads[p] ?? Number.NaN),
        0,
      );
      expect(value).toBeCloseTo(sum, 10);
    });
  });

  it("fitOodDetector(train, { calibration }) keeps rows that set the scale apart from those of p-values", () => {
    const calibration = { features: normal(100, 7, 8, 1) };
    const detector = fitOodDetector({ features, labels }, { head, calibration });
    expect(detector.calibration?.n).toBe(75);
    expect(detector.spec).toMatchObject({ scaledBy: "calibration rows", scaleRows: 25 });
    const rest = matrixFromRows(
      Array.from({ length: 100 }, (_, i) => calibration.features.data.slice(i * 7, (i + 1) * 7)).filter(
        (_, i) => i % 4 !== 3,
      ),
    );
    expect(detector.calibration?.scores).toEqual(Array.from(oodScores(detector, { features: rest }).sort()));
  });

  it("fitOodDetector(train, { calibration }) of a single method uses all calibration rows", () => {
    const detector = fitOodDetector({ features }, { method: "knn", calibration: { features: rows } });
    expect(detector.calibration?.n).toBe(10);
    expect(detector.notes).toEqual([expect.stringContaining("With 10 held-out rows")]);
  });

  it("fitOodDetector(train) leaves out a score that is the same for all rows, and refuses where all are", () => {
    const one = matrixFromRows(Array.from({ length: 60 }, () => [3, 3]));
    const detector = fitOodDetector({ features, labels: labels.map(() => 0), logits: one });
    expect(detector.parts.map(({ method }) => method)).toEqual(["knn", "mahalanobis"]);
    expect(detector.notes).toContain("gen is the same for all rows that set the scale and was left out.");
    expect(() => fitOodDetector({ logits: one })).toThrow("every score is the same for all 12 rows that set the scale");
  });

  it("fitOodDetector(train) needs rows to set the scale by", () => {
    const few = rowsFrom(features, 0, 20);
    expect(() => fitOodDetector({ features: few, labels: labels.slice(0, 20) }, { head })).toThrow(
      "a combination of scores needs 50 training rows, or 40 calibration rows, got 20 and 0",
    );
  });
});

describe("fitOodDetector, outlier-exposure", () => {
  const outliers = { features: normal(40, 7, 9, 4) };

  it("fitOodDetector(train, { method: outlier-exposure, outliers }) has the certificate of an optimum", () => {
    const { combination } = fitOodDetector({ features, labels }, { method: "outlier-exposure", head, outliers });
    if (combination?.kind !== "logistic") throw new Error("no logistic");
    expect(combination.certificate.gradientNorm).toBeLessThanOrEqual(1e-10);
    for (const weight of combination.weights) expect(weight).toBeGreaterThan(0);
  });

  it("fitOodDetector(train, { method: outlier-exposure }) is the same each time", () => {
    const options = { method: "outlier-exposure", head, outliers } as const;
    expect(fitOodDetector({ features, labels }, options)).toEqual(fitOodDetector({ features, labels }, options));
  });

  it("fitOodDetector(train, { outliers }) needs them for outlier-exposure and for nothing else", () => {
    expect(() => fitOodDetector({ features, labels }, { method: "outlier-exposure", head })).toThrow(
      "outlier-exposure needs outliers",
    );
    expect(() => fitOodDetector({ features, labels }, { outliers })).toThrow("auto does not read outliers");
    expect(() =>
      fitOodDetector({ features, labels }, { method: "outlier-exposure", head, outliers, ridge: 0 }),
    ).toThrow("ridge must be a finite number > 0, got 0");
  });

  it("fitOodDetector(train, { method: outlier-exposure }) refuses outliers that look more normal than normal rows", () => {
    const logits = normal(60, 3, 2);
    const sure = { logits: matrixFromRows(Array.from({ length: 20 }, (_, i) => [40 + i / 10, 0, 0])) };
    expect(() => fitOodDetector({ logits }, { method: "outlier-exposure", outliers: sure })).toThrow(
      "no score is lower for the 20 outliers than for the 12 rows of the training kind",
    );
  });
});

describe("fitOodDetector and oodScores, bad input", () => {
  const fit =
    (train: OodTraining, options: OodFitOptions): (() => unknown) =>
    () =>
      fitOodDetector(train, options);

  it.each([
    ["no evidence", {}, {}, "training rows: expected logits, probabilities or features, got none of them"],
    [
      "no rows",
      { features: { data: new Float64Array(0), rows: 0, cols: 3 } },
      { method: "knn" },
      "there are no training rows",
    ],
    [
      "rows that differ",
      { features, logits: normal(3, 3, 1) },
      {},
      "training rows: 3 rows of logits but 60 of features",
    ],
    ["no features", { logits: normal(9, 3, 1) }, { method: "knn" }, "knn needs features of every row"],
    [
      "no logits",
      { features },
      { method: "energy" },
      "energy needs logits, or features and the head that makes logits of them",
    ],
    [
      "probabilities for energy",
      { probabilities: matrixFromRows([[1, 0]]) },
      { method: "energy" },
      "energy needs logits, or features and the head; probabilities do not tell how large logits were",
    ],
    [
      "no head",
      { features, logits: normal(60, 3, 1) },
      { method: "react" },
      "react needs the head: weights and bias of the last layer",
    ],
    [
      "no labels",
      { features },
      { method: "mahalanobis" },
      "mahalanobis needs labels of the training rows, or logits to predict them by",
    ],
    [
      "labels of other length",
      { features, labels: labels.slice(1) },
      { method: "mahalanobis" },
      "there are 60 training rows but 59 labels",
    ],
    [
      "a label below 0",
      { features, labels: labels.map((x, i) => (i === 4 ? -1 : x)) },
      { method: "mahalanobis" },
      "label -1 of training row 4 is below 0",
    ],
    [
      "a label above the classes",
      { features, labels: labels.map((x, i) => (i === 4 ? 3 : x)) },
      { method: "she", head },
      "label 3 of training row 4 is not in [0, 3)",
    ],
    [
      "a head for others",
      { features: normal(60, 5, 1) },
      { method: "energy", head },
      "the head has 3 × 7 weights but the rows have 5 features",
    ],
    [
      "a head on its side",
      { features },
      { method: "energy", head: { weights: { data: head.weights.data, rows: 7, cols: 3 }, bias: head.bias } },
      "the head has 7 × 3 weights, expected classes × features, 3 × 7: it lies on its side",
    ],
    [
      "too few biases",
      { features },
      { method: "energy", head: { ...head, bias: Float64Array.of(1) } },
      "the head has 3 × 7 weights but 1 biases, expected one per class",
    ],
    [
      "a bias that is none",
      { features },
      { method: "energy", head: { ...head, bias: Float64Array.of(1, Number.NaN, 2) } },
      "the bias of class 1 is NaN",
    ],
    [
      "a head of other classes",
      { features, logits: normal(60, 4, 1) },
      { method: "react", head },
      "the head has 3 × 7 weights but the rows have 4 logits",
    ],
    [
      "a feature that is none",
      {
        features: matrixFromRows([
          [1, 2],
          [3, Number.NaN],
        ]),
      },
      { method: "knn" },
      "training rows: features: row 1, column 1 is NaN, not a finite number",
    ],
    [
      "one row",
      { features: rowsFrom(features, 0, 1), labels: Int32Array.of(0) },
      { method: "mahalanobis" },
      "mahalanobis needs at least 2 training rows, got 1",
    ],
    [
      "calibration rows of another width",
      { features },
      { method: "knn", calibration: { features: normal(9, 5, 1) } },
      "calibration rows: expected 7 features per row as in the training rows, got 5",
    ],
    [
      "calibration rows without features",
      { features },
      { method: "knn", calibration: { logits: normal(9, 5, 1) } },
      "calibration rows: the detector reads features, and there are none",
    ],
    [
      "a percentile beyond",
      { features },
      { method: "scale", head, percentile: 1 },
      "percentile must be in (0, 1), got 1",
    ],
    [
      "a percentile that keeps none",
      { features },
      { method: "ash-p", head, percentile: 0.99 },
      "percentile 0.99 keeps 0 of 7 features; at least one in 700 must stay",
    ],
    [
      "a dimension beyond",
      { features },
      { method: "residual", dimension: 7 },
      "dimension must be an integer from 1 to 6 for 7 features, got 7",
    ],
    [
      "a shrinkage beyond",
      { features, labels },
      { method: "mahalanobis", shrinkage: 2 },
      'shrinkage must be "ledoit-wolf" or in [0, 1], got 2',
    ],
    [
      "a temperature of 0",
      { features },
      { method: "energy", head, temperature: 0 },
      "temperature must be a finite number > 0, got 0",
    ],
  ] as const)("fitOodDetector(train, options) refuses %s", (_, train: OodTraining, options: OodFitOptions, message) => {
    expect(fit(train, options)).toThrow(message);
  });

  it("fitOodDetector(train) refuses the single output of a sigmoid, and says what to do", () => {
    expect(fit({ logits: normal(60, 1, 1) }, {})).toThrow(
      "auto needs an output for every class, got one per row; for a sigmoid give two logits, 0 and its own",
    );
  });

  it("fitOodDetector(train, options) refuses choices that the method does not read", () => {
    expect(fit({ features }, { method: "energy", head, k: 3 })).toThrow("energy does not read k");
    expect(fit({ features }, { method: "knn", ridge: 3 })).toThrow("knn does not read ridge");
    expect(fit({ features }, { percentile: 0.5 })).toThrow("auto does not read percentile; it is made of knn");
  });

  it("fitOodDetector(train, { method }) names the methods where it does not know one", () => {
    const method: OodMethod = JSON.parse('"odin"');
    expect(fit({ features }, { method })).toThrow('unknown detector "odin"; known are auto, msp, max-logit');
  });

  it("oodScores(detector, rows) says both widths and names what is missing", () => {
    const detector = fitOodDetector({ features }, { method: "knn" });
    expect(() => oodScores(detector, { features: normal(2, 5, 1) })).toThrow(
      "rows: expected 7 features per row as in the training rows, got 5",
    );
    expect(() => oodScores(detector, { logits: normal(2, 3, 1) })).toThrow(
      "rows: the detector reads features, and there are none",
    );
    const bad = { features: { ...rows, data: rows.data.map((x, i) => (i === 8 ? Infinity : x)) } };
    expect(() => oodScores(detector, bad)).toThrow(
      expect.objectContaining({
        code: "not-finite",
        index: 1,
        message: "rows: features: row 1, column 1 is Infinity, not a finite number",
      }),
    );
  });

  it.each(["mahalanobis", "energy", "scale", "vim", "residual", "she"] as const)(
    "oodScores(detector, rows) of %s names the row whose values are too large",
    (method) => {
      const detector = fitOodDetector({ features, labels }, { method, head });
      const many = normal(4200, 7, 1);
      many.data.fill(1e308, 4150 * 7, 4151 * 7);
      expect(() => oodScores(detector, { features: many })).toThrow(expect.objectContaining({ index: 4150 }));
    },
  );

  it("oodScores(detector, rows) of no rows is empty", () => {
    const detector = fitOodDetector({ features }, { method: "knn" });
    expect(oodScores(detector, { features: { data: new Float64Array(0), rows: 0, cols: 7 } })).toHaveLength(0);
  });
});

describe("fitOodDetector, notes on the rows that calibrate", () => {
  const train = { features: normal(300, 4, 1) };
  const notesOf = (calibration: Matrix, options: OodFitOptions = {}): string =>
    fitOodDetector(train, { method: "knn", calibration: { features: calibration }, ...options }).notes.join(" ");

  it("fitOodDetector says where calibration rows are training rows, too", () => {
    expect(notesOf(train.features)).toContain("300 of 300 calibration rows are training rows, too");
    expect(notesOf(train.features, { method: "residual" })).toContain("300 of 300 calibration rows");
    const some = normal(100, 4, 2);
    some.data.set(train.features.data.subarray(40, 60), 8);
    expect(notesOf(some)).toContain("5 of 100 calibration rows are training rows");
    expect(notesOf(normal(100, 4, 2))).not.toContain("training rows, too");
  });

  it("fitOodDetector takes rows that are alike by chance for what they are", () => {
    const rounded = (seed: number): Matrix => {
      const { data, ...shape } = normal(400, 1, seed);
      return { data: data.map((value) => (value > 0 ? 1 : -0)), ...shape };
    };
    const { notes } = fitOodDetector(
      { features: rounded(1) },
      { method: "knn", calibration: { features: rounded(2) } },
    );
    expect(notes.join(" ")).not.toContain("training rows, too");
  });

  it("fitOodDetector says how many held-out rows a p-value of 5 % needs", () => {
    expect(notesOf(normal(1, 4, 2))).toContain("With 1 held-out row no p-value is below 50 %: 19 are needed");
    expect(notesOf(normal(18, 4, 2))).toContain("With 18 held-out rows no p-value is below 5.3 %");
    expect(notesOf(normal(19, 4, 2))).not.toContain("are needed");
  });
});

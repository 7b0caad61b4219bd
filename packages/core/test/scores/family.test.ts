import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrix, matrixFromRows } from "../../src/matrix.ts";
import type { Forecast } from "../../src/regression/forecasts.ts";
import type { BinaryPredictions, MulticlassPredictions } from "../../src/report/predictions.ts";
import { classScore } from "../../src/scores/class-score.ts";
import { confidenceFrom, confidencesOf, type OutputRows, scoreRows } from "../../src/scores/confidence-from.ts";
import { forecastIsNear, forecastScore } from "../../src/scores/forecast-score.ts";
import { mapScore } from "../../src/scores/map-score.ts";
import { probabilityWithin } from "../../src/scores/probability-within.ts";
import { parseScoreChoice, scoreChoiceText } from "../../src/scores/score-choice.ts";
import { comparableScores } from "../../src/scores/score-collector.ts";
import { type ScoreMap, type ScoreName, scoreFamily, scoreMapFormulas } from "../../src/scores/score-family.ts";
import { sigmoidConfidence } from "../../src/scores/sigmoid-confidence.ts";

const logits = matrixFromRows([
  [2, 0, -1],
  [0.5, 0.4, 0.1],
  [-3, 5, 1],
]);
const probabilities = matrixFromRows([
  [0.7, 0.2, 0.1],
  [0.1, 0.1, 0.8],
]);
const multiclass: MulticlassPredictions = {
  task: "multiclass",
  rows: 2,
  probabilities,
  labels: Int32Array.of(0, 1),
  classNames: ["a", "b", "c"],
  segments: [{ name: "region", codes: Int32Array.of(0, 1), values: ["eu", "us"] }],
  weights: Float64Array.of(1, 2),
};
const binary: BinaryPredictions = {
  task: "binary",
  rows: 3,
  probabilities: Float64Array.of(0.9, 0.2, 0.5),
  outcomes: Uint8Array.of(1, 1, 1),
  classNames: ["0", "1"],
  segments: [],
};
const sigma: Forecast = {
  kind: "point-and-sigma",
  point: Float64Array.of(10, 10),
  sigma: Float64Array.of(1, 4),
};
const choice = (text: string) => parseScoreChoice(text);

describe("scoreFamily", () => {
  it("scoreFamily names every score once, with a map that has a formula", () => {
    const names = scoreFamily.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { map, isProbability } of scoreFamily) {
      expect(scoreMapFormulas[map]).toMatch(/x/);
      if (isProbability) expect(map).toBe("identity");
    }
  });
  it("parseScoreChoice(text) reads what scoreChoiceText writes", () => {
    for (const { name } of scoreFamily) {
      const text = ["sd", "width", "within"].includes(name) ? `${name}:2.5` : name;
      expect(scoreChoiceText(choice(text))).toBe(text);
    }
  });
  it("parseScoreChoice(text) says what is wrong with it", () => {
    expect(() => choice("softmax")).toThrow(
      "expected one of msp, margin, entropy, max-logit, energy, gen, sigmoid, sd:TOL",
    );
    expect(() => choice("within")).toThrow("within needs a tolerance above 0");
    for (const text of ["sd:0", "sd:-1", "sd:x", "sd:1:2", "within:Infinity"])
      expect(() => choice(text)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => choice("energy:2")).toThrow("energy is a score of classes and has no tolerance");
  });
});

describe("mapScore", () => {
  const ranges: Record<ScoreMap, [number, number]> = {
    identity: [0, 1],
    entropy: [-Math.log(7), 0],
    "below-zero": [-1e3, 0],
    real: [-1e3, 1e3],
  };
  for (const [map, [min, max]] of Object.entries(ranges) as [ScoreMap, [number, number]][])
    it(`mapScore(scores, "${map}") rises strictly and stays in [0, 1]`, () => {
      const range = fc.double({ min, max, noNaN: true });
      fc.assert(
        fc.property(range, range, (a, b) => {
          const [x, y] = mapScore(Float64Array.of(a, b), map, 7);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(1);
          if (b - a > 1e-9 * Math.max(1, (max - min) / 10)) expect(y).toBeGreaterThan(x);
        }),
      );
    });
  it('mapScore(scores, "real") keeps apart energies of 1000 that differ by 1e-9, where the logistic function is 1', () => {
    const [a, b] = mapScore(Float64Array.of(1000, 1000 + 1e-9), "real");
    expect(b).toBeGreaterThan(a);
    expect(1 / (1 + Math.exp(-40))).toBe(1 / (1 + Math.exp(-41)));
  });
  it("mapScore(scores, map) is as its formula says", () => {
    expect([...mapScore(Float64Array.of(-3, 0, 3), "real")]).toEqual([0.125, 0.5, 0.875]);
    expect([...mapScore(Float64Array.of(-3, 0), "below-zero")]).toEqual([0.25, 1]);
    expect([...mapScore(Float64Array.of(-Math.log(4), 0), "entropy", 4)]).toEqual([0, 1]);
  });
  it("mapScore(scores, map) refuses what is outside the range, with the row", () => {
    expect(() => mapScore(Float64Array.of(0.5, 1.5), "identity")).toThrow(expect.objectContaining({ index: 1 }));
    expect(() => mapScore(Float64Array.of(-1, 0.1), "below-zero")).toThrow("the score at row 1 must be 0 or less");
    expect(() => mapScore(Float64Array.of(-2), "entropy", 2)).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => mapScore(Float64Array.of(Number.NaN), "real")).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
  });
});

describe("classScore", () => {
  it("classScore(name, { logits }) is that of their probabilities where the score reads those", () => {
    const own = classScore("msp", { logits });
    expect(own[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 1 + Math.exp(-1)), 14);
    expect([...classScore("max-logit", { logits })]).toEqual([2, 0.5, 5]);
  });
  it("classScore(name, { probabilities }) refuses what only logits have", () => {
    for (const name of ["energy", "max-logit"] as const)
      expect(() => classScore(name, { probabilities })).toThrow(`${name} needs logits, got probabilities`);
    expect(() => classScore("sigmoid", { logits })).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() => classScore("msp", {})).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

describe("confidenceFrom", () => {
  it("confidenceFrom(rows, choice) is right where the top class is the label, and keeps weights and segments", () => {
    const made = confidenceFrom(multiclass, choice("margin"));
    expect(made.task).toBe("confidence");
    expect([...made.correct]).toEqual([1, 0]);
    expect(made.confidences[0]).toBeCloseTo(0.5, 14);
    expect(made.confidences[1]).toBeCloseTo(0.7, 14);
    expect(made.weights).toBe(multiclass.weights);
    expect(made.segments).toBe(multiclass.segments);
  });
  it("confidenceFrom(rows, choice) of binary rows counts two classes, and ½ as the positive one", () => {
    const made = confidenceFrom(binary, choice("margin"));
    expect(made.confidences[0]).toBeCloseTo(0.8, 14);
    expect(made.confidences[1]).toBeCloseTo(0.6, 14);
    expect(made.confidences[2]).toBe(0);
    expect([...made.correct]).toEqual([1, 0, 1]);
  });
  it("confidenceFrom(rows, sigmoid) is the confidence of the logit that the probability comes from", () => {
    const z = Float64Array.of(3, -2, 0.25);
    const rows = { ...binary, probabilities: z.map((x) => 1 / (1 + Math.exp(-x))) };
    const made = confidenceFrom(rows, choice("sigmoid")).confidences;
    sigmoidConfidence(z).forEach((p, i) => {
      expect(made[i]).toBeCloseTo(p, 15);
    });
  });
  it("confidencesOf(values, kind, choice) is confidenceFrom without the outcomes", () => {
    for (const name of ["msp", "margin", "entropy", "gen"]) {
      const own = confidencesOf(probabilities, "probabilities", choice(name));
      expect([...own.confidences]).toEqual([...confidenceFrom(multiclass, choice(name)).confidences]);
      expect([...own.predicted]).toEqual([0, 2]);
      const two = confidencesOf(matrix(binary.probabilities, 3, 1), "probability", choice(name));
      expect([...two.confidences]).toEqual([...confidenceFrom(binary, choice(name)).confidences]);
    }
  });
  it("confidenceFrom(rows, choice) refuses scores of other rows", () => {
    expect(() => confidenceFrom(multiclass, choice("within:1"))).toThrow("within is a score of forecasts of a number");
    const forecasts: OutputRows = {
      task: "regression",
      rows: 2,
      forecast: sigma,
      outcomes: Float64Array.of(10, 12),
      segments: [],
    };
    expect(() => scoreRows(forecasts, choice("msp"))).toThrow("msp is a score of classes, got forecasts of a number");
  });
});

describe("scores of forecasts", () => {
  const quantiles = (...rows: number[][]): Forecast => ({
    kind: "quantiles",
    levels: [0.1, 0.5, 0.9],
    values: matrixFromRows(rows),
  });
  it("forecastScore(sd) is minus the standard deviation, width minus that of the interval", () => {
    expect([...forecastScore("sd", sigma, 1)]).toEqual([-1, -4]);
    expect([...forecastScore("width", quantiles([1, 2, 4], [5, 5, 5]), 1)]).toEqual([-3, 0]);
  });
  it("probabilityWithin(sigma) is that of a normal distribution", () => {
    const [one, four] = probabilityWithin(sigma, 1);
    expect(one).toBeCloseTo(0.6826894921370859, 15);
    expect(four).toBeCloseTo(0.19741265136584754, 15);
  });
  it("probabilityWithin(quantiles) joins them by lines and counts nothing beyond the outermost", () => {
    const [half, all, atom] = probabilityWithin(quantiles([0, 10, 20], [9, 10, 11], [10, 10, 10]), 5);
    expect(half).toBeCloseTo(0.4, 14);
    expect(all).toBeCloseTo(0.8, 14);
    expect(atom).toBeCloseTo(0.8, 14);
  });
  it("probabilityWithin(quantiles) puts crossing ones in order", () => {
    const [crossed, ordered] = probabilityWithin(quantiles([20, 10, 0], [0, 10, 20]), 5);
    expect(crossed).toBe(ordered);
  });
  it("probabilityWithin(interval) is two quantiles around its middle", () => {
    const interval: Forecast = {
      kind: "interval",
      lower: Float64Array.of(0),
      upper: Float64Array.of(20),
      level: 0.8,
      point: null,
    };
    expect(probabilityWithin(interval, 5)[0]).toBeCloseTo(0.4, 14);
    expect([...forecastIsNear(interval, Float64Array.of(14), 4)]).toEqual([1]);
    expect([...forecastIsNear(interval, Float64Array.of(15), 4)]).toEqual([0]);
  });
  it("probabilityWithin(forecast, tolerance) never falls as the tolerance grows", () => {
    const row = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 });
    const distance = fc.double({ min: 0.01, max: 60, noNaN: true });
    fc.assert(
      fc.property(row, distance, distance, (values, a, b) => {
        const forecast = quantiles(values.toSorted((x, y) => x - y));
        const [near, far] = [Math.min(a, b), Math.max(a, b)].map((tol) => probabilityWithin(forecast, tol)[0]);
        expect(far).toBeGreaterThanOrEqual(near - 1e-12);
        expect(far).toBeLessThanOrEqual(0.8 + 1e-12);
      }),
    );
  });
  it("forecastScore(name, forecast) says what it needs", () => {
    const point: Forecast = { kind: "point", point: Float64Array.of(1) };
    expect(() => forecastScore("sd", point, 1)).toThrow(
      "sd needs a standard deviation (--sigma), got a forecast alone",
    );
    expect(() => forecastScore("width", sigma, 1)).toThrow("width needs an interval, or two quantiles");
    expect(() => forecastScore("within", point, 1)).toThrow("got a forecast alone");
    const high: Forecast = { kind: "quantiles", levels: [0.8, 0.9], values: matrixFromRows([[1, 2]]) };
    expect(() => forecastScore("within", high, 1)).toThrow("quantiles on both sides of it");
  });
});

describe("comparableScores", () => {
  const names = (rows: OutputRows, tolerance?: number): ScoreName[] =>
    comparableScores(rows, tolerance ?? null).map(({ name }) => name);
  it("comparableScores(rows) are those that the outputs allow, probabilities first", () => {
    expect(names(multiclass)).toEqual(["msp", "margin", "entropy", "gen"]);
    expect(names({ ...multiclass, logits: probabilities })).toEqual([
      "msp",
      "margin",
      "entropy",
      "max-logit",
      "energy",
      "gen",
    ]);
    expect(names(binary)).toEqual(["msp", "margin", "entropy", "gen"]);
    const forecasts: OutputRows = {
      task: "regression",
      rows: 2,
      forecast: sigma,
      outcomes: Float64Array.of(1, 2),
      segments: [],
    };
    expect(names(forecasts, 5)).toEqual(["within", "sd"]);
    expect(() => names(forecasts)).toThrow("--confidence-from within:5 says which");
    expect(() => names({ ...forecasts, forecast: { kind: "point", point: Float64Array.of(1, 2) } }, 5)).toThrow(
      "a forecast alone says nothing of how sure it is",
    );
  });
});

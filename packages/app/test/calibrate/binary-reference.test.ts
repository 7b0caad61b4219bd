import { existsSync } from "node:fs";
import {
  applyBinaryMap,
  type BinaryMap,
  corpDecomposition,
  fitBeta,
  fitBinaryTemperature,
  fitIsotonic,
  fitPlatt,
  fitQuadratic,
  type InterpolatedMap,
  logLoss,
} from "@candor/core";
import { beforeAll, describe, expect, it } from "vitest";
import { binaryFigures } from "./binary-figures.ts";
import { binarySets, csvColumns, type Pairs } from "./binary-sets.ts";
import { data } from "./class-data.ts";
import { agree, agreeOnAll, fittedSets, type Reference, reference } from "./reference-json.ts";

const present = existsSync(data);
if (!present) console.warn(`${data} is absent: binary fits on real predictions are not checked`);

it("the real predictions are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

function knotsOf(map: BinaryMap): InterpolatedMap {
  if (map.kind !== "interpolated") throw new Error(`expected knots, got ${map.kind}`);
  return map;
}

/** The scores with those within 1e-15 of the first of their run replaced by it, as scikit-learn does before isotonic regression. */
function merged(scores: Float64Array): Float64Array {
  const firsts = new Map<number, number>();
  let first = Number.NEGATIVE_INFINITY;
  for (const score of scores.toSorted()) {
    if (score - first >= 1e-15) first = score;
    firsts.set(score, first);
  }
  return scores.map((score) => firsts.get(score) ?? score);
}

/**
 * Where scikit-learn's value of a block is a last bit off one on the edge of a bin, so that bins and accuracy differ: the value
 * that it has for a fitted value and a score.
 */
const rounded: Readonly<Record<string, (fitted: number, score: number) => number>> = {
  "fivethirtyeight_games/series/governors_elections": (q) => (q === 0.5 ? 0.5 - 2 ** -54 : q),
  "coco_detection_4models/models/ssd_inception_v2/iou60": (q, score) => {
    if (q === 0.5) return score > 0.6178275 ? 0.5 + 2 ** -53 : q;
    return q === 8 / 15 ? q - 2 ** -53 : q;
  },
};

const naiveBayes = "tidymodels_small/models/segment_naive_bayes";

describe.skipIf(!present)("reference.json", () => {
  it("has no fitted binary calibrators but those compared here", () => {
    expect(fittedSets("platt")).toEqual(binarySets.map(({ name }) => name).sort());
    expect(fittedSets("beta")).toEqual(fittedSets("platt"));
    expect(fittedSets("isotonic")).toEqual(fittedSets("platt"));
  });
});

describe.skipIf(!present).each(binarySets)("on $name", ({ name, load }) => {
  const [folder = "", ...path] = name.split("/");
  const at = (...keys: readonly string[]): Reference => reference(folder, ...path, ...keys);
  let calibration: Pairs;
  let test: Pairs;
  beforeAll(() => {
    ({ calibration, test } = load());
  });

  function compare(method: string, map: BinaryMap, round = (q: number, _: number): number => q): void {
    const fitted = applyBinaryMap(map, test.scores).map((q, i) => round(q, test.scores[i] ?? Number.NaN));
    agreeOnAll(method, binaryFigures(fitted, test.outcomes), at("methods", method, "test"), 1e-12);
  }

  it("the split is that of the reference", () => {
    const { spiegelhalter_z: _, ...figures } = at("uncalibrated_cal");
    agreeOnAll("calibration", binaryFigures(calibration.scores, calibration.outcomes), figures, 1e-12);
    const { spiegelhalter_z: __, ...others } = at("uncalibrated_test");
    agreeOnAll("test", binaryFigures(test.scores, test.outcomes), others, 1e-12);
  });

  it("fitPlatt(scores, outcomes) has the parameters and all test figures to 1e-12", () => {
    const { scores, outcomes } = calibration;
    const fit = fitPlatt(scores, outcomes, { input: "logit", targets: "hard", clip: 1e-6 });
    const params = at("methods", "platt", "params");
    agree("slope", fit.parameters["slope"], params["newton_a"], 1e-12);
    agree("intercept", fit.parameters["intercept"], params["newton_b"], 1e-12);
    expect(fit.certificate?.gradientNorm).toBeLessThan(1e-10);
    compare("platt", fit.map);
  });

  it("fitBeta(scores, outcomes, { constrained: false }) has the parameters and all test figures to 1e-12", () => {
    const fit = fitBeta(calibration.scores, calibration.outcomes, { constrained: false, clip: 1e-6 });
    const params = at("methods", "beta", "params");
    for (const key of ["a", "b", "c"]) agree(key, fit.parameters[key], params[key], 1e-12);
    expect(fit.certificate?.gradientNorm).toBeLessThan(1e-10);
    compare("beta", fit.map);
  });

  it("fitIsotonic(scores, outcomes) has the knots and all test figures to 1e-12", () => {
    const params = at("methods", "isotonic", "params");
    const isMerged = Number(params["max_abs_diff_sklearn_vs_exact_pav"]) > 1e-12;
    expect(isMerged).toBe(name === naiveBayes);
    const scores = isMerged ? merged(calibration.scores) : calibration.scores;
    const { map } = fitIsotonic(scores, calibration.outcomes, { shape: "linear" });
    const { x, y } = knotsOf(map);
    const knots = x.map((value, i): [number, number] => [value, y[i] ?? Number.NaN]);
    const partedBlock = name.endsWith("ssd_inception_v2/iou60") ? 2 : 0;
    expect(knots.length + partedBlock).toBe(params["n_knots"]);
    closeKnots(knots.slice(0, 3), params["first_knots"]);
    closeKnots(knots.slice(-3), params["last_knots"]);
    compare("isotonic", map, rounded[name]);
  });
});

function closeKnots(knots: readonly (readonly [number, number])[], expected: unknown): void {
  if (!Array.isArray(expected)) throw new Error("no knots");
  expect(knots.length).toBe(expected.length);
  knots.forEach(([x, y], i) => {
    agree(`x of knot ${i}`, x, expected[i][0], 1e-15);
    agree(`y of knot ${i}`, y, expected[i][1], 1e-12);
  });
}

const pairsOf = (scores: readonly string[], isPositive: readonly boolean[]): Pairs => ({
  scores: Float64Array.from(scores, Number),
  outcomes: Uint8Array.from(isPositive, Number),
});

const segment = (model: string): Pairs => {
  const column = csvColumns(`tidymodels_small/segment_${model}.csv`);
  return pairsOf(
    column(".pred_good"),
    column("Class").map((name) => name === "good"),
  );
};

/** Agreement to half a unit of the last decimal that is known. */
function digits(value: number | readonly number[] | undefined, expected: number, decimals: number): void {
  if (typeof value !== "number") throw new Error(`expected a number, got ${value}`);
  expect(Math.abs(value - expected), `${value} against ${expected}`).toBeLessThan(0.51 * 10 ** -decimals);
}

describe.skipIf(!present)("published figures of real data", () => {
  it("fitIsotonic(scores, outcomes) merges by the exact values of scores, not those within 1e-15", () => {
    const set = binarySets.find(({ name }) => name === naiveBayes);
    if (set === undefined) throw new Error(`no ${naiveBayes}`);
    const { calibration, test } = set.load();
    const exact = applyBinaryMap(fitIsotonic(calibration.scores, calibration.outcomes).map, test.scores);
    const coarse = applyBinaryMap(fitIsotonic(merged(calibration.scores), calibration.outcomes).map, test.scores);
    const differences = exact.map((q, i) => Math.abs(q - (coarse[i] ?? Number.NaN)));
    const params = reference("tidymodels_small", "models", "segment_naive_bayes", "methods", "isotonic", "params");
    agree("largest", Math.max(...differences), params["max_abs_diff_sklearn_vs_exact_pav"], 1e-12);
    expect(differences.filter((difference) => difference > 1e-9).length).toBe(params["rows_differing_by_1e-9"]);
  });

  it.each([
    ["Logistic", 0.205746171886, 0.017076057358, 0.055540660519, 9],
    ["EMOS", 0.232025179368, 0.018282943343, 0.030468539022, 9],
    ["ENS", 0.266167674299, 0.06607222828, 0.044115329028, 7],
    ["EPC", 0.234281755413, 0.022349747381, 0.032278767016, 8],
  ])(
    "rain in Niamey, %s: the levels of fitIsotonic are those of the CORP diagram",
    (model, brier, mcb, dsc, levels) => {
      const column = csvColumns("weather_pop/niamey_2016.csv");
      const { scores, outcomes } = pairsOf(
        column(model),
        column("obs").map((field) => Number(field) === 1),
      );
      const fit = fitIsotonic(scores, outcomes);
      expect(fit.parameters["blocks"]).toBe(levels);
      const fitted = applyBinaryMap(fit.map, scores);
      const mean = (square: (i: number) => number): number =>
        scores.reduce((total, _, i) => total + square(i) ** 2, 0) / scores.length;
      const y = (i: number): number => outcomes[i] ?? Number.NaN;
      const before = mean((i) => (scores[i] ?? Number.NaN) - y(i));
      const after = mean((i) => (fitted[i] ?? Number.NaN) - y(i));
      digits(before, brier, 12);
      digits(before - after, mcb, 12);
      digits((53 / 92) * (39 / 92) - after, dsc, 12);
    },
  );

  it("segment_logistic: Platt, temperature, beta and quadratic fits of all rows", () => {
    const { scores, outcomes } = segment("logistic");
    const loss = (map: BinaryMap): number => logLoss(applyBinaryMap(map, scores), outcomes).value;
    const platt = fitPlatt(scores, outcomes, { clip: 1e-12 });
    digits(platt.parameters["slope"], 0.77875008, 8);
    digits(platt.parameters["intercept"], -0.28461698, 8);
    digits(loss(platt.map), 0.42594787387, 11);
    const temperature = fitBinaryTemperature(scores, outcomes, { clip: 1e-12 });
    digits(1 / Number(temperature.parameters["temperature"]), 0.79969396, 8);
    digits(loss(temperature.map), 0.43151225979, 11);
    const beta = fitBeta(scores, outcomes, { clip: 1e-12 });
    digits(beta.parameters["a"], 1.20047432, 8);
    digits(beta.parameters["b"], 0.33566173, 8);
    digits(beta.parameters["c"], 0.54572105, 8);
    digits(loss(beta.map), 0.42044496987, 11);
    const quadratic = fitQuadratic(scores, outcomes, { clip: 1e-12 });
    digits(loss(quadratic.map), 0.41931426762, 11);
    const coefficients = [-0.08417129, 0.77460984, -0.07490115];
    if (quadratic.map.kind !== "logistic") throw new Error(`expected a logistic map, got ${quadratic.map.kind}`);
    quadratic.map.terms.forEach(({ coefficient }, i) => {
      digits(coefficient, coefficients[i] ?? Number.NaN, 8);
    });
  });

  it("segment_naive_bayes: scores from 2e-35 to 1 clipped at 1e-12, and exact ties", () => {
    const { scores, outcomes } = segment("naive_bayes");
    const platt = fitPlatt(scores, outcomes, { clip: 1e-12 });
    // Newton's method in NumPy gives -0.62135797 and 0.09172017: the published last digits are those of a coarser optimiser.
    digits(platt.parameters["intercept"], -0.62135796, 7);
    digits(platt.parameters["slope"], 0.09172018, 7);
    expect(platt.notes.join(" ")).toContain("1e-12");
    const fitted = applyBinaryMap(fitIsotonic(scores, outcomes).map, scores);
    const brier = fitted.reduce((total, q, i) => total + (q - (outcomes[i] ?? Number.NaN)) ** 2, 0) / scores.length;
    digits(0.216089044304 - brier, 0.074267096393, 12);
    digits(corpDecomposition(scores, outcomes).miscalibration.value, 0.074267096393, 12);
  });
});

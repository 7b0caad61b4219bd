import { describe, expect, it } from "vitest";
import { applyMulticlassMap } from "../../../src/calibration/apply-multiclass.ts";
import { findRecipe, plainRecipe, recipeMap } from "../../../src/calibration/multiclass/blend-recipe.ts";
import type { LinearMap } from "../../../src/calibration/multiclass-map.ts";
import { softmax } from "../../../src/kernels/softmax.ts";
import type { Matrix } from "../../../src/matrix.ts";
import { sampleClasses } from "./sample-classes.ts";

const linear = (scale: number): LinearMap => ({ kind: "linear", scale, bias: null, prepare: null });

function tempered(logits: Matrix, beta: number): Matrix {
  return softmax({ ...logits, data: logits.data.map((z) => beta * z) });
}

describe("findRecipe(held, labels)", () => {
  const { logits, labels } = sampleClasses({ rows: 4000, classes: 5, sharpness: 1, seed: 11 });
  const right = tempered(logits, 1);
  const tooSure = tempered(logits, 2);

  it("takes all of a structured map that is right, and corrects nothing further", () => {
    const recipe = findRecipe({ temperature: tooSure, structured: [tooSure, right] }, labels, {});
    expect(recipe.member).toBe(1);
    expect(recipe.weight).toBeGreaterThan(0.97);
    expect(recipe.topLabel).toBeNull();
  });

  it("keeps the temperature map where it is right", () => {
    const recipe = findRecipe({ temperature: right, structured: [tooSure] }, labels, {});
    expect(recipe.weight).toBeLessThan(0.03);
    expect(recipe.topLabel).toBeNull();
  });

  it("blends at the weight with the least log loss", () => {
    const uniform = { ...right, data: new Float64Array(right.data.length).fill(0.2) };
    const held = { temperature: uniform, structured: [tooSure] };
    const { weight } = findRecipe(held, labels, {});
    const loss = (share: number): number =>
      labels.reduce((sum, label, i) => sum - Math.log(share * tooSure.data[i * 5 + label] + (1 - share) * 0.2), 0);
    expect(weight).toBeGreaterThan(0.5);
    expect(weight).toBeLessThan(1);
    for (const step of [-0.01, 0.01]) expect(loss(weight + step)).toBeGreaterThan(loss(weight));
  });

  it("adds a line of the top log-odds where the top probability is off by one, as of two classes", () => {
    const two = sampleClasses({ rows: 4000, classes: 2, sharpness: 1, seed: 11 });
    const sharp = tempered(two.logits, 2);
    const { topLabel } = findRecipe({ temperature: sharp, structured: [sharp] }, two.labels, {});
    expect(topLabel?.kind).toBe("logistic");
  });

  it("adds a spline where it is off by more than a line, given 100 right and 100 wrong predictions", () => {
    const held = { temperature: tooSure, structured: [tooSure] };
    expect(findRecipe(held, labels, {}).topLabel?.kind).toBe("spline");
    const least = (rows: number): string | undefined => {
      const part = { data: tooSure.data.subarray(0, rows * 5), rows, cols: 5 };
      return findRecipe({ temperature: part, structured: [part] }, labels.subarray(0, rows), {}).topLabel?.kind;
    };
    expect(least(150)).toBe("logistic");
  });

  it("counts a row of weight 2 as two rows", () => {
    const weights = Float64Array.from(labels, (_, i) => (i < 1000 ? 2 : 0));
    const twice = (m: Matrix): Matrix => ({
      data: Float64Array.from([...m.data.subarray(0, 5000), ...m.data.subarray(0, 5000)]),
      rows: 2000,
      cols: 5,
    });
    const first = labels.slice(0, 1000);
    const weighted = findRecipe({ temperature: right, structured: [tooSure] }, labels, { weights });
    const doubled = findRecipe(
      { temperature: twice(right), structured: [twice(tooSure)] },
      Int32Array.from([...first, ...first]),
      {},
    );
    expect(weighted.weight).toBeCloseTo(doubled.weight, 5);
  });
});

describe("recipeMap(temperature, structured, recipe)", () => {
  const { logits } = sampleClasses({ rows: 50, classes: 3, sharpness: 1, seed: 12 });

  it("is the temperature map for the plain recipe and the structured map for weight 1", () => {
    expect(recipeMap(linear(0.5), linear(2), plainRecipe)).toEqual(linear(0.5));
    expect(recipeMap(linear(0.5), linear(2), { ...plainRecipe, weight: 1 })).toEqual(linear(2));
  });

  it("blends probabilities in between and keeps the prediction under a top-label calibrator", () => {
    const map = recipeMap(linear(0.5), linear(2), {
      ...plainRecipe,
      weight: 0.25,
      topLabel: {
        kind: "logistic",
        terms: [
          { feature: "one", coefficient: -3 },
          { feature: "logit", coefficient: 0.3 },
        ],
        clip: 1e-6,
      },
    });
    const out = applyMulticlassMap(map, logits);
    const blend = tempered(logits, 0.5).data.map((p, i) => 0.75 * p + 0.25 * tempered(logits, 2).data[i]);
    for (let i = 0; i < 50; i++) {
      const top = (data: Float64Array): number => {
        const row = [...data.subarray(3 * i, 3 * i + 3)];
        return row.indexOf(Math.max(...row));
      };
      expect(top(out.data)).toBe(top(blend));
    }
  });
});

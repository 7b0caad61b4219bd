import { describe, expect, it } from "vitest";
import {
  classwiseCalibrationError,
  createRandom,
  debiasedCalibrationError,
  expectedCalibrationError,
  matrix,
  type Random,
} from "../../../src/index.ts";

const logit = (p: number): number => Math.log(p / (1 - p));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** True rate of the event for a model that says p. */
const models = {
  calibrated: (p: number) => p,
  shifted: (p: number) => logistic(logit(p) - 0.7),
  "wrong in one place": (p: number) => (p > 0.6 && p < 0.8 ? logistic(logit(p) - 0.8) : p),
};

const shapes = {
  uniform: (random: Random) => 0.0005 + 0.999 * random.uniform(),
  network: (random: Random) => 1 - 1e-6 - 0.5 * random.uniform() ** 6,
};

/** The error of a population: every score once as a hit and once as a miss, weighted with its true rate. */
function truth(shape: (random: Random) => number, rate: (p: number) => number, norm: "l1" | "l2" | "max"): number {
  const random = createRandom(1);
  const rows = 200_000;
  const p = new Float64Array(2 * rows);
  const y = new Uint8Array(2 * rows);
  const weights = new Float64Array(2 * rows);
  for (let i = 0; i < 2 * rows; i += 2) {
    p[i] = p[i + 1] = shape(random);
    y[i] = 1;
    weights[i] = rate(p[i]);
    weights[i + 1] = 1 - weights[i];
  }
  return expectedCalibrationError(p, y, { weights, norm }).value;
}

/** Of 400 samples at 95 %, 363 to 393 hold the truth with probability 0.999 (exact binomial). */
const SAMPLES = 400;
const FEWEST = 363;
const MOST = 393;

describe("coverage of the intervals of binned errors at n = 1000", () => {
  for (const [shapeName, shape] of Object.entries(shapes))
    for (const [modelName, rate] of Object.entries(models))
      it(`95 % intervals of ${shapeName} scores of a model that is ${modelName}`, () => {
        const n = 1000;
        const random = createRandom(1000);
        const norms = ["l1", "l2", "max"] as const;
        const truths = norms.map((norm) => truth(shape, rate, norm));
        const held = [0, 0, 0];
        let debiased = 0;
        for (let r = 0; r < SAMPLES; r++) {
          const p = Float64Array.from({ length: n }, () => shape(random));
          const y = Uint8Array.from(p, (score) => (random.uniform() < rate(score) ? 1 : 0));
          norms.forEach((norm, k) => {
            const { lower, upper } = expectedCalibrationError(p, y, { norm });
            if (lower <= truths[k] && truths[k] <= upper) held[k]++;
          });
          const { lower, upper } = debiasedCalibrationError(p, y);
          if (lower <= truths[0] && truths[0] <= upper) debiased++;
        }
        const [l1, l2, max] = held;
        for (const count of [l1, l2, max, debiased]) expect(count).toBeGreaterThanOrEqual(FEWEST);
        // Zero is an end of what is possible, so that only one side can miss; the maximum is conservative everywhere.
        if (modelName !== "calibrated") for (const count of [l1, l2]) expect(count).toBeLessThanOrEqual(MOST);
      });
});

describe("coverage of the interval of the classwise error", () => {
  it("95 % intervals of ten classes, sharpened by 1.5, at n = 1000", () => {
    const [n, classes, rows] = [1000, 10, 20_000];
    const random = createRandom(77);
    const softmax = (z: Float64Array, sharpness: number): Float64Array => {
      const e = z.map((x) => Math.exp(sharpness * x));
      const sum = e.reduce((a, b) => a + b, 0);
      return e.map((x) => x / sum);
    };
    const population = Array.from({ length: rows }, () =>
      Float64Array.from({ length: classes }, () => 2 * random.normal()),
    );
    let target = 0;
    for (let k = 0; k < classes; k++) {
      const p = new Float64Array(2 * rows);
      const y = new Uint8Array(2 * rows);
      const weights = new Float64Array(2 * rows);
      population.forEach((z, i) => {
        p[2 * i] = p[2 * i + 1] = softmax(z, 1.5)[k];
        y[2 * i] = 1;
        weights[2 * i] = softmax(z, 1)[k];
        weights[2 * i + 1] = 1 - weights[2 * i];
      });
      target += expectedCalibrationError(p, y, { weights }).value / classes;
    }
    let held = 0;
    const samples = 200;
    for (let r = 0; r < samples; r++) {
      const data = new Float64Array(n * classes);
      const labels = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const z = population[random.integer(rows)];
        data.set(softmax(z, 1.5), i * classes);
        let u = random.uniform();
        const q = softmax(z, 1);
        while (labels[i] < classes - 1 && u >= q[labels[i]]) u -= q[labels[i]++];
      }
      const { lower, upper } = classwiseCalibrationError(matrix(data, n, classes), labels);
      if (lower <= target && target <= upper) held++;
    }
    // 178 to 199 of 200 with probability 0.999.
    expect(held).toBeGreaterThanOrEqual(178);
  });
});

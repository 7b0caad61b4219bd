import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/logistic.json" with { type: "json" };
import { matrixFromRows } from "../../src/matrix.ts";
import { fitLogistic } from "../../src/optimize/logistic.ts";
import { createRandom } from "../../src/random/random.ts";

const p = [
  0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99,
];
const outcomes = Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1);
const logits = Float64Array.from(p, (value) => Math.log(value / (1 - value)));
const ones = matrixFromRows(p.map(() => [1]));
const withIntercept = (values: ArrayLike<number>) => matrixFromRows(Array.from(values, (value) => [1, value]));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.abs(expected[i]));
}

describe("fitLogistic", () => {
  it("fitLogistic(features, outcomes) gives the Cox slope and intercept of the master case", () => {
    const { coefficients, gradientNorm } = fitLogistic(withIntercept(logits), outcomes);
    expect(Math.abs(coefficients[1] - 0.8865051554466711)).toBeLessThan(1e-14);
    expect(Math.abs(coefficients[0] + 0.13688493503412485)).toBeLessThan(1e-14);
    expect(gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("fitLogistic(ones, outcomes, { offset }) gives the calibration in the large of the master case", () => {
    const { coefficients } = fitLogistic(ones, outcomes, { offset: logits });
    expect(Math.abs(coefficients[0] + 0.14700506205498)).toBeLessThan(1e-13);
  });

  it.each(table)("fitLogistic(features, outcomes) agrees with Newton in 50 digits: $name", (row) => {
    const fit = fitLogistic(matrixFromRows(row.features), Uint8Array.from(row.outcomes), {
      ...("weights" in row ? { weights: Float64Array.from(row.weights as number[]) } : {}),
      ...("offset" in row ? { offset: Float64Array.from(row.offset as number[]) } : {}),
    });
    expectClose(fit.coefficients, row.coefficients, 1e-12);
    expectClose(fit.covariance, row.covariance, 1e-12);
    expectClose(fit.sandwich, row.sandwich, 1e-12);
    expectClose([fit.logLoss], [row.logLoss], 1e-14);
  });

  it("fitLogistic(ones, outcomes) is the log odds of the share", () => {
    const { coefficients, covariance } = fitLogistic(matrixFromRows([[1], [1], [1], [1]]), Uint8Array.of(1, 0, 0, 0));
    expect(coefficients[0]).toBeCloseTo(Math.log(1 / 3), 14);
    expect(covariance[0]).toBeCloseTo(4 / 3, 13);
  });

  it("fitLogistic(features, outcomes) recovers known coefficients within their errors", () => {
    const random = createRandom(1);
    const n = 20_000;
    const rows = Array.from({ length: n }, () => [1, random.normal(), random.normal()]);
    const truth = [0.3, -1.2, 2];
    const drawn = Uint8Array.from(rows, (row) => {
      const eta = row.reduce((total, value, j) => total + value * truth[j], 0);
      return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    });
    const { coefficients, covariance, sandwich } = fitLogistic(matrixFromRows(rows), drawn);
    truth.forEach((value, j) => {
      expect(Math.abs(coefficients[j] - value) / Math.sqrt(covariance[4 * j])).toBeLessThan(4);
      expect(sandwich[4 * j] / covariance[4 * j]).toBeCloseTo(1, 1);
    });
  });

  it("fitLogistic(features, outcomes, { weights }) with whole weights is the fit of repeated rows", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat({ max: 3 }), fc.nat({ max: 1 })), {
      minLength: 4,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, (draws) => {
        const x = [-1, 1, 0.5, -0.5, ...draws.map(([value]) => value / 10)];
        const y = Uint8Array.of(1, 0, 1, 0, ...draws.map(([, , outcome]) => outcome));
        const w = Float64Array.of(1, 1, 1, 1, ...draws.map(([, weight]) => weight));
        const index = Array.from(w).flatMap((weight, i) => new Array<number>(weight).fill(i));
        const weighted = fitLogistic(withIntercept(x), y, { weights: w });
        const repeated = fitLogistic(
          withIntercept(index.map((i) => x[i])),
          Uint8Array.from(index, (i) => y[i]),
        );
        for (let j = 0; j < 2; j++) {
          expect(weighted.coefficients[j]).toBeCloseTo(repeated.coefficients[j], 10);
          expect(weighted.covariance[3 * j] / repeated.covariance[3 * j]).toBeCloseTo(1, 10);
        }
      }),
    );
  });

  it("fitLogistic(features, outcomes, { weights }) scales: coefficients and sandwich do not move with the weights", () => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 3));
    const one = fitLogistic(withIntercept(logits), outcomes, { weights });
    const ten = fitLogistic(withIntercept(logits), outcomes, { weights: weights.map((weight) => 10 * weight) });
    expectClose(ten.coefficients, one.coefficients, 1e-12);
    expectClose(ten.sandwich, one.sandwich, 1e-11);
    expectClose(
      ten.covariance,
      one.covariance.map((value) => value / 10),
      1e-11,
    );
  });

  it("fitLogistic(features, outcomes) does not care about the units of a column", () => {
    const plain = fitLogistic(withIntercept(logits), outcomes);
    for (const unit of [1e-150, 1e-6, 1e9, 1e150]) {
      const fit = fitLogistic(withIntercept(logits.map((value) => value * unit)), outcomes);
      expect(Math.abs((fit.coefficients[1] * unit) / plain.coefficients[1] - 1)).toBeLessThan(1e-12);
    }
  });

  it("fitLogistic(features, outcomes) of 100 000 rows is the fit of the 20 they repeat", () => {
    const tiled = Float64Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 1 : logits[((i - 1) / 2) % 20]));
    const y = Uint8Array.from({ length: 100_000 }, (_, i) => outcomes[i % 20]);
    const many = fitLogistic({ data: tiled, rows: 100_000, cols: 2 }, y);
    const few = fitLogistic(withIntercept(logits), outcomes);
    expectClose(many.coefficients, few.coefficients, 1e-12);
    expectClose(
      many.covariance.map((value) => value * 5000),
      few.covariance,
      1e-12,
    );
    expectClose([many.logLoss], [few.logLoss], 1e-14);
  });

  it("fitLogistic(features, outcomes, { offset }) finds its way from far away", () => {
    for (const far of [-2000, -100, 100, 2000]) {
      const { coefficients } = fitLogistic(ones, outcomes, { offset: new Float64Array(20).fill(far) });
      expect(Math.abs(coefficients[0] + far)).toBeLessThan(1e-10 * Math.abs(far));
    }
  });

  it("fitLogistic(features, outcomes) keeps steep but overlapping data", () => {
    const x = Array.from({ length: 200 }, (_, i) => i / 10);
    const y = Uint8Array.from(x, (_, i) => (i === 99 || i > 100 ? 1 : 0));
    const { coefficients, gradientNorm } = fitLogistic(withIntercept(x), y);
    expect(gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(coefficients[1]).toBeGreaterThan(3);
  });
});

describe("fitLogistic refuses", () => {
  const refusal = (code: string, message = "", index?: number) =>
    expect.objectContaining({
      code,
      message: expect.stringContaining(message),
      ...(index === undefined ? {} : { index }),
    });

  it("fitLogistic(features, outcomes) says which outcome is separated", () => {
    const x = withIntercept([1, 2, 3, 4, 5, 6]);
    const fit =
      (...y: number[]) =>
      () =>
        fitLogistic(x, Uint8Array.from(y));
    expect(fit(0, 0, 0, 1, 1, 1)).toThrow(refusal("incompatible", "outcomes 0 and 1 are separated by the scores, so"));
    expect(fit(1, 1, 0, 0, 0, 0)).toThrow(refusal("incompatible", "outcomes 0 and 1 are separated by the scores, so"));
    expect(fit(1, 1, 1, 1, 1, 1)).toThrow(refusal("incompatible", "outcome 1 is separated"));
    expect(fit(0, 0, 0, 0, 0, 0)).toThrow(refusal("incompatible", "outcome 0 is separated"));
    expect(() => fitLogistic(withIntercept([0, 0, 0, 1, 1, 1]), Uint8Array.of(0, 1, 1, 1, 1, 1))).toThrow(
      refusal("incompatible", "outcome 1 is separated"),
    );
    expect(() => fitLogistic(withIntercept([0, 0, 0, 1, 1, 1]), Uint8Array.of(0, 0, 0, 0, 1, 0))).toThrow(
      refusal("incompatible", "outcome 0 is separated"),
    );
    expect(() => fitLogistic(withIntercept([1, 2, 2, 3]), Uint8Array.of(0, 0, 1, 1))).toThrow(
      refusal("incompatible", "outcomes 0 and 1 are separated by the scores, so"),
    );
  });

  it("fitLogistic(features, outcomes) finds separation in many rows and columns", () => {
    const random = createRandom(3);
    const rows = Array.from({ length: 2000 }, () => [1, random.normal(), random.normal(), random.normal()]);
    const y = Uint8Array.from(rows, ([, a, b, c]) => (a + 2 * b - c > 0.5 ? 1 : 0));
    expect(() => fitLogistic(matrixFromRows(rows), y)).toThrow(refusal("incompatible", "0 and 1 are separated"));
  });

  it("fitLogistic(features, outcomes) finds separation in 100 000 rows", () => {
    const random = createRandom(4);
    const x = Float64Array.from({ length: 100_000 }, () => random.normal());
    expect(() =>
      fitLogistic(
        withIntercept(x),
        Uint8Array.from(x, (value) => (value > 1 ? 1 : 0)),
      ),
    ).toThrow(refusal("incompatible", "0 and 1 are separated"));
    const { gradientNorm } = fitLogistic(
      withIntercept(x),
      Uint8Array.from(x, (value, i) => (value > 1 !== (i === 50_001) ? 1 : 0)),
    );
    expect(gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("fitLogistic(features, outcomes) finds any separation on a line, and only that", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.nat({ max: 1 })), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, (draws) => {
        fc.pre(new Set(draws.map(([x]) => x)).size > 1);
        const sides = [0, 1].map((outcome) => draws.filter(([, y]) => y === outcome).map(([x]) => x));
        const apart = (low: number[], high: number[]) => Math.max(...low) <= Math.min(...high);
        const separated = apart(sides[0], sides[1]) || apart(sides[1], sides[0]);
        const run = () =>
          fitLogistic(
            withIntercept(draws.map(([x]) => x)),
            Uint8Array.from(draws, ([, y]) => y),
          );
        if (separated) expect(run).toThrow(refusal("incompatible", "separated"));
        else expect(run().gradientNorm).toBeLessThanOrEqual(1e-10);
      }),
      { numRuns: 500 },
    );
  });

  it("fitLogistic(features, outcomes, { weights }) does not look at rows of weight 0", () => {
    const weights = Float64Array.of(1, 1, 0, 1);
    expect(() => fitLogistic(withIntercept([1, 2, 9, 3]), Uint8Array.of(0, 0, 0, 1), { weights })).toThrow(
      refusal("incompatible", "separated"),
    );
  });

  it("fitLogistic(features, outcomes) names dependent columns", () => {
    const rows = p.map((value) => [1, value, 1 - value]);
    expect(() => fitLogistic(matrixFromRows(rows), outcomes)).toThrow(refusal("incompatible", "linearly dependent"));
    expect(() => fitLogistic(matrixFromRows(p.map(() => [1, 0])), outcomes)).toThrow(
      refusal("incompatible", "linearly dependent"),
    );
  });

  it("fitLogistic(features, outcomes) names bad input and its row", () => {
    const x = withIntercept([1, 2]);
    const y = Uint8Array.of(0, 1);
    expect(() => fitLogistic(matrixFromRows([]), new Uint8Array(0))).toThrow(refusal("empty"));
    expect(() => fitLogistic(x, Uint8Array.of(1))).toThrow(
      refusal("shape-mismatch", "2 rows but there are 1 outcomes"),
    );
    expect(() => fitLogistic(x, Uint8Array.of(0, 2))).toThrow(refusal("out-of-range", "outcome 2 at row 1", 1));
    expect(() => fitLogistic(withIntercept([1, Infinity]), y)).toThrow(refusal("not-finite", "column 1", 1));
    expect(() => fitLogistic(x, y, { weights: Float64Array.of(1, -1) })).toThrow(refusal("out-of-range", "weight", 1));
    expect(() => fitLogistic(x, y, { weights: Float64Array.of(0, 0) })).toThrow(refusal("out-of-range", "sum"));
    expect(() => fitLogistic(x, y, { offset: Float64Array.of(0, Number.NaN) })).toThrow(
      refusal("not-finite", "offset", 1),
    );
  });
});

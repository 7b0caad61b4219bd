import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/scores/scores.json" with { type: "json" };
import { matrixFromRows } from "../../../src/index.ts";
import { logSoftmax, softmax } from "../../../src/kernels/softmax.ts";
import { logLoss } from "../../../src/metrics/scores/log-loss.ts";
import {
  logLossFromLogits,
  logLossFromLogProbabilities,
  logLossMulticlass,
} from "../../../src/metrics/scores/log-loss-multiclass.ts";
import { createRandom } from "../../../src/random/random.ts";
import { L12, P20, Y20, Z12 } from "../../master-case.ts";

const refused = (code: string, index?: number) =>
  expect.objectContaining(index === undefined ? { code } : { code, index });

describe("logLoss", () => {
  it("logLoss(p, y) of the master case, in nats", () => {
    const loss = logLoss(P20, Y20);
    expect(loss.value).toBeCloseTo(0.5283721871056929, 14);
    expect(loss.spec).toMatchObject({ metric: "log-loss", unit: "nats", clip: 1e-15 });
  });

  it("logLoss(p, y, { weights }) equals scikit-learn", () => {
    for (const { p, y, w, logLoss: expected } of table.cases) {
      const options = w ? { weights: Float64Array.from(w) } : {};
      const { value } = logLoss(Float64Array.from(p), Uint8Array.from(y), options);
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it("logLoss(p, y, { clip }) bounds the loss of a certain error", () => {
    const p = Float64Array.of(0, 1, 0.5);
    const y = Uint8Array.of(1, 1, 1);
    expect(logLoss(p, y).value).toBeCloseTo((-Math.log(1e-15) + Math.LN2) / 3, 12);
    expect(logLoss(p, y, { clip: 0.01 }).value).toBeCloseTo((-Math.log(0.01) - Math.log(0.99) + Math.LN2) / 3, 14);
    expect(logLoss(p, y, { clip: 0.01 }).spec).toMatchObject({ clip: 0.01 });
  });

  it("logLoss(p, y, { clip: 0 }) is exact and refuses an infinite loss by its row", () => {
    expect(logLoss(Float64Array.of(0, 1e-300), Uint8Array.of(0, 1), { clip: 0 }).value).toBeCloseTo(
      (300 * Math.LN10) / 2,
      10,
    );
    expect(() => logLoss(Float64Array.of(0.5, 0), Uint8Array.of(0, 1), { clip: 0 })).toThrow(
      refused("out-of-range", 1),
    );
    const weights = Float64Array.of(1, 0);
    expect(logLoss(Float64Array.of(0.5, 0), Uint8Array.of(0, 1), { clip: 0, weights }).value).toBe(Math.LN2);
  });

  it("logLoss(p, y) refuses a clip outside [0, 0.5)", () => {
    for (const clip of [-1e-9, 0.5, Number.NaN])
      expect(() => logLoss(P20, Y20, { clip })).toThrow(refused("out-of-range"));
  });

  it("logLoss(p, y) covers the true loss in 95 % of samples (2000 samples of 200, 99.9 % band)", () => {
    const random = createRandom(72);
    // p uniform on [0.2, 0.8] and calibrated: the loss is the mean entropy.
    let truth = 0;
    const steps = 20_000;
    for (let k = 0; k < steps; k++) {
      const p = 0.2 + (0.6 * (k + 0.5)) / steps;
      truth -= (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / steps;
    }
    let covered = 0;
    for (let r = 0; r < 2000; r++) {
      const p = Float64Array.from({ length: 200 }, () => 0.2 + 0.6 * random.uniform());
      const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
      const { lower, upper } = logLoss(p, y);
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(1867);
    expect(covered).toBeLessThanOrEqual(1931);
  });
});

describe("logLossMulticlass", () => {
  it("logLossMulticlass(probabilities, labels) of the multiclass master case", () => {
    expect(logLossMulticlass(softmax(Z12), L12).value).toBeCloseTo(0.6583182438117389, 14);
  });

  it("logLossMulticlass(probabilities, labels) of PyCalib's example", () => {
    const p = matrixFromRows([
      [0.1, 0.9],
      [0.6, 0.4],
    ]);
    expect(logLossMulticlass(p, Int32Array.of(1, 1)).value).toBeCloseTo(0.5108256237659906, 14);
  });

  it("logLossMulticlass(probabilities, labels) clips and does not renormalise", () => {
    const p = matrixFromRows([
      [0, 1],
      [0.2, 0.2],
    ]);
    expect(logLossMulticlass(p, Int32Array.of(0, 1)).value).toBeCloseTo((-Math.log(1e-15) - Math.log(0.2)) / 2, 12);
    expect(() => logLossMulticlass(p, Int32Array.of(0, 1), { clip: 0 })).toThrow(refused("out-of-range", 0));
  });
});

describe("logLossFromLogits", () => {
  it("logLossFromLogits(logits, labels) of the multiclass master case, exact without a clip", () => {
    const loss = logLossFromLogits(Z12, L12);
    expect(loss.value).toBeCloseTo(0.6583182438117389, 14);
    expect(loss.spec).toEqual({
      metric: "log-loss",
      task: "multiclass",
      classes: 3,
      input: "logits",
      unit: "nats",
      clip: 0,
    });
  });

  it("logLossFromLogits(logits, labels, { temperature }) divides the logits", () => {
    const loss = logLossFromLogits(Z12, L12, { temperature: 1 / 1.514854379264559 });
    expect(loss.value).toBeCloseTo(0.6278872560474958, 14);
    expect(loss.spec).toMatchObject({ temperature: 1 / 1.514854379264559 });
    expect(() => logLossFromLogits(Z12, L12, { temperature: 0 })).toThrow(refused("out-of-range"));
  });

  it("logLossFromLogits(logits, labels) is ln k when every logit is equal", () => {
    expect(logLossFromLogits(matrixFromRows([[5, 5, 5]]), Int32Array.of(1)).value).toBeCloseTo(Math.log(3), 15);
  });

  it("logLossFromLogits(logits, labels) survives logits of a million and keeps tiny losses", () => {
    expect(logLossFromLogits(matrixFromRows([[1e6, 0]]), Int32Array.of(0)).value).toBe(0);
    expect(logLossFromLogits(matrixFromRows([[1e6, 0]]), Int32Array.of(1)).value).toBe(1e6);
    const tiny = logLossFromLogits(matrixFromRows([[50, 0]]), Int32Array.of(0)).value;
    expect(Math.abs(tiny / Math.exp(-50) - 1)).toBeLessThan(1e-14);
  });

  it("logLossFromLogits(logits, labels) takes −Infinity for a class that is ruled out, but not for the truth", () => {
    const z = matrixFromRows([[0, Number.NEGATIVE_INFINITY, 0]]);
    expect(logLossFromLogits(z, Int32Array.of(2)).value).toBeCloseTo(Math.LN2, 15);
    expect(() => logLossFromLogits(z, Int32Array.of(1))).toThrow(refused("not-finite", 0));
    expect(() => logLossFromLogits(matrixFromRows([[0, Number.NaN]]), Int32Array.of(0))).toThrow(
      refused("not-finite", 0),
    );
  });

  it("logLossFromLogits(logits, labels) names the row of a bad label", () => {
    expect(() =>
      logLossFromLogits(
        matrixFromRows([
          [0, 0],
          [0, 0],
        ]),
        Int32Array.of(0, 2),
      ),
    ).toThrow(refused("out-of-range", 1));
    expect(() => logLossFromLogits(Z12, Int32Array.of(0))).toThrow(refused("shape-mismatch"));
    expect(() => logLossFromLogits(matrixFromRows([]), new Int32Array(0))).toThrow(refused("empty"));
  });

  it("logLossFromLogits(logits, labels) equals the loss from log probabilities and does not see a shift", () => {
    const logit = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(logit, logit, logit), { minLength: 1, maxLength: 10 }), logit, (rows, shift) => {
        const z = matrixFromRows(rows);
        const labels = Int32Array.from(rows, (_, i) => i % 3);
        const { value } = logLossFromLogits(z, labels);
        const scale = 1e-13 * (1 + value);
        expect(Math.abs(logLossFromLogProbabilities(logSoftmax(z), labels).value - value)).toBeLessThan(scale);
        const moved = matrixFromRows(rows.map((row) => row.map((x) => x + shift)));
        expect(Math.abs(logLossFromLogits(moved, labels).value - value)).toBeLessThan(scale * 100);
      }),
    );
  });
});

describe("logLossFromLogProbabilities", () => {
  it("logLossFromLogProbabilities(rows, labels) takes them as they are", () => {
    const rows = matrixFromRows([
      [-1000, -2],
      [-0.5, Number.NEGATIVE_INFINITY],
    ]);
    expect(logLossFromLogProbabilities(rows, Int32Array.of(0, 0)).value).toBe(500.25);
    expect(() => logLossFromLogProbabilities(rows, Int32Array.of(0, 1))).toThrow(refused("not-finite", 1));
    expect(() => logLossFromLogProbabilities(matrixFromRows([[0.1, -1]]), Int32Array.of(0))).toThrow(
      refused("out-of-range", 0),
    );
  });
});

import { describe, expect, it } from "vitest";
import { applyMulticlassMap } from "../../../src/calibration/apply-multiclass.ts";
import { fitMulticlassSegments } from "../../../src/calibration/segments/fit-multiclass-segments.ts";
import { logSoftmax } from "../../../src/kernels/softmax.ts";
import type { Matrix } from "../../../src/matrix.ts";
import { logLossFromLogits } from "../../../src/metrics/scores/log-loss-multiclass.ts";
import { minimize } from "../../../src/optimize/brent.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import type { SegmentColumn } from "../../../src/report/predictions.ts";
import { meanWithError } from "./simulate.ts";

const classes = 4;

interface Simulated {
  readonly pooled: Matrix;
  readonly truth: Matrix;
  readonly labels: Int32Array;
  readonly column: SegmentColumn;
}

/** Rows whose true probabilities are those of the pooled map to the power of a scale per segment. */
function simulate(sizes: readonly number[], scaleOf: (random: Random) => number, random: Random): Simulated {
  const rows = sizes.reduce((total, size) => total + size, 0);
  const data = new Float64Array(rows * classes);
  const scaled = new Float64Array(rows * classes);
  const codes = new Int32Array(rows);
  let row = 0;
  sizes.forEach((size, s) => {
    const scale = scaleOf(random);
    for (let k = 0; k < size; k++, row++) {
      codes[row] = s;
      for (let j = row * classes; j < (row + 1) * classes; j++) {
        data[j] = 2 * random.normal();
        scaled[j] = scale * data[j];
      }
    }
  });
  const truth = logSoftmax({ data: scaled, rows, cols: classes });
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    let left = random.uniform();
    for (let j = 0; j < classes - 1; j++) {
      left -= Math.exp(truth.data[i * classes + j]);
      if (left < 0) return j;
    }
    return classes - 1;
  });
  return {
    pooled: logSoftmax({ data, rows, cols: classes }),
    truth,
    labels,
    column: { name: "group", codes, values: sizes.map((_, s) => `g${s}`) },
  };
}

function part({ data, cols }: Matrix, from: number, to: number): Matrix {
  return { data: data.slice(from * cols, to * cols), rows: to - from, cols };
}

/** ln of the scale that fits best on its own. */
function ownScale(logits: Matrix, labels: Int32Array): number {
  const loss = (t: number): number => logLossFromLogits(logits, labels, { temperature: Math.exp(-t) }).value;
  return Math.exp(minimize(loss, -3, 3).position);
}

/** Mean Kullback–Leibler divergence of rows, nats. */
function divergence(truth: Matrix, other: Matrix): number {
  let total = 0;
  truth.data.forEach((t, j) => {
    total += Math.exp(t) * (t - other.data[j]);
  });
  return total / truth.rows;
}

describe("fitMulticlassSegments(data)", () => {
  const spread = (random: Random): number => Math.exp(0.4 * random.normal());

  it("fitMulticlassSegments(data) keeps the pooled map where segments do not differ", () => {
    const { pooled, labels, column } = simulate([300, 300, 300], () => 1, createRandom(1));
    const fit = fitMulticlassSegments({ pooled, labels, columns: [column] });
    expect(fit.maps.maps).toEqual([]);
    expect(fit.parameters).toEqual({ logScaleSpread: 0 });
    fit.results.forEach(({ logLossOwn, logLossPooled }) => {
      expect(logLossOwn).toBe(logLossPooled);
    });
  });

  it("fitMulticlassSegments(data).after is what the listed maps give, with the same predicted class", () => {
    const { pooled, labels, column } = simulate(Array(10).fill(200), spread, createRandom(2));
    const { maps, after, results } = fitMulticlassSegments({ pooled, labels, columns: [column] });
    expect(maps.maps).toHaveLength(10);
    maps.maps.forEach(({ map }, s) => {
      const expected = applyMulticlassMap(map, part(pooled, 200 * s, 200 * (s + 1)));
      expected.data.forEach((q, j) => {
        expect(Math.abs(Math.exp(after.data[200 * s * classes + j]) - q)).toBeLessThan(1e-14);
      });
    });
    expect(results.every(({ gapOwn }) => gapOwn.spec["label"] === "top-label")).toBe(true);
  });

  it("fitMulticlassSegments(data) gives a large segment its own temperature", () => {
    const scales = [0.5, 1, 2, 1.4, 0.7, 1];
    let next = 0;
    const { pooled, labels, column } = simulate(Array(6).fill(10_000), () => scales[next++], createRandom(3));
    const { maps, results } = fitMulticlassSegments({ pooled, labels, columns: [column] });
    maps.maps.forEach(({ map }, s) => {
      const from = 10_000 * s;
      const own = ownScale(part(pooled, from, from + 10_000), labels.slice(from, from + 10_000));
      expect(Math.abs(Number(map.scale) / own - 1)).toBeLessThan(0.005);
      expect(results[s].shrinkage).toBeGreaterThan(0.99);
    });
  });

  it("fitMulticlassSegments(data, { heldOut }) predicts a fold from the others only", () => {
    const { pooled, labels, column } = simulate(Array(8).fill(100), spread, createRandom(4));
    const folds = Int32Array.from(labels, (_, i) => i % 4);
    const data = { pooled, labels, columns: [column] };
    const { after } = fitMulticlassSegments(data, { heldOut: { folds } });
    const changed = labels.map((k, i) => (folds[i] === 2 ? (k + 1) % classes : k));
    const other = fitMulticlassSegments({ ...data, labels: changed }, { heldOut: { folds } }).after;
    folds.forEach((fold, i) => {
      if (fold === 2) expect(part(other, i, i + 1)).toEqual(part(after, i, i + 1));
    });
  });

  it("fitMulticlassSegments(data) names the row of a bad label and of a logit that is not finite", () => {
    const columns = [{ name: "c", codes: Int32Array.of(0, 0), values: ["a"] }];
    const pooled = { data: Float64Array.of(0, 0, 0, -Infinity), rows: 2, cols: 2 };
    expect(() => fitMulticlassSegments({ pooled, labels: Int32Array.of(0, 2), columns })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => fitMulticlassSegments({ pooled, labels: Int32Array.of(0, 1), columns })).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });

  it.each([
    ["do not differ", () => 1],
    ["differ by sd 0.3 in the log of the scale", (random: Random) => Math.exp(0.3 * random.normal())],
  ])("fitMulticlassSegments(data) is never worse than pooled or separate fits where segments %s", (_, scaleOf) => {
    const sizes = [20, 20, 50, 50, 100, 200, 500, 2000];
    const overPooled = sizes.map((): number[] => []);
    const overOwn = sizes.map((): number[] => []);
    for (let draw = 0; draw < 50; draw++) {
      const { pooled: raw, truth, labels, column } = simulate(sizes, scaleOf, createRandom(100 + draw));
      const shared = ownScale(raw, labels);
      const pooled = logSoftmax({ ...raw, data: raw.data.map((value) => shared * value) });
      const { after } = fitMulticlassSegments({ pooled, labels, columns: [column] });
      let from = 0;
      sizes.forEach((size, s) => {
        const [t, p, a] = [truth, pooled, after].map((all) => part(all, from, from + size));
        const scale = ownScale(p, labels.slice(from, from + size));
        const own = logSoftmax({ ...p, data: p.data.map((value) => scale * value) });
        const reached = divergence(t, a);
        overPooled[s].push(divergence(t, p) - reached);
        overOwn[s].push(divergence(t, own) - reached);
        from += size;
      });
    }
    sizes.forEach((size, s) => {
      const [pooled, own] = [meanWithError(overPooled[s]), meanWithError(overOwn[s])];
      expect(pooled.mean + 2 * pooled.error, `pooled, ${size} rows`).toBeGreaterThan(-2e-4);
      expect(own.mean + 2 * own.error, `own, ${size} rows`).toBeGreaterThan(0);
      if (size <= 50) expect(own.mean, `own, ${size} rows`).toBeGreaterThan(0);
    });
  });
});

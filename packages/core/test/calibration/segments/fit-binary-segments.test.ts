import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { fitBinarySegments } from "../../../src/calibration/segments/fit-binary-segments.ts";
import { fitLogistic } from "../../../src/optimize/logistic.ts";
import { createRandom } from "../../../src/random/random.ts";
import { divergence, type Line, logistic, meanWithError, simulateSegments } from "./simulate.ts";

const alike = (): Line => ({ offset: 0, slope: 1 });

/** ln q/(1 - q) = first + second · logit of the score, by maximum likelihood; null where there is no optimum. */
function ownFit(scores: Float64Array, outcomes: Uint8Array): ((score: number) => number) | null {
  const data = new Float64Array(2 * scores.length).fill(1);
  scores.forEach((p, i) => {
    data[2 * i + 1] = Math.log(p) - Math.log1p(-p);
  });
  try {
    const [a, b] = fitLogistic({ data, rows: scores.length, cols: 2 }, outcomes).coefficients;
    return (p) => logistic(a + b * (Math.log(p) - Math.log1p(-p)));
  } catch {
    return null;
  }
}

describe("fitBinarySegments(data)", () => {
  it("fitBinarySegments(data) keeps the pooled map where segments do not differ", () => {
    const { scores, outcomes, column } = simulateSegments([400, 400, 400], alike, createRandom(1));
    const fit = fitBinarySegments({ pooled: scores, outcomes, columns: [column] });
    expect(fit.maps).toEqual({ columns: ["group"], maps: [] });
    expect(fit.after).toEqual(scores);
    expect(fit.parameters).toEqual({ offsetSpread: 0, slopeSpread: 0 });
    expect(fit.results.map(({ shrinkage }) => shrinkage)).toEqual([0, 0, 0]);
  });

  it("fitBinarySegments(data) gives a large segment nearly its own fit, and a small one little of it", () => {
    const offsets = [1, -1, 0.5, -0.5, 1, -1];
    let next = 0;
    const line = (): Line => ({ offset: offsets[next++], slope: 1 });
    const sizes = [20_000, 20_000, 20_000, 20_000, 12, 12];
    const { scores, outcomes, column } = simulateSegments(sizes, line, createRandom(2));
    const { maps, results } = fitBinarySegments({ pooled: scores, outcomes, columns: [column] });
    expect(maps.maps.map(({ values, n }) => [values, n])).toEqual(sizes.map((size, s) => [[`g${s}`], size]));
    expect(results[0].shrinkage).toBeGreaterThan(0.99);
    expect(results[4].shrinkage).toBeLessThan(0.8);
    const own = ownFit(scores.slice(0, 20_000), outcomes.slice(0, 20_000));
    const grid = Float64Array.of(0.1, 0.5, 0.9);
    const fitted = applyBinaryMap(maps.maps[0].map, grid);
    grid.forEach((p, i) => {
      expect(Math.abs(fitted[i] - (own?.(p) ?? 0))).toBeLessThan(0.01);
    });
  });

  it("fitBinarySegments(data).after is what the listed maps give", () => {
    const line = (random: { normal(): number }): Line => ({
      offset: random.normal(),
      slope: Math.exp(0.4 * random.normal()),
    });
    const { scores, outcomes, column } = simulateSegments(Array(12).fill(300), line, createRandom(3));
    const { maps, after } = fitBinarySegments({ pooled: scores, outcomes, columns: [column] });
    expect(maps.maps).toHaveLength(12);
    maps.maps.forEach(({ map }, s) => {
      const expected = applyBinaryMap(map, scores.slice(300 * s, 300 * (s + 1)));
      expected.forEach((q, k) => {
        expect(Math.abs(after[300 * s + k] - q)).toBeLessThan(1e-14);
      });
    });
  });

  it("fitBinarySegments(data) has an answer for segments of one class and for separable ones", () => {
    const line = (random: { normal(): number }): Line => ({ offset: 1.5 * random.normal(), slope: 1 });
    const { scores, outcomes, column } = simulateSegments(Array(20).fill(100), line, createRandom(4));
    for (let i = 0; i < 100; i++) outcomes[i] = 1;
    for (let i = 100; i < 200; i++) outcomes[i] = scores[i] > 0.5 ? 1 : 0;
    const { maps, after } = fitBinarySegments({ pooled: scores, outcomes, columns: [column] });
    expect(maps.maps).toHaveLength(20);
    expect(after.every((q) => q > 0 && q < 1)).toBe(true);
    const first = maps.maps[0].map;
    expect(first.terms[0].coefficient).toBeGreaterThan(0.5);
  });

  it("fitBinarySegments(data) takes the combinations of several columns for its segments", () => {
    const random = createRandom(5);
    const rows = 4000;
    const a = Int32Array.from({ length: rows }, (_, i) => i % 2);
    const b = Int32Array.from({ length: rows }, (_, i) => (i >> 1) % 3);
    const scores = Float64Array.from({ length: rows }, () => logistic(random.normal()));
    const outcomes = Uint8Array.from(scores, (p, i) =>
      random.uniform() < logistic(Math.log(p / (1 - p)) + (a[i] === 1 && b[i] === 2 ? 2 : 0)) ? 1 : 0,
    );
    const columns = [
      { name: "site", codes: a, values: ["x", "y"] },
      { name: "device", codes: b, values: ["p", "q", "r"] },
    ];
    const { maps, results } = fitBinarySegments({ pooled: scores, outcomes, columns });
    expect(maps.columns).toEqual(["site", "device"]);
    expect(results.map(({ name }) => name)).toEqual(["x × p", "x × q", "x × r", "y × p", "y × q", "y × r"]);
    expect(results[5]).toMatchObject({ by: "site × device", n: 666 });
    expect(Math.abs(results[5].gapOwn.value)).toBeLessThan(Math.abs(results[5].gapPooled.value) / 5);
  });

  it("fitBinarySegments(data, { heldOut }) predicts a fold from the others only", () => {
    const line = (random: { normal(): number }): Line => ({ offset: random.normal(), slope: 1 });
    const { scores, outcomes, column } = simulateSegments(Array(10).fill(200), line, createRandom(6));
    const folds = Int32Array.from(scores, (_, i) => i % 5);
    const data = { pooled: scores, outcomes, columns: [column] };
    const { after, maps } = fitBinarySegments(data, { heldOut: { folds } });
    expect(maps).toEqual(fitBinarySegments(data).maps);
    const changed = outcomes.map((y, i) => (folds[i] === 3 ? 1 - y : y));
    const other = fitBinarySegments({ ...data, outcomes: changed }, { heldOut: { folds } }).after;
    after.forEach((q, i) => {
      if (folds[i] === 3) expect(other[i]).toBe(q);
    });
    expect(other.some((q, i) => q !== after[i])).toBe(true);
  });

  it("fitBinarySegments(data, { heldOut }) in order of time leaves the first fold to the pooled map", () => {
    const line = (random: { normal(): number }): Line => ({ offset: random.normal(), slope: 1 });
    const { scores, outcomes, column } = simulateSegments(Array(10).fill(200), line, createRandom(7));
    const folds = Int32Array.from(scores, (_, i) => (i % 4) + 1);
    const { after } = fitBinarySegments(
      { pooled: scores, outcomes, columns: [column] },
      { heldOut: { folds, inTime: true } },
    );
    after.forEach((q, i) => {
      if (folds[i] === 1) expect(q).toBe(scores[i]);
      else expect(q).not.toBe(scores[i]);
    });
  });

  it("fitBinarySegments(data, { weights }) takes integers for counts, and depends on the ratios of others", () => {
    const line = (random: { normal(): number }): Line => ({ offset: random.normal(), slope: 1 });
    const { scores, outcomes, column } = simulateSegments(Array(8).fill(150), line, createRandom(8));
    const data = { pooled: scores, outcomes, columns: [column] };
    const even = fitBinarySegments(data);
    const scaled = fitBinarySegments(data, { weights: new Float64Array(1200).fill(0.4) });
    scaled.after.forEach((q, i) => {
      expect(Math.abs(q - even.after[i])).toBeLessThan(1e-12);
    });
    const twice = fitBinarySegments(data, { weights: new Float64Array(1200).fill(2) });
    const repeated = fitBinarySegments({
      pooled: Float64Array.of(...scores, ...scores),
      outcomes: Uint8Array.of(...outcomes, ...outcomes),
      columns: [{ ...column, codes: Int32Array.of(...column.codes, ...column.codes) }],
    });
    twice.after.forEach((q, i) => {
      expect(Math.abs(q - repeated.after[i])).toBeLessThan(1e-9);
    });
    const weights = Float64Array.from(scores, (_, i) => (i < 150 ? 0 : 1));
    const without = fitBinarySegments(
      {
        pooled: scores.slice(150),
        outcomes: outcomes.slice(150),
        columns: [{ ...column, codes: column.codes.slice(150) }],
      },
      {},
    );
    const zero = fitBinarySegments(data, { weights });
    expect(zero.results.map(({ name }) => name)).toEqual(without.results.map(({ name }) => name));
    without.after.forEach((q, i) => {
      expect(Math.abs(zero.after[i + 150] - q)).toBeLessThan(1e-12);
    });
  });

  it("fitBinarySegments(data) does not depend on the order of the rows beyond rounding", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const line = (random: { normal(): number }): Line => ({ offset: random.normal(), slope: 1 });
        const { scores, outcomes, column } = simulateSegments([30, 60, 90, 120], line, createRandom(seed));
        const forwards = fitBinarySegments({ pooled: scores, outcomes, columns: [column] });
        const backwards = fitBinarySegments({
          pooled: scores.slice().reverse(),
          outcomes: outcomes.slice().reverse(),
          columns: [{ ...column, codes: column.codes.slice().reverse() }],
        });
        backwards.after.reverse().forEach((q, i) => {
          expect(Math.abs(q - forwards.after[i])).toBeLessThan(1e-9);
        });
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ["no column", { columns: [] }, { code: "empty" }],
    [
      "codes of another length",
      { columns: [{ name: "c", codes: new Int32Array(1), values: ["a"] }] },
      { code: "shape-mismatch" },
    ],
    [
      "a code without a value",
      { columns: [{ name: "c", codes: Int32Array.of(0, 1), values: ["a"] }] },
      { code: "out-of-range", index: 1 },
    ],
    ["a score beyond 1", { pooled: Float64Array.of(0.2, 1.2) }, { code: "out-of-range", index: 1 }],
  ])("fitBinarySegments(data) refuses %s", (_, bad, error) => {
    const good = {
      pooled: Float64Array.of(0.2, 0.4),
      outcomes: Uint8Array.of(0, 1),
      columns: [{ name: "c", codes: Int32Array.of(0, 0), values: ["a"] }],
    };
    expect(() => fitBinarySegments({ ...good, ...bad })).toThrow(expect.objectContaining(error));
  });

  it("fitBinarySegments(data, { heldOut }) refuses one fold and folds of another length", () => {
    const data = {
      pooled: Float64Array.of(0.2, 0.4),
      outcomes: Uint8Array.of(0, 1),
      columns: [{ name: "c", codes: Int32Array.of(0, 0), values: ["a"] }],
    };
    const withFolds =
      (...folds: number[]) =>
      () =>
        fitBinarySegments(data, { heldOut: { folds: Int32Array.from(folds) } });
    expect(withFolds(0, 0)).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(withFolds(0)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(withFolds(0, -1)).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
  });
});

describe("fitBinarySegments(data) in simulation, against the pooled map and separate fits", () => {
  const sizes = [20, 20, 50, 50, 100, 100, 200, 500, 1000, 2000, 5000];
  const draws = 40;

  /** Gains in expected log loss per row, by size of segment, each with its standard error. */
  function gains(line: (random: { normal(): number }) => Line, seed: number) {
    const overPooled = new Map<number, number[]>();
    const overOwn = new Map<number, number[]>();
    for (let draw = 0; draw < draws; draw++) {
      const { scores, outcomes, truth, column } = simulateSegments(sizes, line, createRandom(seed + draw));
      const map = ownFit(scores, outcomes);
      const pooled = scores.map((p) => map?.(p) ?? p);
      const { after } = fitBinarySegments({ pooled, outcomes, columns: [column] });
      let start = 0;
      for (const size of sizes) {
        const own = ownFit(scores.slice(start, start + size), outcomes.slice(start, start + size));
        let [beyondPooled, beyondOwn] = [0, 0];
        for (let i = start; i < start + size; i++) {
          const reached = divergence(truth[i], after[i]);
          beyondPooled += divergence(truth[i], pooled[i]) - reached;
          beyondOwn += divergence(truth[i], own ? own(scores[i]) : pooled[i]) - reached;
        }
        overPooled.set(size, [...(overPooled.get(size) ?? []), beyondPooled / size]);
        overOwn.set(size, [...(overOwn.get(size) ?? []), beyondOwn / size]);
        start += size;
      }
    }
    return Array.from(overPooled, ([size, values]) => ({
      size,
      overPooled: meanWithError(values),
      overOwn: meanWithError(overOwn.get(size) ?? []),
    }));
  }

  it("fitBinarySegments(data, { heldOut }) passes over a model whose variances run off, instead of refusing the data", () => {
    const pooled = Float64Array.of(
      0.309853,
      0.319239,
      0.319239,
      0.3,
      0.3,
      0.3,
      0.3,
      0.3,
      0.316153,
      0.311858,
      0.311858,
      0.3,
      0.3,
      0.314232,
      0.3,
      0.3,
      0.3,
      0.3,
      0.311858,
      0.316153,
      0.311858,
      0.3,
      0.309853,
      0.3,
      0.314232,
      0.311858,
      0.314232,
      0.3,
      0.311858,
      0.3,
    );
    const outcomes = Uint8Array.of(
      ...[1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1],
    );
    const codes = Int32Array.of(
      2,
      1,
      1,
      1,
      0,
      1,
      2,
      0,
      1,
      1,
      0,
      0,
      0,
      1,
      1,
      0,
      1,
      1,
      1,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      2,
      1,
      1,
    );
    const columns = [{ name: "site", codes, values: ["a", "b", "c"] }];
    const heldOut = {
      folds: Int32Array.of(8, 4, 4, 0, 0, 0, 0, 0, 6, 3, 5, 0, 0, 1, 0, 0, 0, 0, 3, 7, 2, 0, 9, 0, 1, 5, 1, 0, 2, 0),
    };
    const { after, results } = fitBinarySegments({ pooled, outcomes, columns }, { heldOut });
    expect(after.every((q) => q >= 0 && q <= 1)).toBe(true);
    expect(results).toHaveLength(3);
  });

  it("fitBinarySegments(data) loses at most 2e-4 nats in any size where segments do not differ", () => {
    for (const { overPooled, overOwn, size } of gains(alike, 1000)) {
      expect(overPooled.mean, `pooled, ${size} rows`).toBeGreaterThan(-2e-4);
      expect(overOwn.mean, `own, ${size} rows`).toBeGreaterThan(0);
    }
  }, 60_000);

  it.each([
    ["offsets of sd 0.3", (random: { normal(): number }) => ({ offset: 0.3 * random.normal(), slope: 1 })],
    ["offsets of sd 0.8", (random: { normal(): number }) => ({ offset: 0.8 * random.normal(), slope: 1 })],
    ["slopes of sd 0.3", (random: { normal(): number }) => ({ offset: 0, slope: Math.exp(0.3 * random.normal()) })],
    [
      "both",
      (random: { normal(): number }) => ({ offset: 0.5 * random.normal(), slope: Math.exp(0.3 * random.normal()) }),
    ],
  ])(
    "fitBinarySegments(data) beats the pooled map and separate fits in every size for %s",
    (_, line) => {
      const bands = gains(line, 2000);
      for (const { overPooled, overOwn, size } of bands) {
        expect(overPooled.mean, `pooled, ${size} rows`).toBeGreaterThan(0);
        expect(overOwn.mean + 2 * overOwn.error, `own, ${size} rows`).toBeGreaterThan(0);
        if (size <= 50) expect(overOwn.mean - 2 * overOwn.error, `own, ${size} rows`).toBeGreaterThan(0);
      }
      const rows = bands.reduce((total, { size }) => total + size, 0);
      expect(bands.reduce((total, { size, overOwn }) => total + size * overOwn.mean, 0) / rows).toBeGreaterThan(0);
    },
    60_000,
  );
});

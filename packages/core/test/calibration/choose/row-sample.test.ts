import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BinaryCalibrationData } from "../../../src/calibration/calibration-data.ts";
import {
  addToRowSample,
  createRowSample,
  type RowSample,
  sampledData,
} from "../../../src/calibration/choose/row-sample.ts";
import { matrix } from "../../../src/matrix.ts";

/** Rows that carry their number in every column. */
function numbered(
  from: number,
  rows: number,
  weightless: (row: number) => boolean = () => false,
): BinaryCalibrationData {
  const row = Array.from({ length: rows }, (_, i) => from + i);
  return {
    scoreKind: "probability",
    rows,
    scores: Float64Array.from(row, (k) => k / 1e6),
    outcomes: Uint8Array.from(row, (k) => k % 2),
    weights: Float64Array.from(row, (k) => (weightless(k) ? 0 : 1 + k)),
    groups: { name: "g", codes: Int32Array.from(row), values: [] },
    time: { name: "t", kind: "number", values: Float64Array.from(row) },
    segments: [{ name: "s", codes: Int32Array.from(row, (k) => k % 3), values: ["a", "b", "c"] }],
    classNames: ["0", "1"],
  };
}

function rowsOf(sample: RowSample): number[] {
  return [...(sampledData(sample).groups?.codes ?? [])];
}

function sampleOf(total: number, size: number, seed: number, batch = total): RowSample {
  const sample = createRowSample(size, seed);
  for (let from = 0; from < total; from += batch) addToRowSample(sample, numbered(from, Math.min(batch, total - from)));
  return sample;
}

describe("addToRowSample(sample, batch)", () => {
  it("addToRowSample(sample, batch) keeps all rows in order while there is room", () => {
    expect(rowsOf(sampleOf(7, 10, 1, 3))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(rowsOf(sampleOf(10, 10, 1))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("addToRowSample(sample, batch) keeps distinct rows whole, however they are divided", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(1000),
        (total, size, batch, seed) => {
          const sample = sampleOf(total, size, seed, batch);
          const data = sampledData(sample);
          const rows = rowsOf(sample);
          expect(sample.seen).toBe(total);
          expect(new Set(rows).size).toBe(Math.min(size, total));
          expect(rows).toEqual(rowsOf(sampleOf(total, size, seed)));
          expect(data).toEqual({
            ...numbered(0, 0),
            rows: rows.length,
            ...("scores" in data ? { scores: Float64Array.from(rows, (k) => k / 1e6) } : {}),
            outcomes: Uint8Array.from(rows, (k) => k % 2),
            weights: Float64Array.from(rows, (k) => 1 + k),
            groups: { name: "g", codes: Int32Array.from(rows), values: [] },
            time: { name: "t", kind: "number", values: Float64Array.from(rows) },
            segments: [{ name: "s", codes: Int32Array.from(rows, (k) => k % 3), values: ["a", "b", "c"] }],
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("addToRowSample(sample, batch) keeps every row with the same probability", () => {
    const hits = new Float64Array(30);
    for (let seed = 0; seed < 3000; seed++) for (const row of rowsOf(sampleOf(30, 10, seed))) hits[row]++;
    // Each count is binomial with mean 1000 and standard deviation 25.8; 4.5 of them for 30 rows.
    for (const hit of hits) expect(Math.abs(hit - 1000)).toBeLessThan(117);
  });

  it("addToRowSample(sample, batch) never keeps rows without weight", () => {
    const sample = createRowSample(5, 3);
    addToRowSample(
      sample,
      numbered(0, 100, (row) => row % 4 !== 0),
    );
    expect(sample.seen).toBe(25);
    for (const row of rowsOf(sample)) expect(row % 4).toBe(0);
  });

  it("addToRowSample(sample, batch) keeps the logits of a row together", () => {
    const sample = createRowSample(20, 5);
    const rows = 200;
    addToRowSample(sample, {
      scoreKind: "logits",
      clip: null,
      rows,
      logits: matrix(
        Float64Array.from({ length: 3 * rows }, (_, i) => i),
        rows,
        3,
      ),
      labels: Int32Array.from({ length: rows }, (_, i) => i % 3),
      segments: [],
      classNames: ["a", "b", "c"],
    });
    const data = sampledData(sample);
    if (!("labels" in data)) throw new Error("expected classes");
    expect(data.logits.rows).toBe(20);
    for (let i = 0; i < 20; i++) {
      const row = data.logits.data[3 * i] / 3;
      expect([...data.logits.data.subarray(3 * i, 3 * i + 3)]).toEqual([3 * row, 3 * row + 1, 3 * row + 2]);
      expect(data.labels[i]).toBe(row % 3);
    }
  });

  it("addToRowSample(sample, batch) refuses merged rows and another width; sampledData(sample) nothing", () => {
    const merged = { counts: Float64Array.of(3), squaredWeights: Float64Array.of(3) };
    const sample = createRowSample(5, 0);
    expect(() => addToRowSample(sample, { ...numbered(0, 1), merged })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(() => sampledData(sample)).toThrow(expect.objectContaining({ code: "empty" }));
    addToRowSample(sample, numbered(0, 2));
    const wide = { scoreKind: "logits" as const, clip: null, logits: matrix(new Float64Array(4), 2, 2) };
    const { rows, segments, classNames } = numbered(0, 2);
    expect(() => addToRowSample(sample, { rows, segments, classNames, ...wide, labels: Int32Array.of(0, 1) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => createRowSample(0, 0)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conformalQuantile } from "../../src/conformal/conformal-quantile.ts";
import { prepareScores, smoothedPValue } from "../../src/conformal/p-value.ts";
import {
  createStreamingCalibrator,
  restoreStreamingCalibrator,
  type StreamingCalibrator,
} from "../../src/conformal/streaming-calibrator.ts";
import { createRandom } from "../../src/random/random.ts";

const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(Infinity, -Infinity, -0),
);

function expectSame(calibrator: StreamingCalibrator, held: readonly number[], probe: number): void {
  const scores = Float64Array.from(held);
  expect(calibrator.n).toBe(held.length);
  for (const level of [0.01, 0.5, 0.9, "0.99"]) {
    const { n, rank, quantile } = calibrator.quantile(level);
    const expected = conformalQuantile(scores, level);
    expect([n, rank, quantile + 0]).toEqual([expected.n, expected.rank, expected.quantile + 0]);
  }
  for (const tau of [0, 0.3, 1])
    expect(calibrator.pValue(probe, tau)).toBe(smoothedPValue(prepareScores(scores), probe, tau));
}

describe("createStreamingCalibrator({ window })", () => {
  it("createStreamingCalibrator({ window }) answers like the last scores of the window at every step", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (scores, window) => {
        const calibrator = createStreamingCalibrator({ window });
        scores.forEach((value, i) => {
          const left = calibrator.add(value);
          expect(left).toBe(i >= window ? scores[i - window] : undefined);
          expectSame(calibrator, scores.slice(Math.max(0, i + 1 - window), i + 1), value);
        });
      }),
    );
  });

  it("createStreamingCalibrator().dropOldest() drops in order of arrival, mixed with add in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.option(score, { nil: undefined }), { maxLength: 80 }), (steps) => {
        const calibrator = createStreamingCalibrator();
        const held: number[] = [];
        for (const step of steps) {
          if (step === undefined) expect(calibrator.dropOldest()).toBe(held.shift());
          else {
            calibrator.add(step);
            held.push(step);
          }
        }
        expectSame(calibrator, held, 1);
      }),
    );
  });

  it("createStreamingCalibrator({ window }) forgets a drift: the smallest score is not the one that leaves", () => {
    const calibrator = createStreamingCalibrator({ window: 99 });
    for (let i = 0; i < 99; i++) calibrator.add(1000 + i);
    for (let i = 0; i < 99; i++) calibrator.add(i);
    expect(calibrator.quantile(0.9)).toEqual({ n: 99, rank: 90, quantile: 89 });
  });

  it("createStreamingCalibrator() is infinite while there are too few scores", () => {
    const calibrator = createStreamingCalibrator();
    for (let i = 0; i < 8; i++) {
      expect(calibrator.quantile(0.9).quantile).toBe(Infinity);
      calibrator.add(i);
    }
    expect(calibrator.quantile(0.9)).toEqual({ n: 8, rank: 9, quantile: Infinity });
    calibrator.add(3);
    expect(calibrator.quantile(0.9)).toEqual({ n: 9, rank: 9, quantile: 7 });
  });

  it("createStreamingCalibrator({ window }) takes sorted, reversed and equal scores without slowing down", () => {
    const random = createRandom(1);
    for (const next of [(i: number) => i, (i: number) => -i, () => 1, () => random.normal()]) {
      const calibrator = createStreamingCalibrator({ window: 20_000 });
      const kept: number[] = [];
      for (let i = 0; i < 50_000; i++) {
        const value = next(i);
        calibrator.add(value);
        if (i >= 30_000) kept.push(value);
      }
      expectSame(calibrator, kept, kept[7]);
    }
  });

  it("restoreStreamingCalibrator(snapshot) goes on where the snapshot was taken, through JSON", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 30 }), fc.array(score, { maxLength: 30 }), (before, after) => {
        const first = createStreamingCalibrator({ window: 12 });
        for (const value of before) first.add(value);
        const second = restoreStreamingCalibrator(JSON.parse(JSON.stringify(first.snapshot())));
        for (const value of after) {
          const [a, b] = [first.add(value), second.add(value)];
          expect((b ?? 1) + 0).toBe((a ?? 1) + 0);
        }
        expect(second.quantile(0.7).quantile + 0).toBe(first.quantile(0.7).quantile + 0);
        expect(JSON.stringify(second.snapshot())).toBe(JSON.stringify(first.snapshot()));
      }),
    );
  });

  it("createStreamingCalibrator() names what is wrong", () => {
    const code = (expected: string, index?: number) => expect.objectContaining({ code: expected, index });
    for (const window of [0, 1.5, Number.NaN])
      expect(() => createStreamingCalibrator({ window })).toThrow(code("out-of-range"));
    const calibrator = createStreamingCalibrator();
    expect(() => calibrator.add(Number.NaN)).toThrow(code("not-finite"));
    expect(() => calibrator.pValue(Number.NaN)).toThrow(code("not-finite"));
    expect(() => calibrator.pValue(1, 2)).toThrow(code("out-of-range"));
    expect(() => calibrator.quantile(1)).toThrow(code("out-of-range"));
    expect(calibrator.dropOldest()).toBeUndefined();
    const snapshot = { kind: "streaming-calibrator" as const, window: 2, scores: [1, Number.NaN] };
    expect(() => restoreStreamingCalibrator(snapshot)).toThrow(code("not-finite", 1));
    expect(() => restoreStreamingCalibrator({ ...snapshot, scores: [1, 2, 3] })).toThrow(code("incompatible"));
    expect(() => restoreStreamingCalibrator(JSON.parse('{"kind":"x","window":null,"scores":[]}'))).toThrow(
      code("incompatible"),
    );
  });
});

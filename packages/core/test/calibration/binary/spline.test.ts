import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/calibrate/nonparametric.json" with { type: "json" };
import { naturalSpline } from "../../../src/calibration/binary/natural-spline.ts";
import { fitPenalizedSpline, leaveOneOutLoss } from "../../../src/calibration/binary/penalized-spline.ts";
import { applyBinaryMap, checkBinaryMap, createRandom, fitPlatt, fitSpline } from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

const scores = Float64Array.from(table.scores);
const outcomes = Uint8Array.from(table.outcomes);
const grid = Float64Array.from(table.grid);

function sample(rows: number, seed: number, truth: (logit: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const logits = Float64Array.from({ length: rows }, () => 1.7 * random.normal());
  const y = Uint8Array.from(logits, (l) => (random.uniform() < 1 / (1 + Math.exp(-truth(l))) ? 1 : 0));
  return [logits.map((l) => 1 / (1 + Math.exp(-l))), y];
}

describe("fitSpline", () => {
  it("fitSpline with a given penalty agrees with SciPy's natural spline and Newton's method", () => {
    for (const { knots, penalty, fitted, effectiveParameters, objective } of table.spline) {
      const fit = fitSpline(scores, outcomes, { knots, penalty });
      applyBinaryMap(fit.map, grid).forEach((value, i) => {
        expect(Math.abs(value - fitted[i])).toBeLessThan(1e-11);
      });
      expect(fit.parameters.effectiveParameters).toBeCloseTo(effectiveParameters, 9);
      expect(fit.certificate?.objective).toBeCloseTo(objective, 12);
      expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    }
  });

  it("leaveOneOutLoss comes within 1e-3 of fitting again without each row", () => {
    const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
    const cells = {
      x: Float64Array.from(order, (i) => Math.log(scores[i]) - Math.log1p(-scores[i])),
      weights: new Float64Array(scores.length).fill(1),
      positives: Float64Array.from(order, (i) => outcomes[i]),
      total: scores.length,
    };
    for (const { knots: count, penalty, leaveOneOut } of table.spline) {
      const knots = Float64Array.from({ length: count }, (_, k) => {
        const goal = (0.025 + (0.95 * k) / (count - 1)) * scores.length;
        return cells.x[Math.ceil(goal - 1e-9) - 1];
      });
      const spline = naturalSpline(knots);
      const optimum = fitPenalizedSpline(cells, spline, penalty, new Float64Array(count));
      expect(Math.abs(leaveOneOutLoss(cells, spline, optimum) - leaveOneOut)).toBeLessThan(1e-3);
    }
  });

  it("fitSpline under a strong penalty is Platt scaling, and chooses it where nothing bends", () => {
    const strong = applyBinaryMap(fitSpline(scores, outcomes, { penalty: 1e7 }).map, grid);
    const platt = applyBinaryMap(fitPlatt(scores, outcomes).map, grid);
    strong.forEach((value, i) => {
      expect(Math.abs(value - platt[i])).toBeLessThan(1e-6);
    });
    const [p, y] = sample(3000, 2, (l) => 0.2 + 0.6 * l);
    expect(Number(fitSpline(p, y).parameters.effectiveParameters)).toBeLessThan(3.5);
  });

  it("fitSpline bends where the data do, and beats Platt scaling on new rows", () => {
    const truth = (l: number): number => l + 0.9 * Math.sin(l);
    const [p, y] = sample(5000, 3, truth);
    const [fresh, label] = sample(20_000, 4, truth);
    const loss = (q: Float64Array): number =>
      q.reduce((sum, value, i) => sum - Math.log(label[i] === 1 ? value : 1 - value), 0) / label.length;
    const fit = fitSpline(p, y);
    expect(fit.parameters.effectiveParameters).toBeGreaterThan(4);
    const gain = loss(applyBinaryMap(fitPlatt(p, y).map, fresh)) - loss(applyBinaryMap(fit.map, fresh));
    expect(gain).toBeGreaterThan(0.002);
    checkBinaryMap(fit.map);
  });

  it("fitSpline does not decrease by default, and says where it does when it may", () => {
    const [p, y] = sample(4000, 5, (l) => l + 1.8 * Math.sin(1.5 * l));
    const fine = Float64Array.from({ length: 4001 }, (_, i) => i / 4000);
    const rising = applyBinaryMap(fitSpline(p, y).map, fine);
    for (let i = 1; i < fine.length; i++) expect(rising[i]).toBeGreaterThanOrEqual(rising[i - 1] - 1e-15);
    const free = fitSpline(p, y, { monotone: false });
    expect(free.notes.join()).toMatch(/decreases somewhere between the scores 0\.\d+ and 0\.\d+/);
  });

  it("fitSpline is a straight line in the log-odds beyond its outer knots", () => {
    const { map } = fitSpline(scores, outcomes, { penalty: 1e-4, clip: 1e-12 });
    for (const side of [-1, 1]) {
      const logits = [side * 8, side * 12, side * 16];
      const q = applyBinaryMap(
        map,
        Float64Array.from(logits, (l) => 1 / (1 + Math.exp(-l))),
      );
      const [a, b, c] = Array.from(q, (value) => Math.log(value) - Math.log1p(-value));
      expect(Math.abs(c - 2 * b + a)).toBeLessThan(1e-3 * Math.abs(c - a));
    }
  });

  it("fitSpline of whole weights equals the fit of repeated rows", () => {
    const counts = Array.from(scores, (_, i) => 1 + (i % 3));
    const repeat = (values: ArrayLike<number>): number[] =>
      counts.flatMap((count, i) => Array.from({ length: count }, () => values[i]));
    const weights = Float64Array.from(counts);
    for (const options of [{ penalty: 0.01 }, {}]) {
      const ours = fitSpline(scores, outcomes, { ...options, weights });
      const theirs = fitSpline(Float64Array.from(repeat(scores)), Uint8Array.from(repeat(outcomes)), options);
      const expected = applyBinaryMap(theirs.map, grid);
      applyBinaryMap(ours.map, grid).forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(1e-10);
      });
    }
  });

  it("fitSpline of few distinct scores is a straight line", () => {
    const p = Float64Array.from(P20, (score) => (score < 0.5 ? 0.3 : 0.7));
    const fit = fitSpline(p, Y20);
    expect(fit.parameters).toEqual({ knots: 2, effectiveParameters: 2 });
    expect(applyBinaryMap(fit.map, p)[0]).toBeCloseTo(applyBinaryMap(fitPlatt(p, Y20).map, p)[0], 12);
  });

  it("fitSpline of 20 rows, and of certain scores, has a certificate", () => {
    for (const p of [P20, P20.map((score) => (score < 0.1 ? 0 : score > 0.95 ? 1 : score))]) {
      const { certificate, map } = fitSpline(p, Y20);
      expect(certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
      expect(applyBinaryMap(map, p).every((q) => q > 0 && q < 1)).toBe(true);
    }
  });

  it("fitSpline refuses what Platt scaling cannot fit, and options out of range", () => {
    expect(() => fitSpline(P20, new Uint8Array(20).fill(1))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(() => fitSpline(new Float64Array(20).fill(0.4), Y20)).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(() => fitSpline(Float64Array.of(0.1, 0.2, 0.7, 0.9), Uint8Array.of(0, 0, 1, 1))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    for (const options of [{ knots: 2 }, { penalty: -1 }, { clip: 0.5 }])
      expect(() => fitSpline(P20, Y20, options)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

import { describe, expect, it } from "vitest";
import type { Matrix } from "../../src/matrix.ts";
import { conformalOodPValues } from "../../src/ood/evidence/conformal-p-values.ts";
import { fitOodDetector } from "../../src/ood/fit-ood-detector.ts";
import { oodScores } from "../../src/ood/ood-scores.ts";
import { createRandom, type Random } from "../../src/random/random.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

const DRAWS = 800;
const WIDTH = 3;

function drawn(random: Random, count: number): { features: Matrix; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, () => (random.uniform() < 0.3 ? 1 : 0));
  const data = Float64Array.from({ length: count * WIDTH }, (_, at) => {
    const label = labels[Math.floor(at / WIDTH)];
    return 3 * label + random.normal() * (1 + label);
  });
  return { features: { data, rows: count, cols: WIDTH }, labels };
}

/** P(X ≥ k) for X binomial. */
const upperTail = (k: number, p: number): number => (k === 0 ? 1 : regularizedBeta(p, k, DRAWS - k + 1));

describe("p-values of the default detector", () => {
  it("fitOodDetector(train, { calibration }) gives exact p-values though calibration rows set its scale", () => {
    const random = createRandom(7);
    const counts = new Map([
      [0.1, 0],
      [0.5, 0],
    ]);
    for (let draw = 0; draw < DRAWS; draw++) {
      const calibration = { features: drawn(random, 52).features };
      const detector = fitOodDetector(drawn(random, 50), { calibration });
      const known = Float64Array.from(detector.calibration?.scores ?? []);
      expect(known).toHaveLength(39);
      const [p] = conformalOodPValues(known, oodScores(detector, { features: drawn(random, 1).features }));
      for (const [level, count] of counts) if (p <= level) counts.set(level, count + 1);
    }
    for (const [level, count] of counts) {
      expect(upperTail(count, level), `${count} of ${DRAWS} at ${level}`).toBeGreaterThan(0.0005);
      expect(1 - upperTail(count + 1, level), `${count} of ${DRAWS} at ${level}`).toBeGreaterThan(0.0005);
    }
  });
});

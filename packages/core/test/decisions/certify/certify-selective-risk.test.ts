import { describe, expect, it } from "vitest";
import { certifySelectiveRisk } from "../../../src/decisions/certify/certify-selective-risk.ts";
import { fewestRows } from "../../../src/decisions/certify/error-rate-test.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import { binomialPValue } from "../../../src/risk-control/bounds/binomial-p-value.ts";

/** A distribution of confidences whose error rate above every threshold is known. */
interface Truth {
  readonly name: string;
  draw(random: Random): number;
  errorAt(confidence: number): number;
  /** Mean error among confidences of at least the threshold. */
  riskFrom(threshold: number): number;
}

/** Uniform confidences whose error rate is constant between the given edges. */
function steps(name: string, edges: readonly number[], rates: readonly number[]): Truth {
  const errorAt = (c: number) => rates[edges.findIndex((edge, i) => c >= edge && (i === 0 || c < edges[i - 1]))];
  return {
    name,
    draw: (random) => random.uniform(),
    errorAt,
    riskFrom(threshold) {
      let mass = 0;
      let errors = 0;
      edges.forEach((edge, i) => {
        const top = i === 0 ? 1 : edges[i - 1];
        const width = Math.max(0, top - Math.max(edge, threshold));
        mass += width;
        errors += width * rates[i];
      });
      return errors / mass;
    },
  };
}

/** A few confidences, as language models state them. */
function lumps(name: string, values: readonly number[], masses: readonly number[], rates: readonly number[]): Truth {
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return {
    name,
    draw(random) {
      let u = random.uniform() * total;
      for (let i = 0; i < values.length; i++) {
        u -= masses[i];
        if (u < 0) return values[i];
      }
      return values[values.length - 1];
    },
    errorAt: (c) => rates[values.indexOf(c)],
    riskFrom(threshold) {
      const kept = values.map((value, i) => (value >= threshold ? masses[i] : 0));
      const mass = kept.reduce((sum, m) => sum + m, 0);
      return kept.reduce((sum, m, i) => sum + m * rates[i], 0) / mass;
    },
  };
}

const linear: Truth = {
  name: "errors that grow as the confidence falls",
  draw: (random) => random.uniform(),
  errorAt: (c) => (1 - c) * 0.3,
  riskFrom: (t) => (1 - t) * 0.15,
};

/** Every threshold is just too risky: the worst case. */
const flat = steps("an error rate just above the limit everywhere", [0], [0.0501]);
const surelyWrong = steps("surest rows that are often wrong", [0.97, 0.4, 0], [0.25, 0.02, 0.3]);
const sawtooth = steps(
  "risks that cross the limit three times",
  [0.9, 0.8, 0.5, 0.4, 0],
  [0.04, 0.09, 0.03, 0.3, 0.02],
);
const stated = lumps(
  "ten stated confidences",
  [1, 0.99, 0.95, 0.9, 0.8, 0.5],
  [1, 2, 4, 3, 2, 1],
  [0.06, 0.03, 0.045, 0.07, 0.1, 0.4],
);

function sample(truth: Truth, n: number, random: Random): { confidence: Float64Array; correct: Uint8Array } {
  const confidence = new Float64Array(n);
  const correct = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    confidence[i] = truth.draw(random);
    correct[i] = random.uniform() < truth.errorAt(confidence[i]) ? 0 : 1;
  }
  return { confidence, correct };
}

describe("certifySelectiveRisk(confidence, correct, options)", () => {
  const runs = 400;
  for (const truth of [linear, flat, surelyWrong, sawtooth, stated])
    for (const [n, sure] of [
      [150, 0.8],
      [800, 0.9],
    ] as const)
      it(`certifySelectiveRisk(confidence, correct, options) is wrong at most as often as promised: ${truth.name}, n = ${n}`, () => {
        const random = createRandom(11);
        let violations = 0;
        for (let run = 0; run < runs; run++) {
          const { confidence, correct } = sample(truth, n, random);
          const { threshold } = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure, seed: run });
          if (threshold !== null && truth.riskFrom(threshold) > 0.05) violations++;
        }
        const failure = 1 - sure;
        const tail = violations === 0 ? 1 : 1 - binomialPValue(violations - 1, runs, failure);
        expect(tail).toBeGreaterThan(0.001);
      });

  it("certifySelectiveRisk(confidence, correct, options) comes close to the largest coverage there is", () => {
    const { confidence, correct } = sample(linear, 100_000, createRandom(5));
    const { coverage, certified } = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95 });
    expect(certified).toBe(true);
    expect(coverage).toBeGreaterThan(0.29);
    expect(coverage).toBeLessThan(1 / 3);
  });

  it("certifySelectiveRisk(confidence, correct, options) accepts all of rows that are never wrong, if there are enough", () => {
    const enough = fewestRows(0.05, 0.05);
    expect(enough).toBe(59);
    const confidence = Float64Array.from({ length: 70 }, (_, i) => 0.5 + i / 200);
    const correct = new Uint8Array(70).fill(1);
    const result = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95 });
    expect(result).toMatchObject({ certified: true, coverage: 1, threshold: 0, errors: 0, missingLabels: null });
    expect(result.upperBound).toBeLessThanOrEqual(0.05);
  });

  it("certifySelectiveRisk(confidence, correct, options) says how many labels are missing", () => {
    const confidence = new Float64Array(40).fill(0.9);
    const correct = new Uint8Array(40).fill(1);
    const result = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95 });
    expect(result).toMatchObject({ certified: false, threshold: null, coverage: 0, upperBound: null });
    expect(result.missingLabels).toBeGreaterThan(20);
    expect(result.missingLabels).toBeLessThan(200);
  });

  it("certifySelectiveRisk(8 right rows, options) lacks labels, not better scores", () => {
    const confidence = Float64Array.from({ length: 8 }, (_, i) => 0.9 + i / 100);
    const { missingLabels } = certifySelectiveRisk(confidence, new Uint8Array(8).fill(1), {
      maxError: 0.05,
      sure: 0.95,
    });
    expect(missingLabels).toBeGreaterThan(50);
    expect(missingLabels).toBeLessThan(1000);
  });

  it("certifySelectiveRisk(confidence, correct, options) is certified in about 3 of 4 cases with the missing labels", () => {
    const random = createRandom(5);
    const [tries, each] = [30, 5];
    let sought = 0;
    let found = 0;
    for (let run = 0; run < tries; run++) {
      const { confidence, correct } = sample(linear, 300, random);
      const { missingLabels } = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95, seed: run });
      if (missingLabels === null || missingLabels > 5000) continue;
      for (let k = 0; k < each; k++) {
        const rows = Array.from({ length: 300 + missingLabels }, () => random.integer(300));
        const [more, right] = [
          Float64Array.from(rows, (row) => confidence[row]),
          Uint8Array.from(rows, (row) => correct[row]),
        ];
        sought++;
        if (certifySelectiveRisk(more, right, { maxError: 0.05, sure: 0.95, seed: k }).certified) found++;
      }
    }
    expect(sought).toBeGreaterThan(60);
    expect(found / sought).toBeGreaterThan(0.75);
    expect(found / sought).toBeLessThan(0.95);
  });

  it("certifySelectiveRisk(confidence, correct, options) accepts exactly the coverage asked for", () => {
    const confidence = Float64Array.from({ length: 100 }, (_, i) => (i < 55 ? 0.9 : 0.1));
    const correct = Uint8Array.from({ length: 100 }, (_, i) => (i < 55 ? 1 : 0));
    const certified = Array.from({ length: 10 }, (_, seed) =>
      certifySelectiveRisk(confidence, correct, { maxError: 0.1, sure: 0.95, minCoverage: 0.55, seed }),
    ).filter((result) => result.certified);
    expect(certified.length).toBeGreaterThan(0);
    expect(certified.every(({ coverage }) => coverage === 0.55)).toBe(true);
  });

  it("certifySelectiveRisk(confidence, correct, options) cannot certify a risk beyond all counting", () => {
    const result = certifySelectiveRisk(new Float64Array(30).fill(0.9), new Uint8Array(30).fill(1), {
      maxError: 1e-17,
      sure: 0.95,
    });
    expect(result).toMatchObject({ certified: false, missingLabels: null });
  });

  it("certifySelectiveRisk(confidence, correct, options) promises nothing where more labels will not help", () => {
    const confidence = Float64Array.from({ length: 1000 }, (_, i) => (i % 10) / 10);
    const correct = Uint8Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? 0 : 1));
    const result = certifySelectiveRisk(confidence, correct, { maxError: 0.02, sure: 0.95 });
    expect(result).toMatchObject({ certified: false, missingLabels: null });
  });

  it("certifySelectiveRisk(confidence, correct, options) refuses less than the coverage asked for", () => {
    const { confidence, correct } = sample(linear, 5000, createRandom(2));
    const free = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95 });
    expect(free.coverage).toBeGreaterThan(0.2);
    const bound = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95, minCoverage: 0.5 });
    expect(bound).toMatchObject({ certified: false, missingLabels: null });
    const less = certifySelectiveRisk(confidence, correct, { maxError: 0.05, sure: 0.95, minCoverage: 0.2 });
    expect(less.certified).toBe(true);
  });

  it("certifySelectiveRisk(confidence, correct, options) depends on the seed and nothing else", () => {
    const { confidence, correct } = sample(linear, 2000, createRandom(3));
    const options = { maxError: 0.05, sure: 0.95, seed: 4 };
    expect(certifySelectiveRisk(confidence, correct, options)).toEqual(
      certifySelectiveRisk(confidence, correct, options),
    );
  });

  it.each([
    [{ maxError: 0, sure: 0.95 }, "maxError must be in (0, 1), such as 0.05 for 5 %, got 0"],
    [{ maxError: 2, sure: 0.95 }, "maxError must be in (0, 1), such as 0.05 for 5 %, got 2"],
    [{ maxError: 0.1, sure: 1 }, "sure must be in (0, 1), such as 0.05 for 5 %, got 1"],
    [{ maxError: 0.1, sure: 0.9, minCoverage: 2 }, "minCoverage must be in [0, 1], got 2"],
  ])("certifySelectiveRisk(confidence, correct, %o) is refused", (options, message) => {
    const call = () => certifySelectiveRisk(Float64Array.of(0.5), Uint8Array.of(1), options);
    expect(call).toThrow(expect.objectContaining({ code: "out-of-range", message }));
  });
});

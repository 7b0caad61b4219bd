import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certifySelectiveRisk } from "../../../src/decisions/certify/certify-selective-risk.ts";
import { certifyWeightedRisk } from "../../../src/decisions/certify/certify-weighted-risk.ts";
import { createRandom, poissonSample, type Random, thresholdProbabilities } from "../../../src/index.ts";
import { binomialAtMost, chance, confidenceAt, labelsOf, traffic } from "../../selected-labels/reviewed.ts";

/** Error rate of endless traffic from a threshold on. */
function errorFrom(threshold: number): number {
  const points = 4000;
  let errors = 0;
  let count = 0;
  for (let i = 0; i < points; i++) {
    const confidence = confidenceAt((i + 0.5) / points);
    if (confidence < threshold) continue;
    errors += 1 - chance(confidence);
    count++;
  }
  return errors / Math.max(1, count);
}

/** Everything under 0.7 is reviewed, and some above. */
function reviewed(rows: number, above: number, random: Random) {
  const drawn = traffic(rows, random);
  const chances = thresholdProbabilities(drawn.confidences, { below: 0.7, above });
  const { confidences, outcomes, propensities } = labelsOf(drawn, poissonSample(chances, random), chances);
  return { confidences, outcomes, weights: propensities.map((p) => 1 / p) };
}

const FAILURE = 0.1;

/** Refutes that events with probability `promised` at most came so often; 1 in 2000 true promises are refuted. */
function isTooOften(events: number, runs: number, promised: number): boolean {
  return events > 0 && 1 - binomialAtMost(events - 1, runs, promised) < 0.0005;
}

describe("certifyWeightedRisk", () => {
  it("certifyWeightedRisk(labels of reviewed traffic) keeps its promise, and acts on much of it", () => {
    const random = createRandom(3);
    const runs = 300;
    let broken = 0;
    let coverage = 0;
    for (let run = 0; run < runs; run++) {
      const { confidences, outcomes, weights } = reviewed(2500, 0.2, random);
      const made = certifyWeightedRisk(confidences, outcomes, weights, { maxError: 0.16, sure: 1 - FAILURE });
      coverage += made.coverage / runs;
      if (made.threshold !== null && errorFrom(made.threshold) > 0.16) broken++;
    }
    expect(isTooOften(broken, runs, FAILURE)).toBe(false);
    expect(coverage).toBeGreaterThan(0.3);
  });

  it("certifyWeightedRisk(rows whose error rate is a little above the target everywhere) hardly ever certifies", () => {
    const random = createRandom(8);
    const runs = 500;
    let certified = 0;
    for (let run = 0; run < runs; run++) {
      const confidences = Float64Array.from({ length: 300 }, () => random.uniform());
      const weights = confidences.map((c) => (c < 0.5 ? 1 : 5));
      const outcomes = Uint8Array.from(confidences, () => (random.uniform() < 0.101 ? 0 : 1));
      const made = certifyWeightedRisk(confidences, outcomes, weights, { maxError: 0.1, sure: 1 - FAILURE });
      if (made.certified) certified++;
    }
    expect(certified).toBeGreaterThan(0);
    expect(isTooOften(certified, runs, FAILURE)).toBe(false);
  });

  it("certifyWeightedRisk(labels) is not misled where counting the rows would be", () => {
    const confidences = Float64Array.from({ length: 2000 }, (_, i) => (i % 100) / 100);
    const outcomes = Uint8Array.from(confidences, (_, i) => (Math.floor(i / 100) % 10 === 0 ? 0 : 1));
    const weights = Float64Array.from(outcomes, (right) => (right === 1 ? 1 : 9));
    expect(certifySelectiveRisk(confidences, outcomes, { maxError: 0.2, sure: 0.95 }).certified).toBe(true);
    const weighted = certifyWeightedRisk(confidences, outcomes, weights, { maxError: 0.2, sure: 0.95 });
    expect(weighted).toMatchObject({ certified: false, threshold: null, accepted: 0, upperBound: null });
    expect(weighted.missingLabels).toBeNull();
  });

  it("certifyWeightedRisk(labels) says what it accepts, by rows and by weight, and depends on ratios of weights alone", () => {
    const { confidences, outcomes, weights } = reviewed(6000, 0.2, createRandom(5));
    const options = { maxError: 0.16, sure: 0.95 };
    const made = certifyWeightedRisk(confidences, outcomes, weights, options);
    const { threshold } = made;
    expect(threshold).not.toBeNull();
    if (threshold === null) return;
    const accepted = Array.from(confidences.keys()).filter((i) => confidences[i] >= threshold);
    const weightOf = (rows: readonly number[]) => rows.reduce((sum, i) => sum + weights[i], 0);
    expect(made.accepted).toBe(accepted.length);
    expect(made.errors).toBe(accepted.filter((i) => outcomes[i] === 0).length);
    expect(made.coverage).toBeCloseTo(weightOf(accepted) / weightOf([...confidences.keys()]), 12);
    expect(made.upperBound).toBeLessThanOrEqual(0.16);
    expect(made.upperBound).toBeGreaterThan(weightOf(accepted.filter((i) => outcomes[i] === 0)) / weightOf(accepted));
    const scaled = certifyWeightedRisk(
      confidences,
      outcomes,
      weights.map((w) => 4 * w),
      options,
    );
    expect(scaled).toEqual(made);
  });

  it("certifyWeightedRisk(few labels) proposes as many as then certify", () => {
    const few = reviewed(500, 0.2, createRandom(21));
    const options = { maxError: 0.16, sure: 0.95, minCoverage: 0.3 };
    const asked = certifyWeightedRisk(few.confidences, few.outcomes, few.weights, options);
    expect(asked.certified).toBe(false);
    const times = 1 + (asked.missingLabels ?? 0) / few.confidences.length;
    expect(times).toBeGreaterThan(1.2);
    const repeated = (of: Float64Array | Uint8Array, k: number) => Array.from({ length: k }, () => [...of]).flat();
    const at = (k: number) =>
      certifyWeightedRisk(
        Float64Array.from(repeated(few.confidences, k)),
        Uint8Array.from(repeated(few.outcomes, k)),
        Float64Array.from(repeated(few.weights, k)),
        options,
      ).certified;
    expect(at(Math.ceil(1.3 * times))).toBe(true);
    expect(at(Math.max(1, Math.floor(0.7 * times)))).toBe(false);
  });

  it("certifyWeightedRisk(any rows) certifies less for a smaller error, and is deterministic", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.integer({ min: 1, max: 6 })), {
          minLength: 1,
          maxLength: 60,
        }),
        (list) => {
          const confidences = Float64Array.from(list, ([c]) => c);
          const outcomes = Uint8Array.from(list, ([, right]) => (right ? 1 : 0));
          const weights = Float64Array.from(list, ([, , w]) => w);
          const at = (maxError: number) => certifyWeightedRisk(confidences, outcomes, weights, { maxError, sure: 0.8 });
          const strict = at(0.2);
          expect(at(0.2)).toEqual(strict);
          if (strict.certified) expect(at(0.5).certified).toBe(true);
          if (strict.threshold !== null && strict.threshold > 0)
            expect(confidences.filter((c) => c >= (strict.threshold ?? 0)).length).toBe(strict.accepted);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("certifyWeightedRisk(...) refuses weights that are none, and shares that are none", () => {
    const two = Float64Array.of(0.5, 0.6);
    const right = Uint8Array.of(1, 1);
    const options = { maxError: 0.1, sure: 0.9 };
    expect(() => certifyWeightedRisk(two, right, Float64Array.of(1), options)).toThrow("2 rows but 1 weights");
    expect(() => certifyWeightedRisk(two, right, Float64Array.of(1, 0), options)).toThrow("weight 0 at row 1");
    expect(() => certifyWeightedRisk(two, right, two, { ...options, sure: 1 })).toThrow("sure must be in (0, 1)");
  });
});

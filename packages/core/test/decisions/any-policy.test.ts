import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, makePolicy, type Objective, openPolicy, type Predictions, verifyPolicy } from "../../src/index.ts";
import { SOURCE } from "./samples.ts";

const amount = fc.constantFrom(0, 0.5, 1, 3, 10);
const costs = fc
  .record({
    error: amount,
    review: fc.option(amount),
    abstain: fc.option(amount),
    missed: fc.constantFrom(0, 1),
    reviewError: fc.constantFrom(0, 0.1),
  })
  .map((given) => ({ ...given, missed: given.abstain === null ? 0 : given.missed }));
const capacity = fc.record({
  reviews: fc.constantFrom(0, 1, 10, 1000),
  volume: fc.constantFrom(1, 30, 500),
  period: fc.constant("week"),
});
const share = fc.constantFrom(0.05, 0.3, 0.9, 1);
const objective: fc.Arbitrary<Objective> = fc.oneof(
  costs.map((given) => ({ kind: "costs", costs: given }) as const),
  capacity.map((given) => ({ kind: "capacity", ...given }) as const),
  share.map((target) => ({ kind: "precision", target }) as const),
  share.map((target) => ({ kind: "recall", target }) as const),
  share.map((target) => ({ kind: "coverage", target }) as const),
  fc.constantFrom(0.5, 2).map((beta) => ({ kind: "f-beta", beta }) as const),
  fc
    .record({ act: fc.constantFrom(null, 0, 0.5, 1), abstain: fc.constantFrom(null, 0, 0.5, 1) })
    .map((thresholds) => ({ kind: "thresholds", thresholds }) as const),
  fc
    .record({ maxError: fc.constantFrom(0.05, 0.4), sure: fc.constantFrom(0.5, 0.9), minCoverage: fc.option(share) })
    .map((given) => ({ kind: "risk", ...given }) as const),
  fc.record({ a: amount, b: amount, review: fc.option(amount), abstain: fc.option(amount) }).map(
    ({ a, b, review, abstain }) =>
      ({
        kind: "cost-matrix",
        matrix: {
          classNames: ["no", "yes"],
          costs: [
            [0, a],
            [b, 0],
          ],
          review,
          abstain,
        },
      }) as const,
  ),
);
const options = fc.record(
  {
    costs,
    capacity,
    current: fc.constantFrom(null, { act: 0.5, abstain: null }, { act: null, abstain: 0.4 }),
    on: fc.constantFrom("confidence" as const, "positive" as const),
    below: fc.constantFrom("review" as const, "abstain" as const),
    perSegment: fc.constantFrom(true, false, false),
    seed: fc.nat(5),
  },
  { requiredKeys: [] },
);
const row = fc.record({
  p: fc.oneof(
    fc.integer({ min: 0, max: 4 }).map((k) => k / 4),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  y: fc.constantFrom(0, 1),
  site: fc.nat(2),
  weight: fc.constantFrom(0, 1, 1, 2),
});

function predictionsOf(
  rows: readonly { p: number; y: number; site: number; weight: number }[],
  task: "binary" | "confidence",
  isWeighted: boolean,
): Predictions {
  const base = {
    rows: rows.length,
    segments: [{ name: "site", codes: Int32Array.from(rows, ({ site }) => site), values: ["a", "b", "c"] }],
    ...(isWeighted ? { weights: Float64Array.from(rows, ({ weight }) => weight) } : {}),
  };
  const scores = Float64Array.from(rows, ({ p }) => p);
  const outcomes = Uint8Array.from(rows, ({ y }) => y);
  return task === "binary"
    ? { ...base, task, classNames: ["no", "yes"], probabilities: scores, outcomes }
    : { ...base, task, classNames: [], confidences: scores, correct: outcomes };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe("makePolicy of anything", () => {
  it("makePolicy(rows, options) seals a policy that derives again, or says what is wrong", () => {
    let made = 0;
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom("binary" as const, "confidence" as const),
        fc.boolean(),
        objective,
        fc.oneof(fc.constant({}), options),
        (rows, task, isWeighted, goal, chosen) => {
          const predictions = predictionsOf(rows, task, isWeighted);
          let policy: ReturnType<typeof makePolicy>;
          try {
            policy = makePolicy(predictions, { version: "1", source: SOURCE, objective: goal, ...chosen });
          } catch (error) {
            if (!InputError.is(error)) throw error;
            return;
          }
          made++;
          expect(numbersIn(policy).every(Number.isFinite)).toBe(true);
          const json: unknown = JSON.parse(JSON.stringify(policy));
          expect(openPolicy(json)).toEqual(json);
          const checked = verifyPolicy(openPolicy(json), predictions);
          expect(checked.differences).toEqual([]);
          expect(checked.sameData).toBe(true);
          if (policy.certificate && !policy.certificate.certified) expect(checked.accepted).toBe(0);
          const shares = policy.expected && [
            policy.expected.coverage,
            policy.expected.reviewVolume,
            policy.expected.abstention,
          ];
          expect(shares?.reduce((total, { value }) => total + value, 0)).toBeCloseTo(1, 12);
          for (const estimate of [...(shares ?? []), policy.expected?.error, policy.expected?.cost])
            if (estimate) {
              expect(estimate.lower).toBeLessThanOrEqual(estimate.value);
              expect(estimate.upper).toBeGreaterThanOrEqual(estimate.value);
            }
        },
      ),
      { seed: 6, numRuns: 500 },
    );
    expect(made).toBeGreaterThan(200);
  });
});

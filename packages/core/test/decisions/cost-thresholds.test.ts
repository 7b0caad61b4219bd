import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Costs, thresholdsFromCosts } from "../../src/index.ts";

function costs(part: Partial<Costs>): Costs {
  return { error: 10, review: null, abstain: null, missed: 0, reviewError: 0, ...part };
}

/** What costs least at p, by trying all three; safer choices first. */
function cheapest({ error, review, abstain, missed, reviewError }: Costs, p: number): { cost: number; kind: string } {
  const ways = [
    { kind: "review", cost: review === null ? Infinity : review + reviewError * error },
    { kind: "abstain", cost: abstain === null ? Infinity : abstain + p * missed },
    { kind: "act", cost: (1 - p) * error },
  ];
  return ways.reduce((best, way) => (way.cost < best.cost - 1e-9 ? way : best));
}

function costAt({ error, review, abstain, missed, reviewError }: Costs, kind: string, p: number): number {
  if (kind === "act") return (1 - p) * error;
  return kind === "review" ? (review ?? Infinity) + reviewError * error : (abstain ?? Infinity) + p * missed;
}

describe("thresholdsFromCosts", () => {
  it("thresholdsFromCosts(costs) is Chow's rule where only abstaining is offered: act above 1 − abstain/error", () => {
    const { act, abstain } = thresholdsFromCosts(costs({ abstain: 2 })).thresholds;
    expect(act).toBeCloseTo(0.8, 14);
    expect(abstain).toBe(act);
  });

  it("thresholdsFromCosts(costs) is Elkan's threshold (c10 − c00)/(c10 − c00 + c01 − c11) for missed positives", () => {
    const { act, abstain } = thresholdsFromCosts(costs({ error: 1, abstain: 0, missed: 4 })).thresholds;
    expect(act).toBeCloseTo(1 / 5, 14);
    expect(abstain).toBe(act);
  });

  it("thresholdsFromCosts(costs) has three regions, each from an exact crossing", () => {
    const { thresholds, empty } = thresholdsFromCosts(costs({ review: 2, abstain: 0.5, missed: 3 }));
    expect(thresholds.act).toBeCloseTo(0.8, 14);
    expect(thresholds.abstain).toBe(0.5);
    expect(empty).toEqual([]);
  });

  it("thresholdsFromCosts(costs) charges every review with the errors that reviewers make", () => {
    expect(thresholdsFromCosts(costs({ review: 1, reviewError: 0.1 })).thresholds.act).toBeCloseTo(0.8, 14);
  });

  it("thresholdsFromCosts(costs) gives equal costs to the safer choice", () => {
    const { act } = thresholdsFromCosts(costs({ review: 1 })).thresholds;
    expect(act).toBeGreaterThan(0.9);
    expect(act).toBeLessThan(0.9 + 1e-15);
    const equal = thresholdsFromCosts(costs({ review: 1, abstain: 1 }));
    expect(equal.thresholds.abstain).toBeNull();
    expect(equal.empty).toEqual(["abstain"]);
  });

  it("thresholdsFromCosts(costs) says which decisions never cost least", () => {
    expect(thresholdsFromCosts(costs({ review: 20 })).thresholds).toEqual({ act: 0, abstain: null });
    expect(thresholdsFromCosts(costs({ review: 20 })).empty).toEqual(["review", "abstain"]);
    expect(thresholdsFromCosts(costs({ review: 0 }))).toEqual({
      thresholds: { act: null, abstain: null },
      empty: ["act", "abstain"],
    });
    const never = thresholdsFromCosts(costs({ review: 1, abstain: 0 }));
    expect(never.thresholds.act).toBeNull();
    expect(never.thresholds.abstain).toBeGreaterThan(1);
    expect(never.empty).toEqual(["act", "review"]);
    expect(thresholdsFromCosts(costs({ review: 5, abstain: 1, missed: 1 })).empty).toEqual(["review"]);
    expect(thresholdsFromCosts(costs({ error: 0, review: 0 })).empty).toEqual(["act", "abstain"]);
    expect(thresholdsFromCosts(costs({ error: 0, review: 1 })).empty).toEqual(["review", "abstain"]);
  });

  it("thresholdsFromCosts(costs) costs as little as the cheapest choice at every score", () => {
    const amount = fc.integer({ min: 0, max: 20 });
    const given = fc.record({
      error: amount,
      review: fc.option(amount),
      abstain: fc.option(amount),
      missed: amount,
      reviewError: fc.constantFrom(0, 0.25, 1),
    });
    fc.assert(
      fc.property(given, (raw) => {
        const all = { ...raw, missed: raw.abstain === null ? 0 : raw.missed };
        if (all.review === null && all.abstain === null) return;
        const { act, abstain } = thresholdsFromCosts(all).thresholds;
        for (let k = 0; k <= 400; k++) {
          const p = k / 400;
          const kind = p >= (act ?? Infinity) ? "act" : p < (abstain ?? -Infinity) ? "abstain" : "review";
          const best = cheapest(all, p);
          expect(costAt(all, kind, p)).toBeLessThanOrEqual(best.cost + 1e-9);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("thresholdsFromCosts(costs) refuses costs that decide nothing", () => {
    expect(() => thresholdsFromCosts(costs({}))).toThrow(
      "costs need a choice beside acting: give the cost of a review or of abstaining",
    );
    expect(() => thresholdsFromCosts(costs({ review: -1 }))).toThrow(
      "the cost of a review must be a number in [0, 1e+100], got -1",
    );
    expect(() => thresholdsFromCosts(costs({ error: Number.NaN, review: 1 }))).toThrow(
      expect.objectContaining({ code: "not-finite" }),
    );
    expect(() => thresholdsFromCosts(costs({ review: 1, reviewError: 2 }))).toThrow(
      "the share of reviews that end wrong must be in [0, 1], got 2",
    );
    expect(() => thresholdsFromCosts(costs({ review: 1, missed: 2 }))).toThrow("needs a cost of abstaining");
  });
});

import { describe, expect, it } from "vitest";
import { scoredProblem } from "../../src/decisions/decision-problem.ts";
import { certifySegments } from "../../src/decisions/segment-certificates.ts";
import { rowsBySegment } from "../../src/decisions/segment-rows.ts";
import {
  type ConfidencePredictions,
  createRandom,
  makePolicy,
  openPolicy,
  type PolicyOptions,
  verifyPolicy,
} from "../../src/index.ts";
import { binomialPValue } from "../../src/risk-control/bounds/binomial-p-value.ts";
import { SOURCE } from "./samples.ts";

const RISK: PolicyOptions = {
  version: "1.0.0",
  source: SOURCE,
  objective: { kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: null },
};
const COSTS: PolicyOptions = {
  version: "1.0.0",
  source: SOURCE,
  objective: { kind: "costs", costs: { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 } },
};

/** Rows of sites of given sizes, each with a share of errors that does not depend on the confidence. */
function sites(sizes: readonly number[], errorOf: (site: number) => number, seed: number): ConfidencePredictions {
  const random = createRandom(seed);
  const codes = Int32Array.from(sizes.flatMap((size, site) => new Array<number>(size).fill(site)));
  return {
    task: "confidence",
    rows: codes.length,
    classNames: [],
    segments: [{ name: "site", codes, values: sizes.map((_, site) => `s${site}`) }],
    confidences: Float64Array.from(codes, () => random.uniform()),
    correct: Uint8Array.from(codes, (site) => (random.uniform() < errorOf(site) ? 0 : 1)),
  };
}

describe("policies of many segments", () => {
  const many = sites([400, 300, ...new Array<number>(300).fill(3)], () => 0.02, 1);

  it("makePolicy(rows of 302 sites) reports the 200 largest and says that the others are left out", () => {
    for (const options of [COSTS, RISK, { ...RISK, perSegment: true }]) {
      const { perSegment, warnings } = makePolicy(many, options);
      expect(perSegment).toHaveLength(200);
      expect(perSegment.slice(0, 3).map(({ name }) => name)).toEqual(["s0", "s1", "s2"]);
      expect(warnings).toContain("The 200 largest of 302 segments are reported.");
    }
  });

  it("makePolicy(rows of 302 sites, risk per segment) keeps the rule of every site", () => {
    const { rule } = makePolicy(many, { ...RISK, perSegment: true });
    expect(rule.kind === "threshold-per-segment" && rule.segments).toHaveLength(302);
  });

  it("makePolicy(rows, risk) shares the failure among segments that have enough rows for a proof", () => {
    for (const perSegment of [false, true]) {
      const made = makePolicy(many, { ...RISK, perSegment });
      const [first, second, third] = made.perSegment;
      expect([first.certificate?.sure, second.certificate?.sure]).toEqual([0.95, 0.95]);
      expect([first.certificate?.certified, second.certificate?.certified]).toEqual([true, true]);
      expect(third.certificate?.certified).toBe(false);
    }
  });

  it("makePolicy(rows, risk per segment) says how many labels are missing where no segment is certified", () => {
    const made = makePolicy(
      sites([20, 18, 8], () => 0, 2),
      { ...RISK, perSegment: true },
    );
    const missing = made.perSegment.map(({ missingLabels }) => missingLabels ?? 0);
    expect(Math.min(...missing)).toBeGreaterThan(0);
    expect(made.missingLabels).toBe(Math.min(...missing));
    expect(made.verdict.sentence).toMatch(/; about \d+ more labels in the segments that need the fewest would do\.$/);
  });

  it("makePolicy(rows, risk per segment on most rows) counts the labels of as many segments as that takes", () => {
    const rows = sites([200, 25, 20], () => 0, 2);
    const objective = { kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: 0.95 } as const;
    const made = makePolicy(rows, { ...RISK, objective, perSegment: true });
    const [first, second, third] = made.perSegment;
    expect([first, second, third].map(({ certificate }) => certificate?.certified)).toEqual([true, false, false]);
    expect(made.verdict.status).toBe("not-certified");
    expect(made.missingLabels).toBe((second.missingLabels ?? 0) + (third.missingLabels ?? 0));
  });

  it("certifySegments(problem, request, segments) is wrong about any segment at most as often as promised", () => {
    const runs = 200;
    let violations = 0;
    const sizes = [60, 80, 120, ...new Array<number>(5).fill(5)];
    for (let run = 0; run < runs; run++) {
      const rows = sites(sizes, () => 0.1001, 1000 + run);
      const request = { maxError: 0.1, sure: 0.8, minCoverage: null, seed: run, dataHash: "", assumptions: [] };
      const problem = scoredProblem(rows, "confidence", null, 0.95);
      const found = certifySegments(problem, request, rowsBySegment(rows, ["site"]));
      if (found.some(({ certificate }) => certificate.certified)) violations++;
    }
    expect(violations).toBeGreaterThan(0);
    expect(1 - binomialPValue(violations - 1, runs, 0.2)).toBeGreaterThan(0.001);
  });

  it("verifyPolicy(policy of many segments, its rows) derives it again from its file", () => {
    const made = makePolicy(many, { ...RISK, perSegment: true });
    expect(verifyPolicy(openPolicy(JSON.parse(JSON.stringify(made))), many)).toMatchObject({
      sameData: true,
      status: "holds",
    });
  });

  it("verifyPolicy(policy, its rows without the column of many segments) compares the rest", () => {
    const made = makePolicy(many, COSTS);
    expect(verifyPolicy(made, { ...many, segments: [] })).toMatchObject({ status: "holds", differences: [] });
  });
});

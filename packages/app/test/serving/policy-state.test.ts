import { createRandom, makePolicy, type Objective, type PolicyDocument } from "@candor/core";
import { describe, expect, it } from "vitest";
import { policyState } from "../../src/serving/policy-state.ts";
import { binaryCalibrator } from "../cli/calibrators.ts";
import { artefactOf, costPolicy, demandingPolicy, servingWith } from "./serving-with.ts";

const rows = 2000;
const random = createRandom(4);
const confidences = Float64Array.from({ length: rows }, () => 0.5 + 0.5 * random.uniform());
const correct = confidences.map((confidence) => (random.uniform() < confidence ? 1 : 0));
const predictions = {
  task: "confidence" as const,
  rows,
  classNames: [],
  segments: [{ name: "country", codes: Int32Array.from({ length: rows }, (_, i) => i % 2), values: ["DE", "FR"] }],
  confidences,
  correct: Uint8Array.from(correct),
};
const source = { name: "rows", rows, skipped: [], columns: {}, approximate: false, notes: [] };

function made(objective: Objective, more: { readonly perSegment?: boolean } = {}): PolicyDocument {
  return makePolicy(predictions, { version: "1", source, objective, ...more });
}

const stateOf = (policy: PolicyDocument | null, version = "v1") => {
  const artefacts = policy === null ? [] : [artefactOf(policy)];
  return policyState(servingWith(artefacts).active("fraud", version, null));
};
const risk = (maxError: number): Objective => ({ kind: "risk", maxError, sure: 0.9, minCoverage: null });

describe("policyState", () => {
  it("policyState(active) says that nothing decides", () => {
    expect(stateOf(null)).toMatchObject({
      policyId: null,
      activatedAt: null,
      thresholds: null,
      state: { status: "none" },
    });
  });
  it("policyState(active) says what is demanded besides the score", () => {
    expect(stateOf(demandingPolicy()).inDistribution).toEqual({ column: "ood_p", level: 0.05 });
    expect(stateOf(made(risk(0.2))).inDistribution).toBeNull();
  });
  it("policyState(active) says what is certified, on what, and since when", () => {
    const policy = made(risk(0.2));
    const { state, certificate, thresholds, activatedAt, objective } = stateOf(policy);
    expect(state).toMatchObject({
      status: "certified",
      sentence: expect.stringMatching(
        /^[\d,]+ of [\d,]+ rows acted on were wrong, out of 2,000\. The error is at most 20 %, 90 % sure;/,
      ),
    });
    expect(certificate).toEqual(policy.certificate);
    expect(thresholds).toEqual(policy.thresholds);
    expect(activatedAt).toBe(1);
    expect(objective).toBe("at most 20 % wrong among rows acted on, 90 % sure");
  });
  it("policyState(active) says that a bound was not proven, or not for this version", () => {
    expect(stateOf(made(risk(0.0001))).state).toMatchObject({
      status: "not-certified",
      sentence: expect.stringMatching(/^Nothing can be certified on these 2,000 rows/),
    });
    const elsewhere = stateOf(made(risk(0.2)), "v2").state;
    expect(elsewhere.status).toBe("elsewhere");
    expect(elsewhere.sentence).toMatch(
      /^No error bound is certified here: the policy pol_\w+ was made for version v1 of fraud/,
    );
  });
  it("policyState(active) says that costs and thresholds set by hand prove nothing", () => {
    const byCosts = stateOf(costPolicy(binaryCalibrator({ scoreKind: "confidence", classNames: [] })));
    expect(byCosts.state.sentence).toMatch(/^No error bound is certified: the policy was made for least cost: wrong /);
    expect(byCosts.costs).not.toBeNull();
    const byHand = stateOf(made({ kind: "thresholds", thresholds: { act: 0.9, abstain: null } }));
    expect(byHand.state).toEqual({
      status: "no-bound",
      sentence: "No error bound is certified of thresholds set by hand.",
    });
    expect(byHand.warnings[0]).toMatch(/^The thresholds were set by hand/);
  });
  it("policyState(active, segment) has the thresholds of that segment", () => {
    const policy = made(risk(0.25), { perSegment: true });
    if (policy.rule.kind !== "threshold-per-segment") throw new Error(`expected thresholds per segment`);
    const active = servingWith([artefactOf(policy)]).active("fraud", "v1", null);
    const own = policy.rule.segments.find(({ values }) => values[0] === "DE")?.thresholds;
    expect(own?.act).toBeGreaterThan(0.5);
    expect(policyState(active, { key: "country", value: "DE" }).thresholds).toEqual(own);
    expect(policyState(active, { key: "country", value: "XX" }).thresholds).toEqual(policy.thresholds);
    expect(policyState(active).thresholds).toEqual(policy.thresholds);
  });
});

import { describe, expect, it } from "vitest";
import { makePolicy, openPolicy, type PolicyDocument, policyFingerprint, sealPolicy } from "../../src/index.ts";
import { calibratedRows, SOURCE } from "./samples.ts";

const costs = { error: 10, review: 1, abstain: 0.2, missed: 2, reviewError: 0 };
const made = makePolicy(calibratedRows(300, 5), {
  version: "1.0.0",
  source: SOURCE,
  objective: { kind: "costs", costs },
  created: "2026-11-22T00:00:00Z",
});
const certified = makePolicy(calibratedRows(1000, 6), {
  version: "1.0.0",
  source: SOURCE,
  objective: { kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: null },
});

/** Sealed again after a change, so that only the change can be refused. */
function altered(policy: PolicyDocument, change: Record<string, unknown>): unknown {
  const changed = { ...JSON.parse(JSON.stringify(policy)), ...change };
  return { ...changed, fingerprint: policyFingerprint(changed) };
}

describe("openPolicy", () => {
  it("openPolicy(JSON of a policy) gives it back", () => {
    for (const policy of [made, certified]) {
      expect(openPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
      expect(openPolicy(policy)).toEqual(policy);
    }
  });

  it("openPolicy(json) refuses what was altered after it was made", () => {
    const json = { ...JSON.parse(JSON.stringify(made)), thresholds: { act: 0.1, abstain: null } };
    expect(() => openPolicy(json)).toThrow("the policy was altered after it was made");
  });

  it("openPolicy(json) names the place of a bad field", () => {
    expect(() => openPolicy(3)).toThrow('this is no policy: expected an object with "schema": "candor.policy/1"');
    expect(() => openPolicy({ schema: "candor.policy/2" })).toThrow("another version of Candor made it");
    expect(() => openPolicy(altered(made, { n: "many" }))).toThrow('n: expected a number, got "many"');
    expect(() => openPolicy(altered(made, { rule: { kind: "coin" } }))).toThrow(
      'rule.kind: expected "threshold", "threshold-per-segment" or "least-cost", got "coin"',
    );
    expect(() => openPolicy(altered(made, { extra: 1 }))).toThrow("extra is not a field of this format");
    const { choices: _, ...rest } = made;
    expect(() => openPolicy(rest)).toThrow("choices is missing");
    expect(() =>
      openPolicy(altered(made, { objective: { kind: "costs", costs: { ...costs, review: null, abstain: null } } })),
    ).toThrow("objective.costs: costs need a choice beside acting");
    expect(() => openPolicy(altered(made, { calibrator: { schema: "x" } }))).toThrow("calibrator: schema: expected");
  });

  it("openPolicy(json) refuses a rule that goes further than its certificate", () => {
    const thresholds = { act: 0.5, abstain: null };
    expect(() =>
      openPolicy(altered(certified, { thresholds, rule: { kind: "threshold", on: "confidence", thresholds } })),
    ).toThrow(/^rule: expected to act from 0\.\d+, as certified, got 0\.5$/);
    expect(() =>
      openPolicy(altered(certified, { objective: { kind: "risk", maxError: 0.01, sure: 0.9, minCoverage: null } })),
    ).toThrow("certificate: expected at most 0.01, 0.9 sure, got 0.1, 0.9");
    const parted = makePolicy(calibratedRows(3000, 6), {
      version: "1.0.0",
      source: SOURCE,
      objective: { kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: null },
      perSegment: true,
    });
    const all = { act: 0.99, abstain: null };
    expect(() => openPolicy(altered(parted, { thresholds: all, rule: { ...parted.rule, thresholds: all } }))).toThrow(
      "rule.thresholds.act: expected null for segments without a certificate, got 0.99",
    );
    expect(() => openPolicy(altered(certified, { certificate: null }))).toThrow(
      "certificate: expected one for a risk target",
    );
    const other = { kind: "threshold", on: "confidence", thresholds };
    expect(() => openPolicy(altered(made, { rule: other }))).toThrow("rule.thresholds: expected those of the policy");
  });

  it("sealPolicy(draft) gives equal content equal fingerprints", () => {
    const { fingerprint, ...draft } = made;
    expect(sealPolicy(draft).fingerprint).toBe(fingerprint);
    expect(sealPolicy({ ...draft, version: "2" }).fingerprint).not.toBe(fingerprint);
  });
});

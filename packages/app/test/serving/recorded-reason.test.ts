import { describe, expect, it } from "vitest";
import { recordedReason } from "../../src/serving/recorded-reason.ts";
import { binaryCalibrator } from "../cli/calibrators.ts";
import { costPolicy, demandingPolicy } from "./serving-with.ts";

const policy = costPolicy(binaryCalibrator({ scoreKind: "confidence", classNames: [] }));
const { rule } = policy;
const act = rule.kind === "threshold" ? (rule.thresholds.act ?? 0) : 0;
const recorded = {
  decision: "act" as const,
  certified: true,
  confidence: Math.min(1, act + 0.01),
  task: "confidence" as const,
  segments: {},
  route: null,
  policyId: "pol_1",
  evidence: null,
};

describe("recordedReason(prediction, policy)", () => {
  it("says what the policy says of the confidence where it decided so", () => {
    expect(act).toBeGreaterThan(0.01);
    expect(recordedReason(recorded, policy)).toMatch(/is at least .*, from which the policy acts\.$/);
    const below = { ...recorded, confidence: act - 0.01, decision: "review" as const };
    expect(recordedReason(below, policy)).toContain("from which");
  });

  it("says that a person reviews what is not certified", () => {
    const reviewed = { ...recorded, decision: "review" as const, certified: false };
    expect(recordedReason(reviewed, policy)).toMatch(/policy acts\. It is not certified .* a person reviews it\.$/);
  });

  it("never explains a decision by a policy that says another one", () => {
    const wrong = { ...recorded, confidence: 0 };
    expect(recordedReason(wrong, policy)).toMatch(/^The recorded policy says .* something else decided\.$/);
  });

  it("says that a row was not in distribution, where that was recorded", () => {
    const demanding = demandingPolicy();
    const reviewed = { ...recorded, confidence: 0.99, decision: "review" as const };
    expect(recordedReason({ ...reviewed, evidence: { inDistribution: 0.01 } }, demanding)).toMatch(
      /^The row is not in distribution \(p-value 0\.01, /,
    );
    expect(recordedReason({ ...reviewed, evidence: { inDistribution: null } }, demanding)).toMatch(/is not known/);
    expect(recordedReason(reviewed, demanding)).toMatch(/something else decided\.$/);
    const acted = { ...reviewed, decision: "act" as const, evidence: { inDistribution: 0.5 } };
    expect(recordedReason(acted, demanding)).toMatch(/from which the policy acts\.$/);
  });

  it("says what is missing: a decision, a policy, a confidence", () => {
    expect(recordedReason({ ...recorded, decision: null }, policy)).toBeNull();
    expect(recordedReason({ ...recorded, policyId: null }, null)).toMatch(/^The sender decided/);
    expect(recordedReason(recorded, null)).toBe("Decided by pol_1, which is not kept here.");
    expect(recordedReason({ ...recorded, confidence: null, decision: "review" }, policy)).toMatch(/^Without a prob/);
  });
});

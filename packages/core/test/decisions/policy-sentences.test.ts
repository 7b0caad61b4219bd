import { describe, expect, it } from "vitest";
import { certificateSentence, objectiveWords, type RiskCertificate, thresholdText } from "../../src/index.ts";

const costs = { error: 20.123456789, review: 2, abstain: null, missed: 0, reviewError: 0.02 };
const certificate: RiskCertificate = {
  certified: true,
  maxError: 0.05,
  sure: 0.95,
  n: 22_475,
  accepted: 19_417,
  errors: 920,
  coverage: 0.864,
  threshold: 0.79,
  upperBound: 0.049_96,
  method: "sequence",
  seed: 0,
  dataHash: "",
  assumptions: [],
  spec: { metric: "error" },
};

describe("sentences about policies", () => {
  it("objectiveWords(objective) says what every kind of policy was made for", () => {
    const matrix = { classNames: ["a", "b"], costs: [], review: null, abstain: null };
    expect(
      [
        { kind: "costs", costs } as const,
        { kind: "cost-matrix", matrix } as const,
        { kind: "capacity", reviews: 1, volume: 5000, period: "week" } as const,
        { kind: "thresholds", thresholds: { act: 0.85, abstain: 0.5 } } as const,
        { kind: "thresholds", thresholds: { act: null, abstain: null } } as const,
        { kind: "risk", maxError: 0.02, sure: 0.999, minCoverage: null } as const,
        { kind: "risk", maxError: 0.02, sure: 0.95, minCoverage: 0.2 } as const,
        { kind: "f-beta", beta: 0.5 } as const,
        { kind: "recall", target: 0.9 } as const,
      ].map(objectiveWords),
    ).toEqual([
      "least cost: wrong 20.1235, review 2, 2 % of reviews wrong",
      "least cost, by a matrix of 2 classes",
      "1 review of 5,000 rows a week",
      "thresholds set by hand: act from 0.85, abstain below 0.5",
      "thresholds set by hand: never act",
      "at most 2 % wrong among rows acted on, 99.9 % sure",
      "at most 2 % wrong among rows acted on, 95 % sure, acting on at least 20 %",
      "the largest F-beta, beta 0.5",
      "a recall of at least 90 %",
    ]);
  });
  it("certificateSentence(certificate) says what is proven, or that nothing is", () => {
    expect(certificateSentence(certificate)).toBe(
      "920 of 19,417 rows acted on were wrong, out of 22,475. The error is at most 5 %, 95 % sure; the test bounds it by 5.00 %.",
    );
    expect(certificateSentence({ ...certificate, certified: false, threshold: null, upperBound: null })).toBe(
      "Nothing can be certified on these 22,475 rows: at most 5 % wrong, 95 % sure, is not shown at any threshold.",
    );
  });
  it("thresholdText(threshold) never rounds to 1", () => {
    expect([0, 1, 0.85, 1 / 3, 1 - 1e-9].map(thresholdText)).toEqual(["0", "1", "0.85", "0.33333", "0.999999999"]);
  });
});

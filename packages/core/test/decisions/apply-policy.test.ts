import { describe, expect, it } from "vitest";
import { applyPolicy, type Calibrator, calibrateScores, policyFromCosts, sealCalibrator } from "../../src/index.ts";

const costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };
const options = { version: "0.1.0" };

function halved(): Extract<Calibrator, { scoreKind: "probability" | "confidence" }> {
  const sealed = sealCalibrator({
    schema: "candor.calibrator/1",
    version: "0.1.0",
    method: "platt",
    parameters: {},
    certificate: null,
    n: 100,
    effectiveN: 100,
    created: null,
    spec: { metric: "calibrator" },
    data: { name: "rows", fingerprint: `sha256:${"0".repeat(64)}` },
    evidence: null,
    scoreKind: "confidence",
    classNames: [],
    map: { kind: "logistic", terms: [{ feature: "logit", coefficient: 0.5 }], clip: 1e-12 },
    segments: {
      columns: ["region"],
      maps: [{ values: ["south"], map: { kind: "interpolated", x: [0, 1], y: [0, 0.5] }, n: 50 }],
    },
  });
  if (sealed.scoreKind !== "confidence") throw new Error("not a calibrator of confidences");
  return sealed;
}

describe("applyPolicy(policy, values, segments)", () => {
  const values = { data: Float64Array.of(0.999, 0.999, 0.6), rows: 3, cols: 1 };
  const region = { name: "region", codes: Int32Array.of(0, 1, 0), values: ["north", "south"] };

  it("applyPolicy(policy, values) compares scores as they are without a calibrator", () => {
    const policy = policyFromCosts({ scoreKind: "confidence", classNames: [] }, costs, options);
    const { confidences, codes, treatedAs, classes } = applyPolicy(policy, values);
    expect([...confidences]).toEqual([0.999, 0.999, 0.6]);
    expect([[...codes], treatedAs, classes]).toEqual([[0, 0, 1], null, undefined]);
  });

  it("applyPolicy(policy, values, segments) takes the policy's own calibrator, with its corrections", () => {
    const calibrator = halved();
    const policy = policyFromCosts(calibrator, costs, options);
    const { confidences, codes } = applyPolicy(policy, values, [region]);
    expect([...confidences]).toEqual([...calibrateScores(calibrator, values.data, [region])]);
    expect([...codes]).toEqual([0, 1, 1]);
  });

  it("applyPolicy(policy, values, segments, calibrator) takes another calibrator, or none", () => {
    const policy = policyFromCosts({ scoreKind: "confidence", classNames: [] }, costs, options);
    const own = applyPolicy(policy, values, [region], halved());
    expect([...own.confidences]).toEqual([...calibrateScores(halved(), values.data, [region])]);
    expect([...applyPolicy(policyFromCosts(halved(), costs, options), values, [], null).codes]).toEqual([0, 0, 1]);
  });

  it("applyPolicy(policy, logits) decides by the probability of the likeliest class", () => {
    const policy = policyFromCosts({ scoreKind: "logits", classNames: ["cat", "dog"] }, costs, options);
    const { classes, codes } = applyPolicy(policy, { data: Float64Array.of(0, 5, 1, 1), rows: 2, cols: 2 });
    expect([[...(classes?.predictions ?? [])], [...codes]]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("applyPolicy(policy, values) asks for the columns of its calibrator", () => {
    expect(() => applyPolicy(policyFromCosts(halved(), costs, options), values)).toThrow(
      "the calibrator has corrections by region: expected a column region, got no columns",
    );
  });
});

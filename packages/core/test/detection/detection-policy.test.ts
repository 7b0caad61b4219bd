import { describe, expect, it } from "vitest";
import { openPolicy } from "../../src/decisions/artefact/open-policy.ts";
import { makePolicy } from "../../src/decisions/make-policy.ts";
import type { PolicyOptions } from "../../src/decisions/policy-options.ts";
import { detectionPolicy } from "../../src/detection/detection-policy.ts";
import { createRandom } from "../../src/random/random.ts";
import type { ConfidencePredictions } from "../../src/report/predictions.ts";

/** Detections of images that are all right or all wrong, two sizes of boxes. */
function predictions(images: number): ConfidencePredictions {
  const random = createRandom(3);
  const rows: [number, number, number, number][] = [];
  for (let i = 0; i < images; i++) {
    const confidence = Math.round(1000 * random.uniform()) / 1000;
    const right = random.uniform() < 0.6 + 0.4 * confidence ? 1 : 0;
    for (let k = 0; k < 4; k++) rows.push([confidence, right, i, k % 2]);
  }
  return {
    task: "confidence",
    rows: rows.length,
    confidences: Float64Array.from(rows, (row) => row[0]),
    correct: Uint8Array.from(rows, (row) => row[1]),
    segments: [{ name: "box_size", codes: Int32Array.from(rows, (row) => row[3]), values: ["small", "large"] }],
    groups: { name: "image", codes: Int32Array.from(rows, (row) => row[2]), values: rows.map((_, i) => `${i}`) },
    classNames: [],
  };
}

const options = (objective: PolicyOptions["objective"]): PolicyOptions => ({
  version: "1.0.0",
  source: { name: "boxes.json", rows: 4000, skipped: [], columns: { box: "bbox" }, approximate: false, notes: [] },
  objective,
});
const data = predictions(1000);

describe("detectionPolicy", () => {
  it("detectionPolicy(predictions, costs) is makePolicy with intervals four times as many rows would have", () => {
    const costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };
    const plain = makePolicy(data, options({ kind: "costs", costs }));
    const policy = detectionPolicy(data, options({ kind: "costs", costs }));
    expect(policy.thresholds).toEqual(plain.thresholds);
    expect(policy.expected?.error?.value).toBe(plain.expected?.error?.value);
    const width = (estimate: { lower: number; upper: number } | null | undefined): number =>
      (estimate?.upper ?? 0) - (estimate?.lower ?? 0);
    // Four rows of an image are one observation: intervals are twice as wide.
    expect(width(policy.expected?.coverage) / width(plain.expected?.coverage)).toBeCloseTo(2, 1);
    expect(width(policy.expected?.cost) / width(plain.expected?.cost)).toBeCloseTo(2, 1);
    expect(
      policy.curve.every((point, i) => width({ lower: point.errorLower, upper: point.errorUpper }) >= 0 && i >= 0),
    ).toBe(true);
    expect(openPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it("detectionPolicy(predictions, risk) carries a certificate by image, and one per segment", () => {
    const policy = detectionPolicy(data, {
      ...options({ kind: "risk", maxError: 0.2, sure: 0.9, minCoverage: null }),
      by: ["box_size"],
      perImage: 4,
    });
    expect(policy.verdict.status).toBe("certified");
    expect(policy.certificate).toMatchObject({
      certified: true,
      method: "selective-risk-by-group/1",
      upperBound: null,
      spec: { unit: "group", mostRows: 4 },
    });
    expect(policy.thresholds.act).toBe(policy.certificate?.threshold);
    expect(policy.perSegment.map(({ certificate }) => certificate?.sure)).toEqual([0.95, 0.95]);
    expect(policy.warnings).toEqual([]);
    expect(openPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it("detectionPolicy(predictions, risk) acts on nothing where nothing is certified", () => {
    const policy = detectionPolicy(data, {
      ...options({ kind: "risk", maxError: 0.01, sure: 0.99, minCoverage: null }),
      perImage: 4,
    });
    expect(policy).toMatchObject({ verdict: { status: "not-certified" }, thresholds: { act: null, abstain: null } });
  });

  it("detectionPolicy(predictions, options) refuses what it does not offer", () => {
    const risk = { kind: "risk", maxError: 0.2, sure: 0.9, minCoverage: null } as const;
    const { groups: _, ...alone } = data;
    expect(() => detectionPolicy(alone, options(risk))).toThrow("needs the image of each detection as its group");
    expect(() => detectionPolicy(data, { ...options({ ...risk, minCoverage: 0.5 }), perImage: 4 })).toThrow(
      "least coverage",
    );
    expect(() => detectionPolicy(data, { ...options(risk), perImage: 4, perSegment: true })).toThrow("per segment");
    expect(() =>
      detectionPolicy(data, { ...options(risk), perImage: 4, capacity: { reviews: 5, volume: 10, period: "day" } }),
    ).toThrow("a capacity beside a risk target");
  });
});

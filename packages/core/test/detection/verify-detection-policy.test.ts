import { describe, expect, it } from "vitest";
import { sealPolicy } from "../../src/decisions/artefact/seal-policy.ts";
import { detectionPolicy } from "../../src/detection/detection-policy.ts";
import { verifyDetectionPolicy } from "../../src/detection/verify-detection-policy.ts";
import { createRandom } from "../../src/random/random.ts";
import type { ConfidencePredictions } from "../../src/report/predictions.ts";

/** Images of four detections that are all right or all wrong; `worse` is taken from the chance of being right. */
function predictions(images: number, seed: number, worse = 0): ConfidencePredictions {
  const random = createRandom(seed);
  const rows: [number, number, number][] = [];
  for (let i = 0; i < images; i++) {
    const confidence = Math.round(1000 * random.uniform()) / 1000;
    const right = random.uniform() < 0.6 + 0.4 * confidence - worse ? 1 : 0;
    for (let k = 0; k < 4; k++) rows.push([confidence, right, i]);
  }
  return {
    task: "confidence",
    rows: rows.length,
    confidences: Float64Array.from(rows, (row) => row[0]),
    correct: Uint8Array.from(rows, (row) => row[1]),
    segments: [],
    groups: { name: "image", codes: Int32Array.from(rows, (row) => row[2]), values: rows.map((_, i) => `${i}`) },
    classNames: [],
  };
}

const source = { name: "boxes.json", rows: 4, skipped: [], columns: { box: "bbox" }, approximate: false, notes: [] };
const data = predictions(1000, 3);
const risk = detectionPolicy(data, {
  version: "1",
  source,
  objective: { kind: "risk", maxError: 0.2, sure: 0.9, minCoverage: null },
  perImage: 4,
});

describe("verifyDetectionPolicy", () => {
  it("verifyDetectionPolicy(policy, the same rows) derives it again, and finds what was altered", () => {
    expect(verifyDetectionPolicy(risk, data)).toMatchObject({
      status: "holds",
      sameData: true,
      differences: [],
      rederived: { method: "selective-risk-by-group/1" },
    });
    const { fingerprint: _, ...draft } = risk;
    if (draft.certificate === null) throw new Error("expected a certificate");
    const altered = sealPolicy({ ...draft, certificate: { ...draft.certificate, errors: 0 } });
    expect(verifyDetectionPolicy(altered, data)).toMatchObject({ status: "broken", differences: ["certificate"] });
  });

  it("verifyDetectionPolicy(risk target, other images) holds, is broken, or says that they are too few", () => {
    const answer = (rows: ConfidencePredictions): string => verifyDetectionPolicy(risk, rows).status;
    expect(answer(predictions(3000, 4, -0.05))).toBe("holds");
    expect(answer(predictions(1000, 5, 0.3))).toBe("broken");
    const few = verifyDetectionPolicy(risk, predictions(20, 6));
    expect(few).toMatchObject({ status: "not-shown", sameData: false, lower: null, upper: null });
    expect(few.sentence).toContain("detections acted on, in 20 images, are wrong");
    expect(few.found.coverage.spec["clustered"]).toBe("images");
    // One image says no more of images than one row does.
    expect(verifyDetectionPolicy(risk, predictions(1, 6)).found.coverage.effectiveN).toBeCloseTo(1, 9);
  });

  it("verifyDetectionPolicy(policy at its limit) errs on either side no more often than was said", () => {
    // Acting on everything, a share of 0.2 is wrong: both answers are false. Of 200 samples 35 are the 99.9 % band of 10 %.
    const at = detectionPolicy(predictions(300, 1), {
      version: "1",
      source,
      objective: { kind: "risk", maxError: 0.2, sure: 0.9, minCoverage: null },
      perImage: 4,
    });
    const { fingerprint: _, certificate, rule, ...draft } = at;
    if (certificate === null || rule.kind !== "threshold") throw new Error("expected one threshold");
    const all = sealPolicy({
      ...draft,
      thresholds: { act: 0, abstain: null },
      rule: { ...rule, thresholds: { act: 0, abstain: null } },
      certificate: { ...certificate, certified: true, threshold: 0 },
    });
    let holds = 0;
    let broken = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { status } = verifyDetectionPolicy(all, predictions(60, 100 + seed));
      if (status === "holds") holds++;
      if (status === "broken") broken++;
    }
    expect(holds).toBeLessThanOrEqual(35);
    expect(broken).toBeLessThanOrEqual(35);
  });

  it("verifyDetectionPolicy(policy, an image with more detections than promised) refuses", () => {
    const { groups } = data;
    if (groups === undefined) throw new Error("expected images");
    const codes = groups.codes.map((code) => Math.floor(code / 2));
    expect(() =>
      verifyDetectionPolicy(risk, { ...data, correct: data.correct.with(0, 0), groups: { ...groups, codes } }),
    ).toThrow(expect.objectContaining({ code: "out-of-range" }));
    const { groups: __, ...loose } = data;
    expect(() => verifyDetectionPolicy(risk, loose)).toThrow("needs the image of each detection");
  });
});

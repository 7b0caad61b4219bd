import { describe, expect, it } from "vitest";
import { clusteredReliability } from "../../src/detection/clustered-reliability.ts";
import { detectionCalibrationError } from "../../src/detection/detection-calibration-error.ts";
import { detectionGroups } from "../../src/detection/detection-groups.ts";
import type { DetectionRows } from "../../src/detection/detection-rows.ts";
import { detectionRows } from "../../src/detection/detection-rows.ts";
import { localisationAwareError } from "../../src/detection/localisation-aware-error.ts";
import { matchDetections } from "../../src/detection/match-detections.ts";
import { expectedCalibrationError } from "../../src/metrics/calibration/binned-calibration-error.ts";
import { createRandom } from "../../src/random/random.ts";
import { cocoCase, oneImage } from "./coco-case.ts";

/** Rows of scores and outcomes without boxes; `image` says what belongs together. */
export function plainRows(scores: number[], right: number[], image: number[], overlap?: number[]): DetectionRows {
  return {
    rows: scores.length,
    detection: Uint32Array.from(scores, (_, i) => i),
    scores: Float64Array.from(scores),
    right: Uint8Array.from(right),
    overlap: Float64Array.from(overlap ?? right),
    image: Int32Array.from(image),
    images: image.reduce((most, i) => Math.max(most, i), 0) + 1,
    category: new Int32Array(scores.length),
    size: new Int32Array(scores.length),
    box: null,
  };
}

/** Detections of images with an effect of their own; the scores promise `shift` too much on the logit scale. */
function simulated(images: number, tie: number, shift: number, seed: number): DetectionRows {
  const random = createRandom(seed);
  const scores: number[] = [];
  const right: number[] = [];
  const image: number[] = [];
  for (let i = 0; i < images; i++) {
    const effect = tie * random.normal();
    for (let k = 1 + random.integer(8); k > 0; k--) {
      const score = random.uniform();
      const logit = Math.log(score / (1 - score)) - shift + effect;
      scores.push(score);
      right.push(random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0);
      image.push(i);
    }
  }
  return plainRows(scores, right, image);
}

const rows = detectionRows(cocoCase, matchDetections(cocoCase));

describe("detectionCalibrationError", () => {
  it("detectionCalibrationError(rows) is the ECE of scores and outcomes at the same bins", () => {
    const { error, counted } = detectionCalibrationError(rows, { bins: 10 });
    const plain = expectedCalibrationError(rows.scores, rows.right, { bins: 10, edgeRule: "left-closed" });
    expect(Math.abs(error.value - plain.value)).toBeLessThan(1e-14);
    expect(counted).toBe(1);
    expect(error.spec).toMatchObject({ metric: "detection-ece", dimensions: "score", binsPerDimension: 10 });
  });

  it("detectionCalibrationError(rows, { dimensions }) bins place and size too, by hand", () => {
    const data = oneImage(
      [
        [0, 0, 100, 100, 0.9],
        [0, 0, 100, 90, 0.8],
        [500, 300, 100, 100, 0.7],
      ],
      [[0, 0, 100, 100]],
    );
    const own = detectionRows(data, matchDetections(data));
    const { error } = detectionCalibrationError(own, { dimensions: ["cx", "cy"], bins: 2, minimumRows: 1 });
    // Two detections at the upper left, one of them right, with scores of 0.85 on average; one at the lower right, wrong.
    expect(error.value).toBeCloseTo((2 / 3) * Math.abs(0.5 - 0.85) + (1 / 3) * 0.7, 14);
  });

  it("detectionCalibrationError(rows, { minimumRows }) leaves small bins out, and says how many rows are left", () => {
    const own = plainRows([0.1, 0.9, 0.9, 0.9], [0, 1, 1, 0], [0, 1, 2, 3]);
    const { error, counted, bins } = detectionCalibrationError(own, { bins: 2, minimumRows: 3 });
    expect(error.value).toBeCloseTo(0.9 - 2 / 3, 14);
    expect(counted).toBe(0.75);
    expect(bins).toBe(1);
    expect(() => detectionCalibrationError(own, { bins: 2, minimumRows: 9 })).toThrow("no bin has 9 detections");
  });

  it("detectionCalibrationError(rows) is wider for dependent detections than for the same ones alone", () => {
    const dependent = simulated(300, 2, 1, 5);
    const alone = { ...dependent, image: Int32Array.from(dependent.scores, (_, i) => i), images: dependent.rows };
    const width = (own: DetectionRows): number => {
      const { lower, upper } = detectionCalibrationError(own, { bins: 10 }).error;
      return upper - lower;
    };
    expect(width(dependent)).toBeGreaterThan(1.3 * width(alone));
  });

  it("detectionCalibrationError(rows) covers the truth at its level over dependent detections", () => {
    const truth = detectionCalibrationError(simulated(60_000, 1, 1, 99), { bins: 5, draws: 20 }).error.value;
    const draws = 120;
    let covered = 0;
    for (let seed = 0; seed < draws; seed++) {
      const { lower, upper } = detectionCalibrationError(simulated(150, 1, 1, seed), { bins: 5, draws: 20 }).error;
      if (lower <= truth && truth <= upper) covered++;
    }
    // P(Binomial(120, 0.95) <= 105) < 0.001.
    expect(covered).toBeGreaterThan(105);
  });

  it("detectionCalibrationError(rows) takes noise for noise: its floor holds the error of a perfect detector", () => {
    let rejected = 0;
    for (let seed = 0; seed < 60; seed++)
      if (detectionCalibrationError(simulated(120, 0, 0, 1000 + seed), { bins: 5, draws: 60 }).floor.pValue <= 0.05)
        rejected++;
    // P(Binomial(60, 0.05) >= 12) < 0.0001.
    expect(rejected).toBeLessThan(12);
  });

  it("detectionCalibrationError(rows, options) refuses what it cannot bin", () => {
    const none = plainRows([0.5], [1], [0]);
    expect(() => detectionCalibrationError(none, { dimensions: ["cx"] })).toThrow(
      "need the width and height of each image",
    );
    expect(() => detectionCalibrationError(none, { bins: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => detectionCalibrationError({ ...none, rows: 0 })).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

describe("localisationAwareError", () => {
  it("localisationAwareError(rows) compares scores with precision times mean overlap, averaged over classes", () => {
    const one = plainRows([0.9, 0.9, 0.5, 0.3], [1, 0, 1, 0], [0, 1, 2, 3], [0.8, 0, 0.6, 0]);
    const two = { ...one, category: Int32Array.of(0, 0, 1, 1) };
    const first = Math.abs(0.9 - 0.5 * 0.8);
    const second = 0.5 * Math.abs(0.5 - 0.6) + 0.5 * 0.3;
    const { error } = localisationAwareError(two, { bins: 5 });
    expect(error.value).toBeCloseTo((first + second) / 2, 14);
    expect(error.spec).toMatchObject({ metric: "laece", averaged: "classes", classes: 2 });
  });

  it("localisationAwareError(rows) of one class is the D-ECE against the overlap", () => {
    const single = { ...rows, category: new Int32Array(rows.rows) };
    const laece = localisationAwareError(single, { bins: 25 });
    const plain = detectionCalibrationError(single, { bins: 25, observed: "overlap" });
    expect(Math.abs(laece.error.value - plain.error.value)).toBeLessThan(1e-14);
  });
});

describe("detectionGroups", () => {
  it("detectionGroups(rows, codes, names) flags groups that are off and not those that are not", () => {
    const off = simulated(400, 0.5, 1.5, 3);
    const right = simulated(400, 0, 0, 4);
    const both: DetectionRows = plainRows(
      [...off.scores, ...right.scores],
      [...off.right, ...right.right],
      [...off.image, ...right.image.map((i) => i + 400)],
    );
    const codes = Int32Array.from(both.scores, (_, i) => (i < off.rows ? 0 : 1));
    const groups = detectionGroups(both, codes, ["off", "right", "absent"]);
    expect(groups.map(({ name, flagged }) => [name, flagged])).toEqual([
      ["off", true],
      ["right", false],
    ]);
    expect(groups[0]?.gap.lower).toBeGreaterThan(0);
  });

  it("detectionGroups(rows, codes, names) does not judge a group of few images", () => {
    const few = plainRows([0.9, 0.9, 0.9], [0, 0, 0], [0, 1, 2]);
    const [group] = detectionGroups(few, new Int32Array(3), ["few"]);
    expect(group).toMatchObject({
      pValue: null,
      flagged: false,
      ece: null,
      gap: { interval: "none", lower: -1, upper: 1 },
    });
  });
});

describe("clusteredReliability", () => {
  it("clusteredReliability(rows) has the mean score and precision of each bin, and wider intervals by image", () => {
    const own = plainRows([0.1, 0.1, 0.9, 0.9, 0.9, 0.9], [0, 0, 1, 1, 0, 0], [0, 1, 2, 2, 3, 3]);
    const [low, high] = clusteredReliability(own, null, 2);
    expect(low).toMatchObject({ count: 2, observed: 0, observedLower: 0 });
    expect(high).toMatchObject({ count: 4, observed: 0.5, meanConfidence: 0.9 });
    expect((high?.observedUpper ?? 0) - (high?.observedLower ?? 0)).toBeGreaterThan(0.85);
  });
});

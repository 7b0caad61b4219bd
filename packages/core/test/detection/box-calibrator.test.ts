import { describe, expect, it } from "vitest";
import { applyBoxCalibrator, fitBoxCalibrator, openBoxCalibrator } from "../../src/detection/box-calibrator.ts";
import type { DetectionRows } from "../../src/detection/detection-rows.ts";
import { createRandom } from "../../src/random/random.ts";

/** Detections whose scores mean less the smaller their box is. */
function rowsBySize(n: number, seed: number): DetectionRows {
  const random = createRandom(seed);
  const draw = () => Float64Array.from({ length: n }, () => 0.02 + 0.96 * random.uniform());
  const scores = draw();
  const box = { cx: draw(), cy: draw(), width: draw(), height: draw() };
  const right = Uint8Array.from(scores, (score, i) => {
    const logit = Math.log(score / (1 - score)) + 1.2 * Math.log(box.width[i]) + 0.8;
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return {
    rows: n,
    detection: Uint32Array.from({ length: n }, (_, i) => i),
    scores,
    right,
    overlap: Float64Array.from(right),
    image: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 4)),
    images: Math.ceil(n / 4),
    category: new Int32Array(n),
    size: new Int32Array(n),
    box,
  };
}

const options = { version: "1.0.0", name: "boxes.csv" };

describe("fitBoxCalibrator", () => {
  it("fitBoxCalibrator(rows) finds that scores mean less in small boxes, on images it has not seen", () => {
    const fit = fitBoxCalibrator(rowsBySize(2000, 1), options);
    expect(fit.certificate.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(fit.evidence?.overScoreOnly.lower).toBeGreaterThan(0);
    const at = (width: number) =>
      applyBoxCalibrator(fit, Float64Array.of(0.5), {
        cx: Float64Array.of(0.5),
        cy: Float64Array.of(0.5),
        width: Float64Array.of(width),
        height: Float64Array.of(0.5),
      })[0];
    const truth = (width: number): number => 1 / (1 + Math.exp(-(1.2 * Math.log(width) + 0.8)));
    for (const width of [0.1, 0.3, 0.8]) expect(Math.abs(at(width) - truth(width))).toBeLessThan(0.08);
  });

  it("fitBoxCalibrator(rows) survives JSON, and openBoxCalibrator(json) refuses one that was altered", () => {
    const rows = rowsBySize(400, 2);
    const fit = fitBoxCalibrator(rows, options);
    const again = openBoxCalibrator(JSON.parse(JSON.stringify(fit)));
    if (rows.box === null) throw new Error("expected boxes");
    expect(applyBoxCalibrator(again, rows.scores, rows.box)).toEqual(applyBoxCalibrator(fit, rows.scores, rows.box));
    expect(() => openBoxCalibrator({ ...fit, coefficients: fit.coefficients.map((c) => c + 1) })).toThrow(
      "was altered",
    );
    expect(() => openBoxCalibrator({ ...fit, means: [1] })).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() => openBoxCalibrator("text")).toThrow("expected a candor.box-calibrator/1");
  });

  it("fitBoxCalibrator(rows) refuses unknown places, one outcome, too few rows and a ridge of 0", () => {
    const rows = rowsBySize(200, 3);
    expect(() => fitBoxCalibrator({ ...rows, box: null }, options)).toThrow("need the width and height of each image");
    expect(() => fitBoxCalibrator({ ...rows, right: new Uint8Array(200) }, options)).toThrow("all 200 are wrong");
    expect(() => fitBoxCalibrator(rowsBySize(50, 3), options)).toThrow("need 100 detections, got 50");
    expect(() => fitBoxCalibrator(rows, { ...options, ridge: 0 })).toThrow("ridge must be > 0, got 0");
  });

  it("applyBoxCalibrator(calibrator, scores, box) names a score that is no probability", () => {
    const rows = rowsBySize(200, 3);
    const { box, scores } = rows;
    if (box === null) throw new Error("expected boxes");
    const fit = fitBoxCalibrator(rows, { ...options, folds: 0 });
    expect(fit.evidence).toBeNull();
    expect(() => applyBoxCalibrator(fit, scores.with(7, 1.5), box)).toThrow("the score 1.5 of detection 7");
  });
});

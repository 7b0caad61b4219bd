import { describe, expect, it } from "vitest";
import { namedBinaryCandidate } from "../../../src/calibration/choose/binary-candidates.ts";
import { binaryTask } from "../../../src/calibration/choose/binary-task.ts";
import { crossFit } from "../../../src/calibration/choose/cross-fit.ts";
import { learningCurve } from "../../../src/calibration/choose/learning-curve.ts";
import { planFolds } from "../../../src/calibration/choose/plan-folds.ts";
import { sampleScores } from "./sample-scores.ts";

function curve(rows: number, method: string, data = sampleScores(rows, { temperature: 2, shift: 0.5, seed: 2 })) {
  const plan = planFolds(data, { seed: 1, folds: 5 });
  const task = binaryTask(data);
  const candidate = namedBinaryCandidate(method, {});
  const [maps] = crossFit(task, [candidate], plan).maps;
  return learningCurve(task, { candidate, maps, own: null }, 1, plan, { n: rows, level: 0.95, seed: 1 });
}

describe("learningCurve", () => {
  it("learningCurve(task, learner, weight, plan, options) falls with more labels", () => {
    const found = curve(400, "quadratic");
    const measured = found?.points.filter((point) => point.measured) ?? [];
    expect(measured.map(({ n }) => n)).toEqual([20, 40, 80, 160, 320]);
    expect(measured[0].logLoss).toBeGreaterThan(measured[4].logLoss);
    const drawn = found?.points.filter((point) => !point.measured) ?? [];
    expect(drawn.map(({ n }) => n)).toEqual([400, 600, 1600]);
    for (const { logLoss, lower, upper } of found?.points ?? []) {
      expect(lower).toBeLessThan(logLoss);
      expect(upper).toBeGreaterThan(logLoss);
    }
    expect(drawn[2].logLoss).toBeLessThanOrEqual(drawn[0].logLoss);
    expect(found?.sentence).toMatch(
      /^With 200 more labels expect a log loss of about 0\.\d+ \[0\.\d+, 0\.\d+\] instead of 0\.\d+\.$/,
    );
  });

  it("learningCurve(task, learner, weight, plan, options) is flat, and says so, where nothing is left to learn", () => {
    const found = curve(4000, "identity");
    const losses = new Set(found?.points.map(({ logLoss }) => logLoss.toFixed(12)));
    expect(losses.size).toBe(1);
    expect(found?.sentence).toMatch(/^1,000 more labels are not expected to lower the log loss, now about 0\.\d{3}\.$/);
  });

  it("learningCurve(task, learner, weight, plan, options) never falls below 0, not even where only one outcome occurs", () => {
    const found = curve(60, "shrunken-logit", { ...sampleScores(60), outcomes: new Uint8Array(60).fill(1) });
    const points = found?.points ?? [];
    expect(points).toHaveLength(5);
    for (const { logLoss, lower, upper } of points) {
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(logLoss).toBeGreaterThanOrEqual(lower);
      expect(upper).toBeGreaterThanOrEqual(logLoss);
    }
    const [now, then, far] = points.slice(2);
    expect(now.n * now.logLoss).toBeCloseTo(then.n * then.logLoss, 12);
    expect(now.n * now.logLoss).toBeCloseTo(far.n * far.logLoss, 12);
  });

  it("learningCurve(task, learner, weight, plan, options) is null for too few rows", () => {
    expect(curve(30, "platt")).toBeNull();
  });
});

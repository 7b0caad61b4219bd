import { describe, expect, it } from "vitest";
import { binaryCandidates } from "../../../src/calibration/choose/binary-candidates.ts";
import { binaryTask } from "../../../src/calibration/choose/binary-task.ts";
import { crossFit, innerEvidence, rowsWhere } from "../../../src/calibration/choose/cross-fit.ts";
import { assignFolds } from "../../../src/calibration/choose/folds.ts";
import { multiclassTask } from "../../../src/calibration/choose/multiclass-task.ts";
import { planFolds } from "../../../src/calibration/choose/plan-folds.ts";
import { blendedBrier, blendedLogLoss, emptyEvidence } from "../../../src/calibration/choose/row-evidence.ts";
import { softmax } from "../../../src/kernels/softmax.ts";
import { brierScoreMulticlass } from "../../../src/metrics/scores/brier-score-multiclass.ts";
import { sampleLogits, sampleScores } from "./sample-scores.ts";

const data = sampleScores(120, { temperature: 2 });
const task = binaryTask(data);
const candidates = binaryCandidates.slice(0, 3);
const plan = { scheme: "random" as const, folds: 4, fold: assignFolds(data, { folds: 4, seed: 2 }) };

describe("crossFit", () => {
  it("crossFit(task, candidates, plan) judges every row by a fit without its fold", () => {
    const { held, maps, refusals } = crossFit(task, candidates, plan);
    expect(refusals).toEqual([null, null, null]);
    for (let k = 0; k < 4; k++) {
      const out = rowsWhere(plan, (fold) => fold === k);
      candidates.forEach((candidate, c) => {
        const { map } = candidate.fit(task.subset(rowsWhere(plan, (fold) => fold !== k)));
        expect(maps[c][k]).toEqual(map);
        const expected = emptyEvidence(data.rows);
        task.judge(task.predict(map, task.subset(out)), task.subset(out), out, expected);
        for (const row of out) expect(held[c]?.truth[row]).toBe(expected.truth[row]);
      });
    }
  });

  it("crossFit(task, candidates, plan) takes a candidate out that cannot be fitted, and says why", () => {
    const separable = { ...data, outcomes: Uint8Array.from(data.scores, (score) => (score > 0.5 ? 1 : 0)) };
    const { held, refusals } = crossFit(binaryTask(separable), candidates, plan);
    expect(held[0]).not.toBeNull();
    expect(held[1]).toBeNull();
    expect(refusals[1]).toMatch(/separate/);
  });
});

describe("innerEvidence", () => {
  it("innerEvidence(task, candidates, plan, outer) never sees the outer fold nor the row's own", () => {
    const outer = crossFit(task, candidates, plan);
    const inner = innerEvidence(task, candidates, plan, outer);
    for (let j = 0; j < 4; j++)
      for (let l = 0; l < 4; l++) {
        const out = rowsWhere(plan, (fold) => fold === l);
        const expected = emptyEvidence(data.rows);
        const train = task.subset(rowsWhere(plan, (fold) => fold !== j && fold !== l));
        const { map } = candidates[2].fit(train);
        task.judge(task.predict(map, task.subset(out)), task.subset(out), out, expected);
        for (const row of out) expect(inner[j][2]?.truth[row]).toBe(l === j ? Number.NaN : expected.truth[row]);
      }
  });

  it("innerEvidence(task, candidates, plan, outer) in order of time is that of the blocks before", () => {
    const timed = {
      ...data,
      time: { name: "t", kind: "number" as const, values: Float64Array.from(data.scores.keys()) },
    };
    const blocks = planFolds(timed, { folds: 4, seed: 0 });
    const outer = crossFit(binaryTask(timed), candidates, blocks);
    expect(outer.maps[0][0]).toBeNull();
    expect(Number.isNaN(outer.held[0]?.truth[0])).toBe(true);
    const before = binaryTask(timed).subset(rowsWhere(blocks, (fold) => fold < 3));
    expect(outer.maps[0][3]).toEqual(candidates[0].fit(before).map);
    expect(innerEvidence(binaryTask(timed), candidates, blocks, outer)[3][0]).toBe(outer.held[0]);
  });
});

describe("row evidence", () => {
  it("blendedBrier(weight, candidate, before, row) is the Brier loss of the blended probabilities", () => {
    const classes = sampleLogits(40, 3, 2);
    const multiclass = multiclassTask(classes);
    const map = { kind: "linear" as const, scale: 0.5, bias: null, prepare: null };
    const rows = Uint32Array.from({ length: 40 }, (_, i) => i);
    const [candidate, before] = [emptyEvidence(40), emptyEvidence(40)];
    multiclass.judge(multiclass.predict(map, classes), classes, rows, candidate);
    multiclass.judge(softmax(classes.logits).data, classes, rows, before);
    const blended = multiclass.predict(multiclass.blend(map, 0.3), classes);
    const expected = brierScoreMulticlass({ ...classes.logits, data: blended }, classes.labels).value;
    const mean = rows.reduce((sum, row) => sum + blendedBrier(0.3, candidate, before, row), 0) / 40;
    expect(mean).toBeCloseTo(expected, 13);
    expect(blendedLogLoss(0.3, candidate, before, 7)).toBeCloseTo(-Math.log(blended[7 * 3 + classes.labels[7]]), 13);
  });
});

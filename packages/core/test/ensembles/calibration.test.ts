import { describe, expect, it } from "vitest";
import {
  applyEnsembleCalibrator,
  openEnsembleCalibrator,
  type PoolingOrder,
} from "../../src/ensembles/ensemble-calibrator.ts";
import { fitEnsembleCalibrator } from "../../src/ensembles/fit-ensemble-calibrator.ts";
import { fitMemberTemperatures, temperedMembers } from "../../src/ensembles/member-temperatures.ts";
import { type Members, membersFromLogits, membersOf } from "../../src/ensembles/members.ts";
import { predictiveMean } from "../../src/ensembles/predictive-mean.ts";
import { softmax } from "../../src/kernels/softmax.ts";
import { createRandom } from "../../src/random/random.ts";
import type { Predictions } from "../../src/report/predictions.ts";

/** Labels drawn from a softmax, and members that see its logits with noise of their own and are `sharpness` times too sure. */
function simulated(
  rows: number,
  { members = 5, classes = 4, sharpness = 2, noise = 1, seed = 1 } = {},
): { members: Members; labels: Int32Array } {
  const random = createRandom(seed);
  const truth = Float64Array.from({ length: rows * classes }, () => 2 * random.normal());
  const chances = softmax({ data: truth, rows, cols: classes }).data;
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    let left = random.uniform();
    let k = 0;
    while (k < classes - 1 && left >= chances[i * classes + k]) left -= chances[i * classes + k++];
    return k;
  });
  const logits = Float64Array.from(
    { length: members * rows * classes },
    (_, j) => sharpness * (truth[j % truth.length] + noise * random.normal()),
  );
  return { members: membersFromLogits(logits, members, rows, classes), labels };
}

function predictionsOf({ members, labels }: { members: Members; labels: Int32Array }): Predictions {
  const classNames = Array.from({ length: members.classes }, (_, k) => `class ${k}`);
  return {
    task: "multiclass",
    rows: members.rows,
    probabilities: predictiveMean(members),
    labels,
    segments: [],
    classNames,
  };
}

const origin = {
  version: "0.0.0",
  name: "simulated",
  source: { name: "simulated", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
};

describe("temperatures of members", () => {
  it("fitMemberTemperatures(members, labels) finds optima for each and for all together", () => {
    const { members, labels } = simulated(2000);
    const each = fitMemberTemperatures(members, labels);
    const together = fitMemberTemperatures(members, labels, { fit: "together" });
    for (const { gradientNorm } of [...each.certificates, ...together.certificates])
      expect(gradientNorm).toBeLessThanOrEqual(1e-10);
    const loss = (temperature: number) => {
      const { data, cols } = predictiveMean(
        temperedMembers(
          members,
          together.temperatures.map(() => temperature),
        ),
      );
      return labels.reduce((sum, label, i) => sum - Math.log(data[i * cols + label]), 0) / labels.length;
    };
    const [best] = together.temperatures;
    expect(together.certificates[0].objective).toBeCloseTo(loss(best), 12);
    expect(loss(best * 1.01)).toBeGreaterThan(loss(best));
    expect(loss(best / 1.01)).toBeGreaterThan(loss(best));
    expect(Math.min(...each.temperatures)).toBeGreaterThan(best);
  });

  it("fitMemberTemperatures(members, labels, { weights }) takes a weight of 2 as the row twice and of 0 as absent", () => {
    const { members, labels } = simulated(400);
    const rows = [...labels.keys()].filter((i) => i % 3 !== 0);
    const twice = rows.flatMap((i) => (i % 3 === 1 ? [i, i] : [i]));
    const weights = Float64Array.from(labels, (_, i) => (i % 3 === 0 ? 0 : i % 3 === 1 ? 2 : 1));
    const data = new Float64Array(members.members * twice.length * members.classes);
    for (let m = 0; m < members.members; m++)
      twice.forEach((row, j) => {
        const from = (m * members.rows + row) * members.classes;
        data.set(members.data.subarray(from, from + members.classes), (m * twice.length + j) * members.classes);
      });
    const repeated = { ...members, data, rows: twice.length };
    const repeatedLabels = Int32Array.from(twice, (i) => labels[i]);
    for (const fit of ["each", "together"] as const) {
      const weighted = fitMemberTemperatures(members, labels, { fit, weights }).temperatures;
      const plain = fitMemberTemperatures(repeated, repeatedLabels, { fit }).temperatures;
      for (let m = 0; m < 5; m++) expect(weighted[m] / plain[m]).toBeCloseTo(1, 9);
    }
  });

  it("fitMemberTemperatures(members, labels) refuses members that are right in every row, and names the member", () => {
    const right = membersOf(Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7), 2, 2, 2);
    expect(() => fitMemberTemperatures(right, Int32Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("member 0") }),
    );
    expect(() => fitMemberTemperatures(right, Int32Array.of(0, 1), { fit: "together" })).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("no finite optimum") }),
    );
    expect(() => fitMemberTemperatures(right, Int32Array.of(0, 2), { fit: "together" })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });

  it("temperedMembers(members, temperatures) at 1 is the members", () => {
    const { members } = simulated(10);
    const same = temperedMembers(members, [1, 1, 1, 1, 1]);
    for (let j = 0; j < same.data.length; j++) expect(same.data[j]).toBeCloseTo(members.data[j], 14);
    expect(() => temperedMembers(members, [1])).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => temperedMembers(members, [1, 1, 0, 1, 1])).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 2 }),
    );
  });
});

describe("the order of calibrating and averaging", () => {
  it("fitEnsembleCalibrator(members, predictions) shows that members calibrated one by one have an unsure mean", () => {
    const drawn = simulated(2000);
    const document = fitEnsembleCalibrator(drawn.members, predictionsOf(drawn), { ...origin, order: "calibrate-both" });
    const evidence = (wanted: string) => {
      const found = document.orders.find(({ order }) => order === wanted);
      if (found === undefined) throw new Error(`no evidence on ${wanted}`);
      return found;
    };
    const first = evidence("calibrate-members");
    expect(first.accuracy - first.meanConfidence).toBeGreaterThan(0.05);
    expect(first.worse.lower).toBeGreaterThan(0);
    for (const order of ["calibrate-mean", "calibrate-jointly", "calibrate-both"]) {
      const { ece, accuracy, meanConfidence } = evidence(order);
      expect(ece.value).toBeLessThan(first.ece.value / 2);
      expect(Math.abs(accuracy - meanConfidence)).toBeLessThan(0.04);
    }
    expect(evidence("none").worse.lower).toBeGreaterThan(0);
    expect(document.sentence).toContain("calibrating each member and then the mean lowers the log loss");
    expect(document.calibrator.meanTemperature).toBeLessThan(1);
  });

  it("fitEnsembleCalibrator(members, predictions) says so where another order is surely better", () => {
    const drawn = simulated(2000);
    const options = { ...origin, order: "calibrate-members" as const };
    const { sentence } = fitEnsembleCalibrator(drawn.members, predictionsOf(drawn), options);
    expect(sentence).toMatch(/^On rows held out .* is better than calibrating each member before the mean/);
  });

  it("applyEnsembleCalibrator(openEnsembleCalibrator(JSON), members) gives what was fitted, in every order", () => {
    const drawn = simulated(300);
    const orders: PoolingOrder[] = ["calibrate-mean", "calibrate-members", "calibrate-jointly", "calibrate-both"];
    for (const order of orders) {
      const options = { ...origin, order, memberWeights: Float64Array.of(1, 1, 2, 1, 1) };
      const { calibrator } = fitEnsembleCalibrator(drawn.members, predictionsOf(drawn), options);
      const opened = openEnsembleCalibrator(JSON.parse(JSON.stringify(calibrator)));
      expect(opened).toEqual(calibrator);
      const { data, cols } = applyEnsembleCalibrator(opened, drawn.members);
      const loss = drawn.labels.reduce((sum, label, i) => sum - Math.log(data[i * cols + label]), 0) / 300;
      const last = calibrator.certificates.at(-1);
      if (order !== "calibrate-members") expect(loss).toBeCloseTo(last?.objective ?? Number.NaN, 9);
    }
  });

  it("openEnsembleCalibrator(json) refuses what was altered, and applying refuses other members", () => {
    const drawn = simulated(300);
    const options = { ...origin, order: "calibrate-members" as const };
    const { calibrator } = fitEnsembleCalibrator(drawn.members, predictionsOf(drawn), options);
    expect(() => openEnsembleCalibrator({ ...calibrator, meanTemperature: 2 })).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("altered") }),
    );
    expect(() => openEnsembleCalibrator({ schema: "candor.calibrator/1" })).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("calibrates no ensemble") }),
    );
    const few = simulated(10, { members: 3 }).members;
    expect(() => applyEnsembleCalibrator(calibrator, few)).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("for 5 members, got 3") }),
    );
    const narrow = simulated(10, { classes: 3 }).members;
    expect(() => applyEnsembleCalibrator(calibrator, narrow)).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });

  it("fitEnsembleCalibrator(members, predictions) refuses one member and labels of other rows", () => {
    const drawn = simulated(60, { members: 1 });
    const options = { ...origin, order: "calibrate-members" as const };
    expect(() => fitEnsembleCalibrator(drawn.members, predictionsOf(drawn), options)).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const two = simulated(60, { members: 2 });
    const others = predictionsOf(simulated(50, { members: 2 }));
    expect(() => fitEnsembleCalibrator(two.members, others, options)).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { fitDocument } from "../../../src/calibration/choose/make-fit-document.ts";
import { multiclassTask } from "../../../src/calibration/choose/multiclass-task.ts";
import { provesNothing } from "../../../src/calibration/choose/too-few.ts";
import { sampleLogits, sampleScores } from "./sample-scores.ts";

const options = {
  version: "1.2.3",
  name: "sample.csv",
  source: { name: "sample.csv", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
};

/** Twenty classes of which only the given labels occur. */
function labelled(labels: readonly number[]) {
  const sample = sampleLogits(labels.length, 20, 1);
  return { ...sample, labels: Int32Array.from(labels) };
}

describe("provesNothing", () => {
  it("provesNothing(data, size) needs 20 rows, and 5 of the rarer outcome", () => {
    const data = sampleScores(40);
    expect(provesNothing(data, { effectiveN: 40, rarest: 5, classes: 2 })).toBe(false);
    expect(provesNothing(data, { effectiveN: 40, rarest: 4, classes: 2 })).toBe(true);
    expect(provesNothing(data, { effectiveN: 19, rarest: 9, classes: 2 })).toBe(true);
  });

  it("provesNothing(data, size) does not mind a class that is rare or never occurs among many", () => {
    const data = labelled(Array.from({ length: 60 }, (_, i) => (i === 0 ? 19 : i % 7)));
    expect(provesNothing(data, multiclassTask(data).size)).toBe(false);
  });

  it("provesNothing(data, size) is true where nearly all rows are of one class", () => {
    const data = labelled(Array.from({ length: 60 }, (_, i) => (i < 4 ? i : 7)));
    expect(provesNothing(data, multiclassTask(data).size)).toBe(true);
    expect(
      provesNothing({ ...data, weights: Float64Array.from(data.labels, () => 2) }, multiclassTask(data).size),
    ).toBe(true);
  });
});

it("fitDocument(data, options) proves a gain although one class of many has a single row", () => {
  const sample = sampleLogits(300, 5, 4);
  const logits = { data: Float64Array.from({ length: 1800 }, () => 0), rows: 300, cols: 6 };
  for (let i = 0; i < 300; i++)
    for (let k = 0; k < 6; k++) logits.data[6 * i + k] = k < 5 ? sample.logits.data[5 * i + k] : -3;
  const labels = sample.labels.slice();
  labels[0] = 5;
  const data = { ...sample, logits, labels, classNames: [...sample.classNames, "c5"] };
  expect(fitDocument(data, options).verdict.status).toBe("improved");
});

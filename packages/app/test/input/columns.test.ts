import { type InputOptions, knownNames, plainName } from "@candor/input";
import { describe, expect, it } from "vitest";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { file } from "./helpers.ts";

async function read(text: string, options: InputOptions = {}) {
  return readPredictions(file("x.csv", text), options);
}

describe("plainName", () => {
  it("plainName(name) makes spellings of one name equal", () => {
    expect(["Pred.Prob", "pred prob", "pred-prob", ".pred_prob", " PRED_PROB "].map(plainName)).toEqual(
      Array(5).fill("pred_prob"),
    );
  });
  it("plainName(name) leaves every known name as it is", () => {
    const names = Object.values(knownNames).flat();
    expect(names.map(plainName)).toEqual(names);
  });
});

describe("readPredictions recognises columns", () => {
  it.each([
    ["p_cat,p_dog,label", "p_*", ["cat", "dog"]],
    ["label,prob_cat,prob_dog", "prob_*", ["cat", "dog"]],
    [".pred_cat,.pred_dog,Class", ".pred_*", ["cat", "dog"]],
    ["proba_cat,x,proba_dog,y", "proba_*", ["cat", "dog"]],
    ["Probability_cat,Probability_dog,TARGET", "probability_*", ["cat", "dog"]],
  ])("readPredictions(csv) reads %s as classes", async (header, title, classNames) => {
    const cells = header
      .split(",")
      .map((name) => (/label|class|y|target/i.test(name) && !/p/i.test(name) ? "dog" : "0.5"));
    const other = cells.map((cell) => (cell === "dog" ? "cat" : cell));
    const { predictions, source } = await read(`${header}\n${cells.join(",")}\n${other.join(",")}\n`);
    expect(predictions).toMatchObject({ task: "multiclass", labels: Int32Array.of(1, 0), classNames });
    expect(source.columns["probs"]).toBe(title);
  });
  it("readPredictions(csv) passes over the label, weight and segments in a pattern that fits them too", async () => {
    const text = "c_0,c_1,c_true,c_w,c_by\n0.75,0.25,0,1,x\n0.5,0.5,1,2,y\n";
    const { predictions } = await read(text, { probs: "c_*", label: "c_true", weight: "c_w", by: ["c_by"] });
    expect(predictions).toMatchObject({ classNames: ["0", "1"], labels: Int32Array.of(0, 1) });
  });
  it("readPredictions(csv) reads logits and gives their exact log softmax", async () => {
    const { predictions } = await read("z_a,z_b,label\n800,0,a\n-3,3,b\n");
    if (predictions.task !== "multiclass") throw new Error("not multiclass");
    expect(predictions.probabilities.data.subarray(0, 2)).toEqual(Float64Array.of(1, 0));
    expect(predictions.logProbabilities!.data.subarray(0, 2)).toEqual(Float64Array.of(0, -800));
  });
  it("readPredictions(csv) leaves the predicted class out of the probabilities", async () => {
    const { predictions } = await read(".pred_class,.pred_a,.pred_b,label\na,0.5,0.5,a\nb,0.25,0.75,b\n");
    expect(predictions.classNames).toEqual(["a", "b"]);
    const named = await read(".pred_class,.pred_a,.pred_b,label\na,0.5,0.5,a\nb,0.25,0.75,b\n", { probs: ".pred_*" });
    expect(named.predictions.classNames).toEqual(["a", "b"]);
  });
  it("readPredictions(csv, { probs, label }) takes columns in the order of the flag", async () => {
    const { predictions, source } = await read("obs,pred,VF,F,M\nF,F,0.5,0.25,0.25\nM,F,0,0,1\n", {
      probs: "M,F,VF",
      label: "obs",
    });
    expect(predictions).toMatchObject({
      probabilities: { data: Float64Array.of(0.25, 0.25, 0.5, 1, 0, 0) },
      labels: Int32Array.of(1, 0),
      classNames: ["M", "F", "VF"],
    });
    expect(source.columns).toEqual({ probs: "M, F, VF", label: "obs" });
  });
  it("readPredictions(csv, { probs }) takes the star of a pattern as the class name", async () => {
    const { predictions } = await read("x_a_y,x_b_y,z\n0.5,0.5,a\n0.25,0.75,b\n", { probs: "X_*_Y", label: "Z" });
    expect(predictions.classNames).toEqual(["a", "b"]);
  });
  it("readPredictions(csv) prefers sure names to names that may hold the predicted class", async () => {
    expect((await read("score,prediction,label\n0.5,1,1\n0.25,0,0\n")).source.columns["score"]).toBe("score");
    expect((await read("prediction,label\n0.5,1\n0.25,0\n")).source.columns["score"]).toBe("prediction");
  });
  it("readPredictions(csv) reads confidence and correctness", async () => {
    const { predictions, source } = await read("msp,correct,id\n0.5,True,1\n0.25,False,2\n");
    expect(predictions).toEqual({
      task: "confidence",
      rows: 2,
      confidences: Float64Array.of(0.5, 0.25),
      correct: Uint8Array.of(1, 0),
      classNames: [],
      segments: [],
    });
    expect(source.columns).toEqual({ confidence: "msp", correct: "correct" });
    expect((await read("conf,hit\n0.5,1\n0.25,1\n")).source.notes).toEqual(["every prediction is correct"]);
  });
  it("readPredictions(csv, { task }) decides where two readings are possible", async () => {
    const text = "p_a,p_b,label,confidence,correct\n0.5,0.5,a,0.5,1\n0.25,0.75,b,0.75,0\n";
    expect((await read(text, { task: "multiclass" })).predictions.task).toBe("multiclass");
    expect((await read(text, { task: "confidence" })).predictions.task).toBe("confidence");
  });
  it("readPredictions(csv, { by }) keeps a column used for groups out of the guesses", async () => {
    const { source } = await read("score,label,class\n0.5,1,a\n0.25,0,b\n", { by: ["class"] });
    expect(source.columns).toEqual({ score: "score", label: "label", by: "class" });
  });
  it("readPredictions(csv, { by, time, weight }) reads groups, dates in UTC and weights", async () => {
    const text = [
      "p,y,group,when,w",
      "0.5,1,a,2016-11-08 16:00:00 -0500,1",
      "0.25,0,,2016-11-08,0.5",
      "0.75,1,a,2016-11-08T16:00:00.250Z,2",
      "0.75,1,2,2016-11-08T16:00:00+02:00,0",
    ].join("\n");
    const { predictions } = await read(text, { by: ["group"], time: "when", weight: "w" });
    expect(predictions.segments).toEqual([
      { name: "group", codes: Int32Array.of(0, 2, 0, 1), values: ["a", "2", "(missing)"] },
    ]);
    expect(predictions.time).toEqual({
      name: "when",
      kind: "date",
      values: Float64Array.of(
        Date.UTC(2016, 10, 8, 21),
        Date.UTC(2016, 10, 8),
        Date.UTC(2016, 10, 8, 16, 0, 0, 250),
        Date.UTC(2016, 10, 8, 14),
      ),
    });
    expect(predictions.weights).toEqual(Float64Array.of(1, 0.5, 2, 0));
  });
  it("readPredictions(csv, { time }) keeps numbers as they are", async () => {
    const { predictions } = await read("p,y,t\n0.5,1,2016\n0.25,0,2017.5\n", { time: "t" });
    expect(predictions.time).toEqual({ name: "t", kind: "number", values: Float64Array.of(2016, 2017.5) });
  });
  it("readPredictions(csv, { normalise }) divides rows by their sum and tells the largest deviation", async () => {
    const { predictions, source } = await read("p_a,p_b,label\n30,10,a\n0.5,0.5,b\n1,1.5,b\n", { normalise: true });
    expect(predictions).toMatchObject({ probabilities: { data: Float64Array.of(0.75, 0.25, 0.5, 0.5, 0.4, 0.6) } });
    expect(source.notes).toEqual([
      "every row of probabilities was divided by its sum, which was off by at most 39 (row 1)",
    ]);
  });
  it("readPredictions(csv) moves rounding errors beyond 0 and 1 back and says so", async () => {
    const { predictions, source } = await read("p,y\n1.0000001,1\n-1e-9,0\n");
    expect(predictions).toMatchObject({ probabilities: Float64Array.of(1, 0) });
    expect(source.notes).toEqual(["2 probabilities beyond [0, 1] by at most 1.0e-7 (rounding) moved to 0 or 1"]);
  });
  it("readPredictions(csv, { logits }) notes logits that look like probabilities", async () => {
    const { source } = await read("p_a,p_b,label\n0.5,0.5,a\n0.25,0.75,b\n", { logits: "p_*" });
    expect(source.notes).toEqual([
      "the logits are all in [0, 1] and sum to 1 in every row: if they are probabilities, use --probs",
    ]);
  });
});

describe("readPredictions leaves out bad rows", () => {
  it("readPredictions(csv, { skipBad }) counts them by reason and keeps the rest in order", async () => {
    const text = [
      "score,label,w,g",
      "0.5,1,1,a",
      "abc,1,1,a",
      ",1,1,a",
      "inf,1,1,a",
      "1.5,1,1,b",
      "0.25,0,1,c",
      "0.25,,1,a",
      "0.25,7,1,a",
      "0.25,1,-1,a",
      "0.25,1,x,a",
      "0.75,1,2,a",
      "0.125,0",
      "-3,1,1,a",
    ].join("\n");
    const { predictions, source } = await read(text, { skipBad: true, weight: "w", by: ["g"] });
    expect(predictions).toMatchObject({
      rows: 3,
      probabilities: Float64Array.of(0.5, 0.25, 0.75),
      outcomes: Uint8Array.of(1, 0, 1),
      weights: Float64Array.of(1, 1, 2),
      segments: [{ values: ["a", "b", "c"], codes: Int32Array.of(0, 2, 0) }],
    });
    expect(source.rows).toBe(13);
    expect(Object.fromEntries(source.skipped.map(({ reason, count }) => [reason, count]))).toEqual({
      "probability outside [0, 1]": 2,
      "score not a number": 1,
      "missing score": 1,
      "score not finite": 1,
      "missing label": 1,
      "unknown label": 1,
      "negative weight": 1,
      "weight not a number": 1,
      "malformed line": 1,
    });
    expect(source.skipped[0]).toEqual({ reason: "probability outside [0, 1]", count: 2 });
  });
  it("readPredictions(csv, { skipBad }) works on classes too", async () => {
    const text = "p_a,p_b,label\n0.5,0.5,a\n0.5,0.75,b\n0.25,,b\n-1,2,a\n0.25,0.75,c\n0.25,0.75,b\n";
    const { predictions, source } = await read(text, { skipBad: true });
    expect(predictions).toMatchObject({
      probabilities: { data: Float64Array.of(0.5, 0.5, 0.25, 0.75), rows: 2, cols: 2 },
      labels: Int32Array.of(0, 1),
    });
    expect(source.skipped).toHaveLength(4);
  });
  it("readPredictions(jsonl, { skipBad }) counts broken lines", async () => {
    const path = file("x.jsonl", '{"score":0.5,"label":1}\n{"score":\n\n{"score":0.25,"label":0}\n');
    const { predictions, source } = await readPredictions(path, { skipBad: true });
    expect(predictions.rows).toBe(2);
    expect(source).toMatchObject({ rows: 3, skipped: [{ reason: "malformed line", count: 1 }] });
  });
  it("readPredictions(csv, { skipBad }) refuses a file without a good row, and says why", async () => {
    await expect(read("score,label\n2,1\n3,0\n", { skipBad: true })).rejects.toThrow(
      "x.csv: all 2 rows are bad, the first because of ",
    );
    await expect(read("score,label\n2,1,1\n3,0,1\n", { skipBad: true })).rejects.toThrow(
      "none of its 2 lines is a row",
    );
  });
});

import { describe, expect, it } from "vitest";
import { BinaryLabels, labelState } from "../src/checks/binary-labels.ts";
import { ClassLabels } from "../src/checks/class-labels.ts";

const { unknown, missing } = labelState;

function binary(texts: readonly string[], positive?: string): { classes: number[]; names: readonly string[] } {
  const labels = new BinaryLabels("label", positive);
  return { classes: texts.map((text) => labels.classify(text)), names: labels.names() };
}

describe("BinaryLabels", () => {
  it.each([
    ["0", "1"],
    ["0.0", "1.0"],
    ["False", "True"],
    ["FALSE", "TRUE"],
    ["no", "yes"],
    ["N", "Y"],
    ["neg", "pos"],
    ["Negative", "Positive"],
    ["-1", "1"],
    ["-1", "+1"],
    ["-", "+"],
  ])("classify() reads %s as negative and %s as positive, in any order", (negative, positive) => {
    expect(binary([negative, positive])).toEqual({ classes: [0, 1], names: [negative, positive] });
    expect(binary([positive, negative, positive])).toEqual({ classes: [1, 0, 1], names: [negative, positive] });
  });
  it("classify() does not mix pairs", () => {
    expect(binary(["0", "yes"]).classes).toEqual([0, unknown]);
    expect(binary(["1", "-1", "0"]).classes).toEqual([1, 0, unknown]);
    expect(binary(["0", "1", "-1"]).classes).toEqual([0, 1, unknown]);
    expect(binary(["cat", "1", "0"]).classes).toEqual([unknown, 1, 0]);
  });
  it("names() completes a pair of which one half was seen", () => {
    expect(binary(["yes"]).names).toEqual(["no", "yes"]);
    expect(binary(["1"]).names).toEqual(["0", "1"]);
    expect(binary([]).names).toEqual(["0", "1"]);
  });
  it("classify() takes 0 and 1 for the two classes that a calibrator names, and says so", () => {
    const of = (texts: readonly string[], named: readonly string[], positive?: string) => {
      const labels = new BinaryLabels("label", positive, named);
      return { classes: texts.map((text) => labels.classify(text)), names: labels.names(), notes: labels.notes() };
    };
    const note = ["labels 0 and 1 are read as legit and fraud"];
    expect(of(["0", "1.0", ""], ["legit", "fraud"])).toEqual({
      classes: [0, 1, missing],
      names: ["legit", "fraud"],
      notes: note,
    });
    expect(of(["Fraud", "legit", "1"], ["legit", "fraud"])).toMatchObject({ classes: [1, 0, 1], notes: note });
    expect(of(["1", "0"], ["legit", "fraud"], "fraud").classes).toEqual([1, 0]);
    expect(of(["legit"], ["legit", "fraud"])).toMatchObject({ names: ["legit", "fraud"], notes: [] });
    expect(of(["other", "0"], ["legit", "fraud"]).classes).toEqual([unknown, 0]);
    expect(new BinaryLabels("label", undefined, ["legit", "fraud"]).expectation()).toBe("legit or fraud, or 0 or 1");
    expect(of(["1", "2"], ["2", "1"], "1")).toMatchObject({ classes: [1, 0], notes: [] });
    expect(of(["-1", "1"], ["-1", "1"])).toMatchObject({ classes: [0, 1], names: ["-1", "1"], notes: [] });
  });
  it("classify() takes the positive class the user names, and one other", () => {
    expect(binary(["cat", "dog", "dog", "bird", ""], "dog")).toEqual({
      classes: [0, 1, 1, unknown, missing],
      names: ["cat", "dog"],
    });
    expect(binary(["0", "1"], "0")).toEqual({ classes: [1, 0], names: ["1", "0"] });
    expect(binary(["1.0", "2.0"], "2")).toEqual({ classes: [0, 1], names: ["1.0", "2.0"] });
    expect(binary(["dog"], "dog").names).toEqual(["not dog", "dog"]);
  });
  it("classify() tells missing labels from unknown ones", () => {
    expect(binary(["", "NA", "nan", "null", "None", "?"]).classes).toEqual([
      missing,
      missing,
      missing,
      missing,
      missing,
      unknown,
    ]);
  });
  it("classify() for correctness reads wrong and right, but no -1", () => {
    const labels = () => new BinaryLabels("correct");
    const right = labels();
    expect(["wrong", "right"].map((text) => right.classify(text))).toEqual([0, 1]);
    const correct = labels();
    expect(["Correct", "Incorrect"].map((text) => correct.classify(text))).toEqual([1, 0]);
    expect(labels().classify("-1")).toBe(unknown);
  });
});

describe("ClassLabels", () => {
  it("classify() prefers the exact name, then other case, then the index", () => {
    const labels = new ClassLabels(["Cat", "dog", "DOG"]);
    expect(labels.classify("Cat")).toBe(0);
    expect(labels.classify(" cat ")).toBe(0);
    expect(labels.classify("dog")).toBe(1);
    expect(labels.classify("DOG")).toBe(2);
    expect(labels.classify("Dog")).toBe(unknown);
    expect(["0", "1.0", "2", "3", "-1", "1.5", "x"].map((text) => labels.classify(text))).toEqual([
      0,
      1,
      2,
      unknown,
      unknown,
      unknown,
      unknown,
    ]);
  });
  it("classify() takes numbers as names where the classes are named by numbers", () => {
    const oneToThree = new ClassLabels(["1", "2", "3"]);
    expect(["1", "3", "2.0", "0"].map((text) => oneToThree.classify(text))).toEqual([0, 2, 1, unknown]);
    const shuffled = new ClassLabels(["7", "3"]);
    expect(["3", "7", "0"].map((text) => shuffled.classify(text))).toEqual([1, 0, unknown]);
  });
  it("classify() tells missing labels from a class that is called so", () => {
    expect(new ClassLabels(["a", "b"]).classify("none")).toBe(missing);
    expect(new ClassLabels(["none", "b"]).classify("none")).toBe(0);
  });
});

import { readFileSync } from "node:fs";
import { createRandom, openCalibrator } from "@candor/core";
import { describe, expect, it } from "vitest";
import { assess } from "../../src/assess/assess.ts";
import { type FitConfidenceOptions, fitConfidence } from "../../src/assess/fit-confidence.ts";
import { splitHalves } from "../../src/assess/split-halves.ts";
import { version } from "../../src/version.ts";
import { traceOf } from "./subjects.ts";

/** Answers whose score is too sure by a half of its log-odds. */
function answers(n: number): { scores: number[]; correct: boolean[] } {
  const random = createRandom(7);
  const scores = Array.from({ length: n }, () => 0.3 + 0.69 * random.uniform());
  const correct = scores.map((p) => random.uniform() < 1 / (1 + Math.exp(-0.5 * Math.log(p / (1 - p)))));
  return { scores, correct };
}

const options: FitConfidenceOptions = { score: "minToken", name: "answers" };
const quick: FitConfidenceOptions = { ...options, method: "shrunken-logit" };
const { scores, correct } = answers(2000);

describe("fitConfidence(scores, correct, options)", () => {
  it("makes a calibrator that assess takes for its score, and for no other", () => {
    const { calibrator, policy, fit, skipped, fittedOn } = fitConfidence(scores, correct, options);
    expect(openCalibrator(calibrator)).toEqual(calibrator);
    expect(calibrator.spec).toMatchObject({ scoreName: "minToken", asked: "auto" });
    expect(fit.verdict.status).toBe("improved");
    expect([policy, skipped, fittedOn.length]).toEqual([null, 0, 2000]);
    const trace = traceOf([["yes", 0.9]]);
    const { probability } = assess(trace, { score: "minToken", calibrator });
    expect(Math.abs((probability ?? 0) - 0.75)).toBeLessThan(0.04);
    expect(() => assess(trace, { score: "sequence", calibrator })).toThrow(/minToken/);
  });

  it("proves a policy on the half that was not fitted to, which then decides", () => {
    const { policy, calibrator, fittedOn, certifiedOn } = fitConfidence(scores, correct, {
      ...options,
      maxError: 0.3,
    });
    expect([...fittedOn, ...certifiedOn].sort((a, b) => a - b)).toEqual([...scores.keys()]);
    expect(fittedOn.length).toBe(1000);
    expect(policy?.calibrator).toEqual(calibrator);
    expect(calibrator.n).toBe(1000);
    if (policy === null) throw new Error("expected a policy");
    const decide = (p: number): unknown => assess(traceOf([["yes", p]]), { score: "minToken", policy }).decision;
    expect([decide(0.35), decide(0.985)]).toEqual(["review", "act"]);
  });

  it("makes a policy that never acts where nothing can be proven", () => {
    const { policy } = fitConfidence(scores.slice(0, 40), correct.slice(0, 40), { ...options, maxError: 0.001 });
    if (policy === null) throw new Error("expected a policy");
    expect(assess(traceOf([["yes", 0.9999]]), { score: "minToken", policy }).decision).toBe("review");
  });

  it("leaves out what has no score or no label and says how many; 0 and 1 are labels", () => {
    const some = scores.map((score, i) => (i % 10 === 0 ? null : score));
    const labels = correct.map((right, i) => (i % 10 === 1 ? null : i % 2 === 0 ? right : right ? 1 : 0));
    const made = fitConfidence(some, labels, quick);
    expect(made.skipped).toBe(400);
    expect(made.fit.source).toMatchObject({ rows: 2000, skipped: [{ reason: "no score or no label", count: 400 }] });
    expect(made.calibrator.n).toBe(1600);
  });

  it("keeps answers to one question together, in halves and folds", () => {
    const groups = scores.map((_, i) => (i < 1000 ? `q${i % 100}` : null));
    const { fittedOn, certifiedOn, fit } = fitConfidence(scores, correct, { ...quick, groups, maxError: 0.3 });
    const seen = new Set(fittedOn.flatMap((row) => groups[row] ?? []));
    expect(certifiedOn.some((row) => seen.has(groups[row] ?? ""))).toBe(false);
    expect(fit.validation).toMatchObject({ scheme: "grouped", by: "group" });
  });

  it("is the same for the same seed, and takes a method by name", () => {
    const how = { ...quick, maxError: 0.3, seed: 3, created: "2026-01-01T00:00:00.000Z" };
    expect(fitConfidence(scores, correct, how)).toEqual(fitConfidence(scores, correct, how));
    expect(fitConfidence(scores, correct, { ...options, method: "venn-abers" }).calibrator.method).toBe("venn-abers");
  });

  it("never says certain of agreement that was always right", () => {
    const shares = [...Array(60).fill(0), ...Array(120).fill(0.5), ...Array(120).fill(1)];
    const right = shares.map((share, i) => (share === 1 ? true : share === 0.5 ? i % 2 === 0 : i % 7 === 0));
    const { calibrator } = fitConfidence(shares, right, { score: "agreement", name: "samples" });
    const trace = traceOf([["yes", null]]);
    const { probability } = assess(trace, { samples: ["yes", "yes"], calibrator });
    expect(probability).toBeGreaterThan(0.97);
    expect(probability).toBeLessThanOrEqual(120.5 / 121 + 1e-12);
  });

  it.each<[string, Parameters<typeof fitConfidence>, string, RegExp]>([
    ["labels of another length", [[0.5], [], options], "shape-mismatch", /1 scores but 0 labels/],
    ["a perplexity", [[0.5, 3], [true, false], options], "out-of-range", /score 3 at row 1/],
    ["NaN", [[Number.NaN], [true], options], "out-of-range", /score NaN at row 0/],
    ["no rows", [[null], [true], options], "too-few", /0 answers have both a label and minToken/],
    ["no name", [[0.5], [true], { ...options, name: "" }], "empty", /name must be a text/],
    [
      "an error share of 1",
      [[0.5], [true], { ...options, maxError: 1 }],
      "out-of-range",
      /maxError must be in \(0, 1\)/,
    ],
    ["sure without maxError", [[0.5], [true], { ...options, sure: 0.9 }], "incompatible", /give maxError too/],
    [
      "one question only",
      [[0.5, 0.6], [true, false], { ...options, maxError: 0.1, groups: ["q", "q"] }],
      "too-few",
      /all answers belong together/,
    ],
    ["an unknown method", [scores, correct, { ...options, method: "magic" }], "unknown-option", /magic/],
  ])("refuses %s", (_, input, code, message) => {
    expect(() => fitConfidence(...input)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it("records the version of this package", () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(manifest).toMatchObject({ version });
  });
});

describe("splitHalves(rows, keyOf, seed)", () => {
  it("keeps equal keys together and does not take a key for a row", () => {
    const keys = ["row 1", null, "a", "a", "a"];
    const [first, second] = splitHalves([0, 1, 2, 3, 4], (row) => keys[row] ?? null, 0);
    expect([...first, ...second].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([first, second].some((half) => [2, 3, 4].every((row) => half.includes(row)))).toBe(true);
  });
});

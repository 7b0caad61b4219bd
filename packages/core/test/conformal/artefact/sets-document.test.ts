import { describe, expect, it } from "vitest";
import { openConformal } from "../../../src/conformal/artefact/open-conformal.ts";
import { sealConformal } from "../../../src/conformal/artefact/seal-conformal.ts";
import type { ConformalSets } from "../../../src/conformal/conformal-document.ts";
import { fitConformalSets } from "../../../src/conformal/sets/fit-conformal-sets.ts";
import { predictSets } from "../../../src/conformal/sets/predict-sets.ts";
import type { ConformalSetsOptions } from "../../../src/conformal/sets/sets-options.ts";
import { createRandom } from "../../../src/random/random.ts";
import { simulate, source, unweighted } from "../sets/simulated-rows.ts";

const random = createRandom(8);
const weighted = simulate(400, random);
const calibration = unweighted(weighted);
const test = unweighted(simulate(100, random));

function fit(options: Partial<ConformalSetsOptions> = {}, data = calibration): ConformalSets {
  return fitConformalSets(data, { level: 0.9, version: "1.2.3", source, ...options });
}

const KINDS: [string, ConformalSets][] = [
  ["lac", fit({ created: "2026-11-22T05:00:00Z" })],
  ["raps with test rows", fit({ method: "raps", test })],
  ["saps per class", fit({ method: "saps", condition: "class", level: 0.99 })],
  ["margin per group", fit({ method: "margin", condition: { groups: ["half"] }, emptySets: "top-class" })],
  ["aps in clusters", fit({ method: "aps", condition: "clusters", level: 0.6 })],
  ["lac per class with borrowed rows", fit({ condition: "class", borrow: 30 })],
  ["weighted", fit({ method: "aps" }, weighted)],
  [
    "one test row",
    fit({
      test: {
        ...test,
        rows: 1,
        labels: Int32Array.of(0),
        probabilities: { data: Float64Array.of(1, 0, 0, 0), rows: 1, cols: 4 },
        segments: [],
      },
    }),
  ],
];

describe("openConformal", () => {
  it.each(KINDS)("openConformal(JSON of %s) is the document, and predicts the same sets", (_, document) => {
    const opened = openConformal(JSON.parse(JSON.stringify(document)));
    expect(opened).toEqual(document);
    if (opened.task !== "classification") throw new Error(opened.task);
    const options = { segments: test.segments, testWeights: new Float64Array(100).fill(1) };
    expect(predictSets(opened, test.probabilities, options)).toEqual(
      predictSets(document, test.probabilities, options),
    );
  });

  it("openConformal(document) refuses what was altered after sealing", () => {
    const [, document] = KINDS[0];
    const altered = { ...document, assumptions: [] };
    expect(() => openConformal(altered)).toThrow("the document was altered after it was made");
    const raised = { ...document, parts: [{ ...document.parts[0], quantile: 0.1 }], quantile: 0.1 };
    expect(() => openConformal(raised)).toThrow("fingerprint: expected sha256:");
  });

  const [, plain] = KINDS[0];
  const [, perClass] = KINDS[2];
  const [, clustered] = KINDS[4];
  const [, borrowing] = KINDS[5];
  const [, withWeights] = KINDS[6];
  const part = plain.parts[0];
  it.each([
    [null, "this is no conformal document"],
    [{ ...plain, schema: "candor.conformal/2" }, "another version of Candor made it"],
    [{ ...plain, schema: "candor.report/1" }, 'schema: expected "candor.conformal/1", got "candor.report/1"'],
    [{ ...plain, task: "ranking" }, 'task: expected "classification" or "regression", got "ranking"'],
    [{ ...plain, level: 1 }, "level: expected less than 1, got 1"],
    [{ ...plain, score: { kind: "raps", penalty: 0.1 } }, "score.freeRanks is missing"],
    [{ ...plain, score: { kind: "thr" } }, 'score.kind: expected "lac", "margin"'],
    [{ ...plain, extra: 1 }, "extra is not a field of this format"],
    [{ ...plain, classNames: ["a", "b", "a", "c"] }, "classNames: expected each name once, got a, b, a, c"],
    [{ ...plain, randomised: true }, 'randomised: expected false for scores of kind "lac", got true'],
    [{ ...plain, parts: [part, part] }, "parts: expected one part for all rows, got 2"],
    [
      { ...plain, parts: [{ ...part, rank: 360 }] },
      "parts[0].rank: expected 361, which follows from n and level, got 360",
    ],
    [{ ...plain, parts: [{ ...part, quantile: null }] }, "parts[0].quantile: expected a number, got null"],
    [{ ...plain, parts: [{ ...part, n: 3, rank: 4 }] }, "expected null, for 3 rows are too few for the level"],
    [{ ...perClass, parts: perClass.parts.toReversed() }, "parts[0].values[0]: expected class class 0, got class 3"],
    [
      { ...clustered, condition: { kind: "clusters", clusters: [0, 0, 0, 9] } },
      "condition.clusters[3]: expected one of",
    ],
    [
      { ...borrowing, parts: borrowing.parts.map((one) => ({ ...one, rank: 3 })) },
      "parts[0].rank: expected null where rows are borrowed, got 3",
    ],
    [{ ...borrowing, condition: { kind: "class" } }, "parts[0].rank: expected"],
    [{ ...withWeights, parts: [{ ...withWeights.parts[0], rank: 3 }] }, "parts[0].rank: expected null under weights"],
    [
      { ...withWeights, parts: [{ ...withWeights.parts[0], weighted: { scores: [2, 1], weights: [1, 1] } }] },
      "parts[0].weighted.scores[1]: expected at least 2, got 1",
    ],
  ])("openConformal(damaged document %#) names the place", (json, message) => {
    expect(() => openConformal(json)).toThrow(message);
  });

  it("sealConformal(draft) refuses plain fields that contradict the evidence", () => {
    const { fingerprint: _, ...draft } = KINDS[1][1];
    expect(() => sealConformal({ ...draft, coverage: 0.5 })).toThrow("coverage: expected 0.");
    expect(() => sealConformal({ ...draft, evaluation: null })).toThrow(
      "coverage: expected nothing without an evaluation",
    );
    expect(() => sealConformal({ ...draft, rank: 1 })).toThrow("rank: expected 361, got 1");
    expect(sealConformal(draft)).toEqual(KINDS[1][1]);
  });
});

import { calibrateScores, isBinaryCalibrator, policyFromCosts, vennAbersInterval } from "@candor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideBatch, decideOne } from "../../src/serving/decide-batch.ts";
import { binaryCalibrator, classCalibrator, halved, logistic, logisticValue } from "../cli/calibrators.ts";
import {
  artefactOf,
  costPolicy,
  costs,
  decidedOf,
  demandingPolicy,
  refusedOf,
  requestOf,
  scored,
  servingWith,
} from "./serving-with.ts";

const confidence = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
const positive = binaryCalibrator({ classNames: ["legit", "fraud"] });
const policy = costPolicy(confidence);

describe("decideOne(request, serving)", () => {
  it("decideOne(score) calibrates and decides by the policy, certified for its own version", () => {
    const decided = decidedOf(decideOne(scored(0.999), servingWith([artefactOf(policy)])));
    expect(decided).toMatchObject({
      task: "confidence",
      interval: null,
      intervalReason: "The calibrator does not say how uncertain its probabilities are.",
      decision: "act",
      certified: true,
      reason: "The probability of being right is at least 0.9, from which the policy acts.",
      calibratorId: artefactOf(confidence).id,
      policyId: artefactOf(policy).id,
      rawConfidence: 0.999,
      prediction: null,
      treatAs: null,
      evidence: null,
    });
    expect(decided.probability).toBeCloseTo(logisticValue(0.999, 0.5), 14);
  });

  it("decideOne(score) says why it reviews", () => {
    const decided = decidedOf(decideOne(scored(0.9), servingWith([artefactOf(policy)])));
    expect([decided.decision, decided.certified, decided.reason]).toEqual([
      "review",
      true,
      "The probability of being right is below 0.9, from which the policy acts.",
    ]);
  });

  it("decideOne(score) of another version is uncertified, names both, and lets a person look", () => {
    const serving = servingWith([artefactOf(policy)]);
    const decided = decidedOf(decideOne(scored(0.999, { version: "v2" }), serving));
    expect(decided).toMatchObject({ decision: "review", certified: false });
    expect(decided.reason).toBe(
      `The probability of being right is at least 0.9, from which the policy acts. Uncertified, so a person reviews it: the policy ${artefactOf(policy).id} was made for version v1 of fraud, this is version v2.`,
    );
  });

  it("decideOne(score) of another version still acts where the project says as-is, and stays uncertified", () => {
    const serving = servingWith([artefactOf(policy)], "as-is");
    const decided = decidedOf(decideOne(scored(0.999, { version: "v2" }), serving));
    expect([decided.decision, decided.certified]).toEqual(["act", false]);
    expect(decided.reason).toMatch(/acts\. Uncertified: the policy pol_\w{16} was made for version v1 of fraud/);
  });

  it("decideOne(score) under artefacts of no version, or of another model, is uncertified", () => {
    const none = decideOne(scored(0.999), servingWith([artefactOf(policy, { version: null })]));
    expect(decidedOf(none).reason).toMatch(/was made for no version in particular of fraud, this is version v1\.$/);
    const other = decideOne(scored(0.999), servingWith([artefactOf(policy, { model: "credit" })]));
    expect(decidedOf(other).reason).toMatch(/was made for version v1 of credit, this is version v1 of fraud\.$/);
    expect([decidedOf(none).certified, decidedOf(other).certified]).toEqual([false, false]);
  });

  it("decideOne(score) under a calibrator alone has a probability and no decision", () => {
    const serving = servingWith([artefactOf(confidence)]);
    const decided = decidedOf(decideOne(scored(0.9), serving));
    expect(decided).toMatchObject({ decision: null, certified: null, policyId: null });
    expect(decided.probability).toBeCloseTo(logisticValue(0.9, 0.5), 14);
    expect(decided.reason).toBe(
      "No policy is active for version v1 of fraud: there is a probability, but no decision.",
    );
    expect(decidedOf(decideOne(scored(0.9, { version: "v2" }), serving)).reason).toMatch(
      /no decision\. Uncertified: the calibrator cal_\w{16} was made for version v1 of fraud, this is version v2\.$/,
    );
  });

  it("decideOne(score) where nothing is active keeps the raw confidence and makes nothing of it", () => {
    const decided = decidedOf(decideOne(scored(0.9, { route: "eu" }), servingWith([])));
    expect(decided).toMatchObject({ probability: null, decision: null, certified: null, rawConfidence: 0.9 });
    expect(decided.reason).toBe(
      "Nothing is active for version v1 of fraud on route eu: there is a raw confidence, but no probability and no decision.",
    );
    expect(decided.intervalReason).toBe("There is no probability.");
    expect(decidedOf(decideOne(scored(0.9, { task: "binary" }), servingWith([]))).task).toBe("binary");
  });

  it("decideOne(logits) where nothing is active says the likeliest class", () => {
    const logits = requestOf({ kind: "logits", values: { cat: 0, dog: 2 } });
    const decided = decidedOf(decideOne(logits, servingWith([])));
    expect(decided).toMatchObject({ prediction: "dog", probability: null, evidence: { classes: 2 } });
    expect(decided.rawConfidence).toBeCloseTo(1 / (1 + Math.exp(-2)), 14);
    const listed = requestOf({ kind: "probabilities", values: [0.1, 0.2, 0.7] });
    expect(decidedOf(decideOne(listed, servingWith([])))).toMatchObject({ prediction: "2", rawConfidence: 0.7 });
  });

  it("decideOne(score) has a person review what is not in distribution, where the policy demands that", () => {
    const demanding = artefactOf(demandingPolicy());
    const serving = servingWith([demanding]);
    const at = (insidePValue: number | null, score: number | null = 0.99) =>
      decidedOf(decideOne(scored(score, { insidePValue }), serving));
    expect(at(0.06)).toMatchObject({ decision: "act", certified: true, evidence: { inDistribution: 0.06 } });
    expect(at(0.05)).toMatchObject({
      decision: "review",
      certified: true,
      probability: 0.99,
      reason: "The row is not in distribution (p-value 0.05, the policy wants more than 0.05), so a person reviews it.",
      evidence: { inDistribution: 0.05 },
    });
    expect(at(null)).toMatchObject({
      decision: "review",
      reason: "Whether the row is in distribution is not known, so a person reviews it.",
      evidence: { inDistribution: null },
    });
    expect(at(0.01, null)).toMatchObject({ decision: "review", probability: null });
    expect(at(0.5, null).reason).toMatch(/^The score is missing\./);
    const response = { choices: [{ message: { role: "assistant", content: "yes" }, logprobs: null }] };
    const answer = requestOf({ kind: "llm", llm: { response } }, { insidePValue: 0.001 });
    expect(decidedOf(decideOne(answer, serving)).reason).toMatch(/^The row is not in distribution/);
    expect(refusedOf(decideOne(scored(0.99), serving))).toEqual({
      code: "in-distribution",
      field: "inDistribution",
      message: `the policy ${demanding.id} demands that a row is in distribution, with a p-value above 0.05: inDistribution must be given, null where it is not known`,
    });
  });

  it("decideOne(score) keeps a p-value that nothing asks for, and decides by the score", () => {
    const decided = decidedOf(decideOne(scored(0.999, { insidePValue: 0 }), servingWith([artefactOf(policy)])));
    expect(decided).toMatchObject({ decision: "act", evidence: { inDistribution: 0 } });
  });

  it("decideOne(score: null) never acts, whatever the policy", () => {
    const eager = policyFromCosts(confidence, { ...costs, error: 0, review: 5 }, { version: "0.1.0" });
    expect(decidedOf(decideOne(scored(0.0001), servingWith([artefactOf(eager)]))).decision).toBe("act");
    const missing = decidedOf(decideOne(scored(null), servingWith([artefactOf(eager)])));
    expect(missing).toMatchObject({ probability: null, rawConfidence: null, decision: "review" });
    expect(missing.reason).toBe("The score is missing. Without a probability the policy does not act.");
    const matrix = policyFromCosts(
      positive,
      {
        classNames: ["legit", "fraud"],
        costs: [
          [0, 5],
          [10, 0],
        ],
        review: 3,
        abstain: null,
      },
      { version: "0.1.0" },
    );
    expect(decidedOf(decideOne(scored(null), servingWith([artefactOf(matrix)]))).decision).toBe("review");
    const alone = decidedOf(decideOne(scored(null), servingWith([artefactOf(confidence)])));
    expect(alone.reason).toBe("The score is missing. No policy is active for version v1 of fraud.");
    expect(decidedOf(decideOne(scored(null), servingWith([]))).reason).toBe(
      "The score is missing. Nothing is active for version v1 of fraud.",
    );
  });

  it("decideOne(score: null) under a policy on the positive class is no certainty of the negative one", () => {
    const both = policyFromCosts(positive, { ...costs, abstain: 0.5 }, { version: "0.1.0", on: "positive" });
    const low = decidedOf(decideOne(scored(0), servingWith([artefactOf(both)])));
    expect(low.decision).not.toBe("act");
    const missing = decidedOf(decideOne(scored(null), servingWith([artefactOf(both)])));
    expect(missing.decision === "act").toBe(false);
    expect(missing.task).toBe("binary");
  });

  it("decideOne(score) of a positive class says the likelier class and what to treat it as", () => {
    const matrix = policyFromCosts(
      positive,
      {
        classNames: ["legit", "fraud"],
        costs: [
          [0, 5],
          [100, 0],
        ],
        review: 4,
        abstain: null,
      },
      { version: "0.1.0" },
    );
    const serving = servingWith([artefactOf(matrix)]);
    const sure = decidedOf(decideOne(scored(0.9999), serving));
    expect(sure).toMatchObject({ task: "binary", decision: "act", treatAs: "fraud", prediction: "fraud" });
    expect(sure.reason).toBe("Acting has the least expected cost.");
    const low = decidedOf(decideOne(scored(0.000001), serving));
    expect(low).toMatchObject({ decision: "act", treatAs: "legit", prediction: "legit" });
    const unsure = decidedOf(decideOne(scored(0.9999, { version: "v2" }), serving));
    expect(unsure).toMatchObject({ decision: "review", treatAs: null, certified: false });
  });

  it("decideOne(score) under a Venn–Abers calibrator has its pair as interval", () => {
    const step = (at: number[], between: number[]) => ({ kind: "step", x: [0.3, 0.6], at, between }) as const;
    const map = {
      kind: "venn-abers",
      lower: step([0.2, 0.5], [0.1, 0.3, 0.6]),
      upper: step([0.4, 0.7], [0.2, 0.5, 0.8]),
    } as const;
    const calibrator = binaryCalibrator({ map, method: "venn-abers" });
    const decided = decidedOf(decideOne(scored(0.5), servingWith([artefactOf(calibrator)])));
    const { lower, upper } = vennAbersInterval(map, Float64Array.of(0.5));
    expect(decided.interval).toEqual([lower[0], upper[0]]);
    expect(decided.intervalReason).toBe("The interval is the Venn–Abers pair of the calibrator.");
  });

  it("decideOne(logits) takes them in the order of the calibrator or by name", () => {
    const serving = servingWith([artefactOf(classCalibrator())]);
    const probabilities = halved([1, 3, 2]);
    for (const values of [[1, 3, 2], { bird: 2, cat: 1, dog: 3 }]) {
      const decided = decidedOf(decideOne(requestOf({ kind: "logits", values }), serving));
      expect(decided.prediction).toBe("dog");
      expect(decided.probability).toBeCloseTo(probabilities[1] ?? Number.NaN, 14);
      expect(decided.rawConfidence).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2)), 14);
      expect(decided.evidence).toMatchObject({ classes: 3 });
    }
  });

  it("decideOne(score) under costs alone without a calibrator is uncertified", () => {
    const alone = costPolicy({ scoreKind: "confidence", classNames: [] });
    const bare = decidedOf(decideOne(scored(0.95), servingWith([artefactOf(alone)])));
    expect([bare.decision, bare.certified, bare.probability]).toEqual(["review", false, 0.95]);
    expect(bare.reason).toMatch(/its thresholds follow from costs alone, which hold for calibrated probabilities/);
    const beside = decidedOf(decideOne(scored(0.999), servingWith([artefactOf(alone), artefactOf(confidence)])));
    expect([beside.decision, beside.certified]).toEqual(["act", true]);
    expect(beside.probability).toBeCloseTo(logisticValue(0.999, 0.5), 14);
    const foreign = servingWith([artefactOf(alone), artefactOf(confidence, { version: "v0" })]);
    expect(decidedOf(decideOne(scored(0.999), foreign)).reason).toMatch(
      /the calibrator cal_\w{16} was made for version v0/,
    );
  });

  it("decideOne(score) reads the segments of the calibrator, the route among them", () => {
    const maps = [{ values: ["eu", "app"], map: logistic(3), n: 100 }];
    const calibrator = binaryCalibrator({ segments: { columns: ["region", "route"], maps } });
    const serving = servingWith([artefactOf(calibrator)]);
    const own = decidedOf(decideOne(scored(0.9, { segments: { region: "eu" }, route: "app" }), serving));
    const other = decidedOf(decideOne(scored(0.9, { segments: { region: "us" }, route: "app" }), serving));
    expect(own.probability).not.toBe(other.probability);
    expect(refusedOf(decideOne(scored(0.9, { segments: { region: "eu" } }), serving))).toEqual({
      code: "segment",
      field: "segments.route",
      message: `the calibrator ${artefactOf(calibrator).id} reads the segments region, route; route is missing`,
    });
  });
});

describe("decideOne(request, serving) refuses", () => {
  const single = servingWith([artefactOf(policy)]);
  const wide = servingWith([artefactOf(classCalibrator())]);
  const { id } = artefactOf(policy);
  const { id: classId } = artefactOf(classCalibrator());
  const shares = servingWith([artefactOf(classCalibrator({ scoreKind: "probabilities", clip: 1e-12 }))]);

  it.each([
    [single, scored(1.2), "score must be a number in [0, 1] or null, got 1.2"],
    [
      single,
      requestOf({ kind: "logits", values: [1, 2] }),
      `the policy ${id} reads a score, the probability of being right; got logits`,
    ],
    [wide, scored(0.5), `the calibrator ${classId} reads logits, one per class (cat, dog, bird); got score`],
    [wide, requestOf({ kind: "logits", values: [1, 2] }), "logits must have 3 values, for cat, dog, bird; got 2"],
    [
      wide,
      requestOf({ kind: "logits", values: { cat: 1, dog: 2 } }),
      "logits must have the classes cat, dog, bird; missing: bird",
    ],
    [
      wide,
      requestOf({ kind: "logits", values: { cat: 1, dog: 2, bird: 3, cow: 4 } }),
      "logits must have the classes cat, dog, bird; not among them: cow",
    ],
    [
      wide,
      requestOf({ kind: "logits", values: [1, Infinity, 2] }),
      "logits must be finite numbers, got Infinity in place 1",
    ],
    [
      shares,
      requestOf({ kind: "probabilities", values: [0.5, 0.6, -0.1] }),
      "probabilities must be in [0, 1], got -0.1 in place 2",
    ],
    [
      shares,
      requestOf({ kind: "probabilities", values: [0.5, 0.2, 0.2] }),
      "probabilities must sum to 1 within 0.001, got a sum of 0.9",
    ],
    [servingWith([]), requestOf({ kind: "logits", values: [1] }), "logits must have at least 2 values, got 1"],
    [
      wide,
      requestOf({ kind: "logits", values: [1, 2, 3] }, { prediction: "cat" }),
      "prediction must be left out: the logits say which class it is",
    ],
    [
      single,
      scored(0.5, { task: "binary" }),
      `task must be confidence, as the policy ${id} says, or left out; got binary`,
    ],
  ])("what it cannot read %#", (serving, request, message) => {
    expect(refusedOf(decideOne(request, serving)).message).toBe(message);
  });
});

describe("decideBatch(requests, serving)", () => {
  it("decideBatch(requests) is decideOne of each, bit for bit, whatever they are mixed with", () => {
    const serving = servingWith([artefactOf(policy)]);
    const request = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map((score) => scored(score)),
      fc.double({ min: 0, max: 1, noNaN: true }).map((score) => scored(score, { version: "v2" })),
      fc.constant(scored(null)),
      fc.constant(scored(7)),
      fc.constant(requestOf({ kind: "logits", values: [1, 2] })),
    );
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        expect(decideBatch(requests, serving)).toEqual(requests.map((one) => decideOne(one, serving)));
      }),
      { numRuns: 100 },
    );
  });

  it("decideBatch(requests) gives what calibrateScores gives of all at once", () => {
    const scores = Float64Array.from({ length: 500 }, (_, i) => (i + 0.5) / 500);
    const results = decideBatch(
      [...scores].map((score) => scored(score)),
      servingWith([artefactOf(confidence)]),
    );
    if (!isBinaryCalibrator(confidence)) throw new Error("not of one score");
    expect(results.map((result) => decidedOf(result).probability)).toEqual([...calibrateScores(confidence, scores)]);
  });

  it("decideBatch([]) is empty", () => {
    expect(decideBatch([], servingWith([]))).toEqual([]);
  });
});

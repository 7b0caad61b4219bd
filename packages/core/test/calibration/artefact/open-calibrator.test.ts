import { describe, expect, it } from "vitest";
import {
  type BinaryCalibrator,
  type Calibrator,
  type CalibratorDraft,
  calibratorFingerprint,
  canonicalJson,
  checkCompatible,
  type Estimate,
  type MulticlassCalibrator,
  openCalibrator,
  sealCalibrator,
  sha256,
} from "../../../src/index.ts";

const estimate: Estimate = {
  value: 0.5,
  lower: 0.4,
  upper: 0.6,
  level: 0.95,
  n: 10,
  effectiveN: 10,
  interval: "asymptotic",
  spec: { metric: "log-loss", clip: 0.1, debiased: true },
};
const scores = { logLoss: { ...estimate, upper: Infinity }, brier: estimate, ece: { ...estimate, lower: -Infinity } };

const base = {
  schema: "candor.calibrator/1",
  version: "0.1.0",
  method: "platt",
  parameters: { slope: 1.5, weights: [1, 2] },
  certificate: { objective: 0.3, gradientNorm: 1e-12, iterations: 5 },
  n: 1000,
  effectiveN: 900.5,
  created: null,
  spec: { metric: "calibrator", folds: 5 },
  data: { name: "scores.csv", fingerprint: `sha256:${"0".repeat(64)}` },
  evidence: { before: scores, after: scores, improvement: { logLoss: estimate, brier: estimate } },
} as const;

const binaryDraft: Omit<BinaryCalibrator, "fingerprint"> = {
  ...base,
  scoreKind: "probability",
  classNames: ["no", "yes"],
  map: {
    kind: "logistic",
    terms: [
      { feature: "one", coefficient: 0.5 },
      { feature: "logit", coefficient: 1.5 },
    ],
    clip: 1e-12,
  },
  segments: {
    columns: ["region"],
    maps: [{ values: ["north"], map: { kind: "step", x: [0.5], at: [0.5], between: [0.2, 0.8] }, n: 40 }],
  },
};

const classDraft: Omit<MulticlassCalibrator, "fingerprint"> = {
  ...base,
  scoreKind: "logits",
  classNames: ["a", "b", "c"],
  clip: null,
  map: { kind: "linear", scale: [1, 2, 3], bias: null, prepare: null },
  segments: null,
};

type Json = Record<string, unknown>;

function json(calibrator: Calibrator | CalibratorDraft): Json {
  return JSON.parse(JSON.stringify(calibrator));
}

/** A document with some fields replaced, and the fingerprint that fits it. */
function resealed(draft: CalibratorDraft, changes: Json): Json {
  const changed = { ...json(draft), ...changes };
  return { ...changed, fingerprint: `sha256:${sha256(new TextEncoder().encode(canonicalJson(changed)))}` };
}

describe("sealCalibrator(draft)", () => {
  it.each([binaryDraft, classDraft])("gives a calibrator that openCalibrator gives back from its JSON: %#", (draft) => {
    const sealed = sealCalibrator(draft);
    expect(openCalibrator(json(sealed))).toEqual(sealed);
    expect(openCalibrator(sealed)).toEqual(sealed);
    expect(sealed).toMatchObject(draft);
  });

  it("adds the SHA-256 of the canonical JSON of all other fields", () => {
    const sealed = sealCalibrator(binaryDraft);
    const expected = sha256(new TextEncoder().encode(canonicalJson(json(binaryDraft))));
    expect(sealed.fingerprint).toBe(`sha256:${expected}`);
    expect(calibratorFingerprint(sealed)).toBe(sealed.fingerprint);
  });

  it("refuses a map that cannot be applied", () => {
    const map = { kind: "interpolated", x: [0.5, 0.5], y: [0, 1] } as const;
    expect(() => sealCalibrator({ ...binaryDraft, map })).toThrow(/^map\.x\[1\]: 0\.5 does not ascend from 0\.5/);
  });

  it("refuses numbers that JSON cannot hold", () => {
    expect(() => sealCalibrator({ ...binaryDraft, parameters: { slope: Infinity } })).toThrow(
      "parameters.slope is Infinity",
    );
  });
});

describe("openCalibrator(json)", () => {
  const step = { kind: "step", x: [0.5], at: [0.5], between: [0.2] };
  const correction = { values: ["north"], map: { kind: "identity" }, n: 1 };
  const [one, logit] = [
    { feature: "one", coefficient: 0.5 },
    { feature: "logit", coefficient: "1.5" },
  ];

  it.each([
    [null, "this is no calibrator"],
    ["{}", "this is no calibrator"],
    [{}, 'this is no calibrator: expected an object with "schema": "candor.calibrator/1"'],
    [{ schema: "candor.report/1" }, 'schema: expected "candor.calibrator/1", got "candor.report/1"'],
    [{ schema: "candor.calibrator/2" }, "another version of Candor made it"],
  ])("refuses another kind or version of document: %#", (value, message) => {
    expect(() => openCalibrator(value)).toThrow(message);
  });

  it.each([
    [{ n: "1000" }, 'n: expected a number, got "1000"'],
    [{ n: -1 }, "n: expected at least 0, got -1"],
    [{ created: 5 }, "created: expected a text or null, got 5"],
    [
      { scoreKind: "score" },
      'scoreKind: expected "probability", "confidence", "probabilities" or "logits", got "score"',
    ],
    [{ parameters: { slope: null } }, "parameters.slope: expected a number or a list, got null"],
    [{ parameters: { slope: [1, "2"] } }, 'parameters.slope[1]: expected a number, got "2"'],
    [{ certificate: { objective: 1, gradientNorm: 0 } }, "certificate.iterations is missing"],
    [
      { certificate: { objective: 1, gradientNorm: 0, iterations: 1.5 } },
      "certificate.iterations: expected a whole number",
    ],
    [{ colour: "red" }, "colour is not a field of this format"],
    [{ data: { name: "x", fingerprint: "md5:0" } }, "data.fingerprint: expected sha256: and 64 hexadecimal digits"],
    [{ map: { kind: "magic" } }, 'map.kind: expected "identity", "logistic"'],
    [
      { map: { kind: "logistic", terms: [one, logit], clip: 0.1 } },
      'map.terms[1].coefficient: expected a number, got "1.5"',
    ],
    [{ map: { kind: "logistic", terms: [], clip: 0.1 } }, "map.terms: expected a list of at least 1, got a list of 0"],
    [{ map: { kind: "logistic", terms: [one], clip: 0.5 } }, "map.clip: expected less than 0.5, got 0.5"],
    [{ map: step }, "map.between: expected 2 numbers, got 1"],
    [{ map: { ...step, x: [0.5, 0.25], at: [0, 0], between: [0, 0, 0] } }, "map.x[1]: 0.25 does not ascend from 0.5"],
    [
      { map: { kind: "blend", parts: [{ weight: 0.5, map: { kind: "identity" } }] } },
      "map.parts: the weights sum to 0.5",
    ],
    [{ classNames: ["yes"] }, 'classNames: expected 2 names for scores of kind "probability", got 1'],
    [{ classNames: ["yes", "yes"] }, "classNames: expected each name once"],
    [
      { segments: { columns: ["a", "b"], maps: [correction] } },
      "segments.maps[0].values: expected one for each of 2 columns",
    ],
    [
      { segments: { columns: ["a"], maps: [correction, correction] } },
      'segments.maps[1].values: ["north"] is listed twice',
    ],
    [
      { segments: { columns: ["a"], maps: [{ ...correction, map: step }] } },
      "segments.maps[0].map.between: expected 2",
    ],
  ])("refuses fields that are missing, mistyped or impossible, and says where: %#", (changes, message) => {
    expect(() => openCalibrator(resealed(binaryDraft, changes))).toThrow(message);
  });

  it.each([
    [{ classNames: ["a", "b"] }, "map: "],
    [{ clip: 0.1 }, "clip: expected null for logits, got 0.1"],
    [{ scoreKind: "probabilities" }, "clip: expected a number for probabilities, got null"],
    [
      { map: { kind: "linear", scale: [[1, 2, 3]], bias: null, prepare: null } },
      "map: scale: expected one for each of 3",
    ],
    [
      { map: { kind: "linear", scale: [1, "b"], bias: null, prepare: null } },
      "map.scale[1]: expected a number or a list",
    ],
    [{ map: { kind: "top-label", map: { kind: "uniform" } } }, "map.map.kind: expected "],
    [{ map: { kind: "one-vs-rest", maps: [{ kind: "identity" }, { kind: "identity" }] } }, "map: one-vs-rest map"],
  ])("refuses what does not fit the classes: %#", (changes, message) => {
    expect(() => openCalibrator(resealed(classDraft, changes))).toThrow(message);
  });

  it.each(Object.keys(base))("refuses a document without %s", (field) => {
    const { [field]: _, ...rest } = json(sealCalibrator(binaryDraft));
    expect(() => openCalibrator(rest)).toThrow(field === "schema" ? "this is no calibrator" : `${field} is missing`);
  });

  it("refuses content that was altered after it was made", () => {
    const sealed = json(sealCalibrator(binaryDraft));
    expect(() => openCalibrator({ ...sealed, n: 1001 })).toThrow(/^fingerprint: .*the calibrator was altered/);
    expect(() => openCalibrator({ ...sealed, created: "2026-01-01" })).toThrow(/altered/);
    expect(() => openCalibrator({ ...sealed, fingerprint: `sha256:${"1".repeat(64)}` })).toThrow(/altered/);
  });

  it("does not mind the order of fields", () => {
    const sealed = sealCalibrator(classDraft);
    expect(openCalibrator(Object.fromEntries(Object.entries(json(sealed)).reverse()))).toEqual(sealed);
  });
});

describe("checkCompatible(calibrator, { scoreKind, classNames })", () => {
  const binary = sealCalibrator(binaryDraft);
  const classes = sealCalibrator(classDraft);

  it("lets scores of its kind and classes pass", () => {
    checkCompatible(binary, { scoreKind: "probability", classNames: ["no", "yes"] });
    checkCompatible(classes, { scoreKind: "logits", classNames: ["a", "b", "c"] });
    const confidence = sealCalibrator({ ...binaryDraft, scoreKind: "confidence", classNames: [] });
    checkCompatible(confidence, { scoreKind: "confidence", classNames: ["a"] });
  });

  it.each([
    ["probabilities", ["a", "b", "c"], "the calibrator reads logits per class, the scores are probabilities per class"],
    ["logits", ["a", "b"], "the calibrator is for 3 classes (a, b, c), the scores have 2 (a, b)"],
    ["logits", ["a", "c", "b"], "the classes are the calibrator's in another order: expected a, b, c, got a, c, b"],
    ["logits", ["a", "x", "b"], "the classes are not the calibrator's: expected a, b, c, got a, x, b"],
    ["logits", ["a", "a", "b"], "the classes are not the calibrator's: expected a, b, c, got a, a, b"],
  ] as const)("refuses %s of %s", (scoreKind, classNames, message) => {
    expect(() => checkCompatible(classes, { scoreKind, classNames })).toThrow(
      expect.objectContaining({ code: "incompatible", message }),
    );
  });
});

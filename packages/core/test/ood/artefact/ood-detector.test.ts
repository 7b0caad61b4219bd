import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../../../src/matrix.ts";
import { attachArrays, detachArrays, detachedArrays } from "../../../src/ood/artefact/detach-arrays.ts";
import { oodDetectorFingerprint } from "../../../src/ood/artefact/ood-detector-fingerprint.ts";
import { openOodDetector } from "../../../src/ood/artefact/open-ood-detector.ts";
import { sealOodDetector } from "../../../src/ood/artefact/seal-ood-detector.ts";
import type { OodDetector } from "../../../src/ood/detector.ts";
import { fitOodDetector } from "../../../src/ood/fit-ood-detector.ts";
import { oodMethods } from "../../../src/ood/methods.ts";
import { oodScores } from "../../../src/ood/ood-scores.ts";
import { small } from "../small-data.ts";

const { features, labels, rows, head } = small;
const outliers = { features: matrixFromRows(Array.from({ length: 20 }, (_, i) => [9, i / 4, 9, 0, 9, 0, 9])) };

function fitted(method: OodDetector["method"] = "auto"): OodDetector {
  return fitOodDetector(
    { features, labels },
    { method, head, calibration: { features: rows }, ...(method === "outlier-exposure" && { outliers }) },
  );
}

type Json = Record<string, unknown>;

/** The detector with one change, by path, and sealed again where `reseal`. */
function altered(change: (json: Json) => void, reseal: boolean): unknown {
  const json: Json & OodDetector = JSON.parse(JSON.stringify(fitted()));
  change(json);
  return reseal ? { ...json, fingerprint: oodDetectorFingerprint(json) } : json;
}

function set(path: string, value: unknown): (json: Json) => void {
  return (json) => {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let node: Json = json;
    for (const key of keys) {
      const next = node[key];
      if (typeof next !== "object" || next === null) throw new Error(path);
      node = Object.assign(next);
    }
    node[last] = value;
  };
}

describe("a detector as a document", () => {
  it.each(oodMethods.map(({ name }) => name))(
    "openOodDetector(JSON) of %s scores as before, to the last bit",
    (name) => {
      const detector = fitted(name);
      const opened = openOodDetector(JSON.parse(JSON.stringify(detector)));
      expect(opened).toEqual(detector);
      expect(oodScores(opened, { features: rows })).toEqual(oodScores(detector, { features: rows }));
    },
  );

  it("fitOodDetector(train) has the fingerprint of its content, the same each time", () => {
    expect(fitted().fingerprint).toBe(oodDetectorFingerprint(fitted()));
    expect(sealOodDetector(fitted())).toEqual(fitted());
  });

  it("fitOodDetector(train) has the same fingerprint wherever it runs", () => {
    const options = { method: "knn", k: 2, version: "1" } as const;
    expect(fitOodDetector({ features }, options).fingerprint).toBe(
      "sha256:a2d7affd68b559616bec1e5df0e5938998285b956afad48ba3c70a22b00276b3",
    );
  });

  it("detachArrays(detector) takes arrays out and attachArrays puts them back", () => {
    const detector = fitted();
    const { document, arrays } = detachArrays(detector, { above: 40 });
    expect(Object.keys(arrays)).toEqual(["knn.bank", "mahalanobis.factor"]);
    expect(detachedArrays(document)).toEqual([
      { name: "knn.bank", rows: 60, cols: 7 },
      { name: "mahalanobis.factor", rows: 7, cols: 7 },
    ]);
    expect(document.fingerprint).toBe(detector.fingerprint);
    const opened = openOodDetector(JSON.parse(JSON.stringify(document)));
    expect(() => oodScores(opened, { features: rows })).toThrow("arrays of the detector are kept outside");
    expect(attachArrays(opened, arrays)).toEqual(detector);
    expect(detachArrays(detector).arrays).toEqual({});
    expect(Object.keys(detachArrays(detector, { above: 0 }).arrays)).toHaveLength(5);
  });

  it("attachArrays(document, arrays) refuses an array that is missing, of another size, or another", () => {
    const { document, arrays } = detachArrays(fitted(), { above: 40 });
    const { "knn.bank": bank, ...rest } = arrays;
    expect(() => attachArrays(document, rest)).toThrow("the array knn.bank of the detector is missing (60 × 7)");
    expect(() => attachArrays(document, { ...rest, "knn.bank": { ...bank, rows: 7, cols: 60 } })).toThrow(
      "the array knn.bank of the detector is 7 × 60, expected 60 × 7",
    );
    const other = { ...bank, data: bank.data.map((x, i) => (i === 9 ? x + 1e-9 : x)) };
    expect(() => attachArrays(document, { ...rest, "knn.bank": other })).toThrow(
      "the array knn.bank is not that of the detector: expected sha256:",
    );
  });

  it.each([
    ["a number", set("n", 61), /^fingerprint: expected sha256:.*the detector was altered after it was made$/],
    ["a score", set("calibration.scores.0", -1e9), /^fingerprint: expected/],
    [
      "a value of an array",
      set("parts.1.arrays.bank.values.3", 5),
      /^knn\.bank: expected values with fingerprint sha256:/,
    ],
  ] as const)("openOodDetector(json) notices %s that was altered", (_, change, message) => {
    expect(() => openOodDetector(altered(change, false))).toThrow(message);
  });

  it.each([
    ["schema", undefined, 'this is no detector: expected an object with "schema": "candor.ood-detector/1"'],
    [
      "schema",
      "candor.ood-detector/2",
      'schema: expected "candor.ood-detector/1", got "candor.ood-detector/2"; another version of Candor made it',
    ],
    ["schema", "candor.report/1", 'schema: expected "candor.ood-detector/1", got "candor.report/1"'],
    ["n", "many", 'n: expected a whole number, got "many"'],
    ["extra", 1, "extra is not a field of this format"],
    ["method", "odin", "method: expected one of auto, msp"],
    ["parts", [], "parts: expected a list of at least 1, got a list of 0"],
    ["parts.1.method", "kmeans", 'parts[1].method: "kmeans" is no single score'],
    ["parts.1.method", "gen", "parts[1].method: gen is there twice"],
    ["parts.1.settings.k", 0, "parts[1].settings.k: expected at least 1, got 0"],
    ["parts.1.settings.k", 61, "parts[1].settings.k: expected at most 60, the rows of the bank, got 61"],
    ["parts.0.settings", {}, "parts[0].settings.gamma is missing"],
    [
      "parts.0.arrays.more",
      { shape: [0, 0], fingerprint: `sha256:${"0".repeat(64)}`, values: null },
      "parts[0].arrays.more is not a field of this format",
    ],
    ["parts.1.arrays", {}, "parts[1].arrays.bank is missing"],
    ["parts.1.arrays.bank.shape.1", 8, "knn.bank: 60 × 8 needs 480 values, got 420"],
    ["parts.1.arrays.bank.values.2", "x", "knn.bank.values[2]: expected a finite number, got x"],
    ["reads.width", 8, "parts[1].arrays.bank.shape[1]: expected 8, got 7"],
    ["reads.features", "none", "reads.features: the method reads features, expected given"],
    ["reads.logits", "none", "reads.logits: probabilities come from logits, expected given or head"],
    ["head", null, "head: expected one, got null"],
    ["combination", null, "combination: expected one for 3 parts, got null"],
    ["combination.spreads.0", 0, "combination.spreads[0]: expected more than 0, got 0"],
    ["combination.centres", [1], "combination.centres: expected one for each of 3 parts, got 1"],
    ["calibration.n", 3, "calibration.scores: expected 3, got 10"],
    ["calibration.scores.1", 1e9, "calibration.scores[2]: expected at least 1000000000, got"],
    ["fingerprint", "abc", 'fingerprint: expected sha256: and 64 hexadecimal digits, got "abc"'],
  ] as const)("openOodDetector(json) refuses %s %j", (path, value, message) => {
    expect(() => openOodDetector(altered(set(path, value), path !== "schema" && path !== "fingerprint"))).toThrow(
      message,
    );
  });

  it("openOodDetector(json) refuses what is no object", () => {
    for (const json of [null, 3, "x", [], {}]) expect(() => openOodDetector(json)).toThrow("this is no detector");
  });
});

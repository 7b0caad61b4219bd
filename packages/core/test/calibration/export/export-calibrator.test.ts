import { describe, expect, it } from "vitest";
import {
  type BinaryCalibrator,
  type ExportTarget,
  exportCalibrator,
  type MulticlassCalibrator,
} from "../../../src/index.ts";

const fingerprint = `sha256:${"1".repeat(64)}`;
const base = {
  schema: "candor.calibrator/1",
  version: "0.1.0",
  method: "platt",
  parameters: {},
  certificate: null,
  n: 1000,
  effectiveN: 1000,
  created: "2026-01-01",
  spec: { metric: "calibrator" },
  data: { name: "scores.csv", fingerprint },
  evidence: null,
  fingerprint,
} as const;

const platt: BinaryCalibrator = {
  ...base,
  scoreKind: "probability",
  classNames: ["no", "yes"],
  map: {
    kind: "logistic",
    terms: [
      { feature: "one", coefficient: -0.25 },
      { feature: "logit", coefficient: 0.1 + 0.2 },
    ],
    clip: 1e-12,
  },
  segments: null,
};

const vector: MulticlassCalibrator = {
  ...base,
  method: "vector",
  scoreKind: "logits",
  classNames: ["cat", "dog"],
  clip: null,
  map: { kind: "linear", scale: [1, 2], bias: null, prepare: null },
  segments: null,
};

describe("exportCalibrator(calibrator, target)", () => {
  it("writes a function that can be read", () => {
    expect(exportCalibrator(platt, "ts")).toBe(`/*
 * Calibrator "platt", fitted on 1000 rows of scores.csv, 2026-01-01.
 * Reads the probability of "yes".
 * Calibrator ${fingerprint}
 * Written by Candor; needs nothing else.
 *
 * calibrate(p): a probability
 */

function clipped(p: number, clip: number): number {
  return Math.min(Math.max(p, clip), 1 - clip);
}

function logit(p: number, clip: number): number {
  return Math.log(clipped(p, clip)) - Math.log1p(-clipped(p, clip));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function calibrate(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError("expected a score in [0, 1], got " + p);
  return logistic(-0.25 + 0.30000000000000004 * logit(p, 1e-12));
}
`);
  });

  it.each<[ExportTarget, string]>([
    ["ts", "return softmax(each(SCALE1, z));"],
    ["python", "    return softmax(each(SCALE1, z))"],
    ["sql", "[candor_v1[1] * 1e0, candor_v1[2] * 2e0]"],
    ["json-schema", '"const": "vector"'],
  ])("writes %s", (target, part) => {
    const code = exportCalibrator(vector, target);
    expect(code).toContain(part);
    expect(code.endsWith("\n")).toBe(true);
  });

  it.each<ExportTarget>(["ts", "python", "sql"])("says in %s what was fitted on what, and how to call it", (target) => {
    const code = exportCalibrator(vector, target);
    for (const part of [
      '"vector"',
      "1000 rows of scores.csv",
      "2026-01-01",
      '"cat", "dog"',
      fingerprint,
      "calibrate(row)",
    ])
      expect(code).toContain(part);
  });

  it.each<ExportTarget>(["ts", "python", "sql"])("lets no name end a comment or a text in %s", (target) => {
    const names = ["*/ evil(); /*", "\n evil()", "'); DROP TABLE evil; --", '"); evil(); ("', "\u2028evil()"];
    const evil: MulticlassCalibrator = {
      ...vector,
      classNames: names,
      data: { ...base.data, name: names.join(" ") },
      map: { kind: "uniform" },
      segments: { columns: [names.join(" ")], maps: [{ values: [names.join(" ")], map: { kind: "uniform" }, n: 1 }] },
    };
    const comments = { ts: /^\/\*[\s\S]*?\*\//g, python: /^#.*$/gm, sql: /^--.*$/gm, "json-schema": /^$/g };
    const texts = target === "sql" ? /'(?:[^']|'')*'/g : /"(?:[^"\\\n]|\\.)*"/g;
    const withoutTexts = exportCalibrator(evil, target).replaceAll(comments[target], "").replaceAll(texts, "");
    expect(withoutTexts).not.toContain("evil");
  });

  it("is the same text for the same calibrator", () => {
    expect(exportCalibrator(structuredClone(platt), "sql")).toBe(exportCalibrator(platt, "sql"));
  });
});

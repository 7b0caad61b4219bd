import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { checkJsonSchema } from "../../calibration/artefact/json-schema.ts";
import { InputError } from "../../errors.ts";
import { arrayFingerprint, loadedArray } from "../array.ts";
import type { OodArray, OodDetector, OodPart } from "../detector.ts";
import { oodKinds } from "../detectors/kinds.ts";
import { isOodMethod, isSingleOodMethod, oodMethods } from "../methods.ts";
import { namedArrays } from "./map-arrays.ts";
import { oodDetectorFingerprint } from "./ood-detector-fingerprint.ts";
import { oodDetectorSchema } from "./ood-detector-schema.ts";

const SCHEMA = "candor.ood-detector/1";

function checkShape(value: unknown): asserts value is OodDetector {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (typeof schema !== "string")
    throw new InputError("incompatible", `this is no detector: expected an object with "schema": "${SCHEMA}"`);
  if (schema !== SCHEMA) {
    const newer = schema.startsWith("candor.ood-detector/") ? "; another version of Candor made it" : "";
    throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
  }
  checkJsonSchema(oodDetectorSchema, value);
}

function checkValues(name: string, array: OodArray): void {
  const { shape, values, fingerprint } = array;
  if (values === null) return;
  if (values.length !== shape[0] * shape[1])
    throw new InputError(
      "shape-mismatch",
      `${name}: ${shape[0]} × ${shape[1]} needs ${shape[0] * shape[1]} values, got ${values.length}`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError("not-finite", `${name}.values[${bad}]: expected a finite number, got ${values[bad]}`);
  const expected = arrayFingerprint(loadedArray(array));
  if (expected !== fingerprint)
    throw new InputError("incompatible", `${name}: expected values with fingerprint ${fingerprint}, got ${expected}`);
}

function checkPart(part: OodPart, path: string, { reads }: OodDetector): void {
  if (!isSingleOodMethod(part.method))
    throw new InputError("incompatible", `${path}.method: ${JSON.stringify(part.method)} is no single score`);
  const kind = oodKinds[part.method];
  checkAt(`${path}.settings`, () =>
    checkJsonSchema(
      {
        type: "object",
        properties: kind.settings,
        required: Object.keys(kind.settings),
        additionalProperties: false,
      },
      part.settings,
    ),
  );
  const layout = kind.arrays(reads);
  const names = Object.keys(layout);
  for (const name of names)
    if (part.arrays[name] === undefined) throw new InputError("incompatible", `${path}.arrays.${name} is missing`);
  const surplus = Object.keys(part.arrays).find((name) => !names.includes(name));
  if (surplus !== undefined)
    throw new InputError("incompatible", `${path}.arrays.${surplus} is not a field of this format`);
  for (const [name, expected] of Object.entries(layout))
    expected.forEach((size, axis) => {
      const found = part.arrays[name].shape[axis];
      if (typeof size === "number" ? found !== size : found < 1)
        throw new InputError(
          "shape-mismatch",
          `${path}.arrays.${name}.shape[${axis}]: expected ${typeof size === "number" ? size : "at least 1"}, got ${found}`,
        );
    });
  const { k } = part.settings;
  if (part.method === "knn" && typeof k === "number" && k > part.arrays.bank.shape[0])
    throw new InputError(
      "out-of-range",
      `${path}.settings.k: expected at most ${part.arrays.bank.shape[0]}, the rows of the bank, got ${k}`,
    );
}

function checkAt(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!InputError.is(error)) throw error;
    throw new InputError(error.code, `${path}.${error.message}`, error.index);
  }
}

function checkReads(detector: OodDetector): void {
  const { reads, head, parts } = detector;
  const needs = new Set(parts.flatMap((part) => oodKinds[part.method].needs));
  const wrong = (field: string, what: string): InputError => new InputError("incompatible", `${field}: ${what}`);
  if (needs.has("features") && reads.features !== "given")
    throw wrong("reads.features", "the method reads features, expected given");
  if (needs.has("logits") && reads.logits !== "given" && reads.logits !== "head")
    throw wrong("reads.logits", "the method reads logits, expected given or head");
  if (needs.has("probabilities") && reads.probabilities !== "given" && reads.probabilities !== "logits")
    throw wrong("reads.probabilities", "the method reads probabilities, expected given or logits");
  if (reads.probabilities === "logits" && reads.logits !== "given" && reads.logits !== "head")
    throw wrong("reads.logits", "probabilities come from logits, expected given or head");
  if (reads.logits === "head" && reads.features !== "given")
    throw wrong("reads.features", "logits are made of features, expected given");
  if ((reads.logits === "head" || needs.has("head")) && head === null) throw wrong("head", "expected one, got null");
  if (reads.features === "given" && reads.width < 1)
    throw wrong("reads.width", `expected at least 1, got ${reads.width}`);
  if ((reads.logits !== "none" || reads.probabilities !== "none") && reads.classes < 1)
    throw wrong("reads.classes", `expected at least 1, got ${reads.classes}`);
  if (head === null) return;
  const [rows, cols] = head.weights.shape;
  if (rows !== reads.classes || cols !== reads.width)
    throw new InputError(
      "shape-mismatch",
      `head.weights.shape: expected ${reads.classes} × ${reads.width}, got ${rows} × ${cols}`,
    );
  if (head.bias.shape[0] !== 1 || head.bias.shape[1] !== rows)
    throw new InputError(
      "shape-mismatch",
      `head.bias.shape: expected 1 × ${rows}, got ${head.bias.shape[0]} × ${head.bias.shape[1]}`,
    );
}

function checkCombination({ combination, parts, method }: OodDetector): void {
  if (combination === null) {
    if (parts.length !== 1)
      throw new InputError("incompatible", `combination: expected one for ${parts.length} parts, got null`);
    if (method !== parts[0].method && method !== "auto")
      throw new InputError("incompatible", `method: expected ${parts[0].method} as in parts[0], got ${method}`);
    return;
  }
  const lists = {
    centres: combination.centres,
    spreads: combination.spreads,
    ...(combination.kind === "logistic" && { weights: combination.weights }),
  };
  for (const [name, values] of Object.entries(lists))
    if (values.length !== parts.length)
      throw new InputError(
        "shape-mismatch",
        `combination.${name}: expected one for each of ${parts.length} parts, got ${values.length}`,
      );
  const expected = combination.kind === "sum" ? "auto" : "outlier-exposure";
  if (method !== expected)
    throw new InputError("incompatible", `method: expected ${expected} for a combination, got ${method}`);
}

function checkCalibration({ calibration }: OodDetector): void {
  if (calibration === null) return;
  const { n, scores } = calibration;
  if (scores.length !== n)
    throw new InputError("shape-mismatch", `calibration.scores: expected ${n}, got ${scores.length}`);
  for (let i = 1; i < n; i++)
    if (!(scores[i] >= scores[i - 1]))
      throw new InputError(
        "out-of-range",
        `calibration.scores[${i}]: expected at least ${scores[i - 1]}, got ${scores[i]}`,
        i,
      );
}

/**
 * Lets a JSON value pass that is a sealed detector in its entirety: version, fields, fingerprints, sizes.
 *
 * @throws {InputError} naming the path, what was expected and what came
 */
export function checkOodDetector(value: unknown): asserts value is OodDetector {
  checkShape(value);
  if (!isOodMethod(value.method))
    throw new InputError(
      "incompatible",
      `method: expected one of ${oodMethods.map(({ name }) => name).join(", ")}, got ${JSON.stringify(value.method)}`,
    );
  checkFingerprint(value, oodDetectorFingerprint(value), "detector");
  for (const { name, array } of namedArrays(value)) checkValues(name, array);
  value.parts.forEach((part, i) => {
    if (value.parts.findIndex(({ method }) => method === part.method) < i)
      throw new InputError("incompatible", `parts[${i}].method: ${part.method} is there twice`);
    checkPart(part, `parts[${i}]`, value);
  });
  checkReads(value);
  checkCombination(value);
  checkCalibration(value);
}

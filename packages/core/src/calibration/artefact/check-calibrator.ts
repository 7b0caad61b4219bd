import { InputError } from "../../errors.ts";
import type { Calibrator } from "../calibrator.ts";
import { checkBinaryMap } from "../check-binary-map.ts";
import { checkMulticlassMap } from "../multiclass/check-multiclass-map.ts";
import { calibratorFingerprint } from "./calibrator-fingerprint.ts";
import { calibratorSchema } from "./calibrator-schema.ts";
import { checkFingerprint } from "./check-fingerprint.ts";
import { isBinaryCalibrator } from "./is-binary-calibrator.ts";
import { checkJsonSchema } from "./json-schema.ts";

const SCHEMA = "candor.calibrator/1";

function checkVersion(value: unknown): void {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema === SCHEMA) return;
  if (typeof schema !== "string")
    throw new InputError("incompatible", `this is no calibrator: expected an object with "schema": "${SCHEMA}"`);
  const newer = schema.startsWith("candor.calibrator/") ? "; another version of Candor made it" : "";
  throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
}

function checkShape(value: unknown): asserts value is Calibrator {
  checkVersion(value);
  checkJsonSchema(calibratorSchema, value);
}

/** Runs a check of a map; what it says of `map` is said of `path`. */
function at(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!InputError.is(error)) throw error;
    const message = error.message.startsWith("map") ? `${path}${error.message.slice(3)}` : `${path}: ${error.message}`;
    throw new InputError(error.code, message, error.index);
  }
}

function checkMaps(calibrator: Calibrator): void {
  if (isBinaryCalibrator(calibrator)) {
    at("map", () => checkBinaryMap(calibrator.map));
    calibrator.segments?.maps.forEach(({ map }, i) => {
      at(`segments.maps[${i}].map`, () => checkBinaryMap(map));
    });
  } else {
    const classes = calibrator.classNames.length;
    at("map", () => checkMulticlassMap(calibrator.map, classes));
    calibrator.segments?.maps.forEach(({ map }, i) => {
      at(`segments.maps[${i}].map`, () => checkMulticlassMap(map, classes));
    });
  }
}

function checkNames({ scoreKind, classNames, segments, ...rest }: Calibrator): void {
  const expected = scoreKind === "confidence" ? 0 : 2;
  if ((scoreKind === "confidence" || scoreKind === "probability") && classNames.length !== expected)
    throw new InputError(
      "shape-mismatch",
      `classNames: expected ${expected} names for scores of kind "${scoreKind}", got ${classNames.length}`,
    );
  if (new Set(classNames).size !== classNames.length)
    throw new InputError("incompatible", `classNames: expected each name once, got ${classNames.join(", ")}`);
  if ("clip" in rest && (rest.clip === null) !== (scoreKind === "logits"))
    throw new InputError(
      "incompatible",
      `clip: expected ${scoreKind === "logits" ? "null for logits" : "a number for probabilities"}, got ${rest.clip}`,
    );
  const seen = new Set<string>();
  segments?.maps.forEach(({ values }, i) => {
    const key = JSON.stringify(values);
    if (values.length !== segments.columns.length)
      throw new InputError(
        "shape-mismatch",
        `segments.maps[${i}].values: expected one for each of ${segments.columns.length} columns, got ${values.length}`,
      );
    if (seen.has(key)) throw new InputError("incompatible", `segments.maps[${i}].values: ${key} is listed twice`);
    seen.add(key);
  });
}

/**
 * Lets a JSON value pass that is a sealed calibrator in its entirety: version, fields, fingerprint, map.
 *
 * @throws {InputError} naming the path, what was expected and what came
 */
export function checkCalibrator(value: unknown): asserts value is Calibrator {
  checkShape(value);
  checkFingerprint(value, calibratorFingerprint(value), "calibrator");
  checkNames(value);
  checkMaps(value);
}

import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { checkJsonSchema, type JsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  DIGEST,
  fields,
  kind,
  LEVEL,
  listOf,
  NUMBER,
  nullable,
  POSITIVE,
  reference,
  SPEC,
  TEXT,
} from "../../calibration/artefact/schema-parts.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import { InputError } from "../../errors.ts";
import { checkLevels } from "../check-forecast.ts";
import type { RegressionCalibrator, RegressionMap } from "../regression-calibrator.ts";

const SCHEMA = "candor.regression-calibrator/1";
const NUMBERS = listOf(NUMBER);
const LEVELS = listOf(LEVEL, 1);

/** The JSON Schema of `candor.regression-calibrator/1`. */
export const regressionCalibratorSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: SCHEMA,
  ...fields({
    schema: { const: SCHEMA },
    version: TEXT,
    created: nullable(TEXT),
    forecast: { enum: ["point", "point-and-sigma", "quantiles", "interval"] },
    levels: NUMBERS,
    method: TEXT,
    map: reference("map"),
    n: AMOUNT,
    effectiveN: AMOUNT,
    spec: SPEC,
    data: fields({ name: TEXT, fingerprint: DIGEST }),
    fingerprint: DIGEST,
  }),
  $defs: {
    map: {
      anyOf: [
        kind("identity"),
        kind("shift-and-scale", { shift: NUMBER, scale: POSITIVE }),
        kind("levels", {
          levels: LEVELS,
          from: LEVELS,
        }),
        kind("quantile-shifts", { levels: LEVELS, shifts: NUMBERS }),
        kind("chain", { maps: listOf(reference("map"), 1) }),
      ],
    },
  },
};

/** SHA-256 over the canonical JSON of all fields but `fingerprint`. */
function fingerprintOf(calibrator: Omit<RegressionCalibrator, "fingerprint">): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...calibrator };
  return `sha256:${sha256(utf8(canonicalJson(rest)))}`;
}

/**
 * A repair of forecasts with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @throws {InputError} for whatever `openRegressionCalibrator` would refuse
 */
export function sealRegressionCalibrator(draft: Omit<RegressionCalibrator, "fingerprint">): RegressionCalibrator {
  const sealed = { ...draft, fingerprint: fingerprintOf(draft) };
  checkRegressionCalibrator(sealed);
  return sealed;
}

/**
 * The repair that a parsed JSON document holds, checked in full, so that applying it to such forecasts cannot fail for its
 * sake.
 *
 * @param json what `JSON.parse` gave, or a calibrator in memory
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, a map that
 *   does not read such forecasts, or content that does not have the fingerprint it carries; `shape-mismatch`, `out-of-range`
 */
export function openRegressionCalibrator(json: unknown): RegressionCalibrator {
  checkRegressionCalibrator(json);
  return json;
}

function checkShape(value: unknown): asserts value is RegressionCalibrator {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema !== SCHEMA) {
    const newer =
      typeof schema === "string" && schema.startsWith("candor.regression-calibrator/")
        ? "; another version of Candor made it"
        : "";
    throw new InputError(
      "incompatible",
      `this repairs no forecasts of numbers: expected "schema": "${SCHEMA}", got ${JSON.stringify(schema) ?? "none"}${newer}`,
    );
  }
  checkJsonSchema(regressionCalibratorSchema, value);
}

function checkRegressionCalibrator(value: unknown): asserts value is RegressionCalibrator {
  checkShape(value);
  checkFingerprint(value, fingerprintOf(value), "calibrator");
  const { forecast, levels, map } = value;
  const wanted = forecast === "interval" ? 2 : forecast === "quantiles" ? Math.max(1, levels.length) : 0;
  if (levels.length !== wanted)
    throw new InputError(
      "shape-mismatch",
      `levels: expected ${wanted} for forecasts of kind ${forecast}, got ${levels.length}`,
    );
  if (wanted > 0) checkLevels(levels);
  if (forecast === "quantiles" && levels.length === 1 && map.kind !== "identity" && map.kind !== "quantile-shifts")
    throw new InputError("incompatible", `map: one quantile has no spread for a map of kind ${map.kind} to read`);
  checkMap(map, forecast, levels, "map");
}

const READS: Readonly<Record<RegressionCalibrator["forecast"], readonly RegressionMap["kind"][]>> = {
  point: ["identity", "shift-and-scale", "quantile-shifts"],
  "point-and-sigma": ["identity", "shift-and-scale", "levels", "chain"],
  quantiles: ["identity", "shift-and-scale", "levels", "quantile-shifts", "chain"],
  interval: ["identity", "shift-and-scale", "quantile-shifts"],
};

function checkMap(
  map: RegressionMap,
  forecast: RegressionCalibrator["forecast"],
  levels: readonly number[],
  path: string,
): void {
  if (!READS[forecast].includes(map.kind))
    throw new InputError(
      "incompatible",
      `${path}: a map of kind ${map.kind} does not read forecasts of kind ${forecast}`,
    );
  if (map.kind === "chain") {
    map.maps.forEach((step, i) => {
      if (step.kind !== "shift-and-scale" && !(step.kind === "levels" && i === map.maps.length - 1))
        throw new InputError(
          "incompatible",
          `${path}.maps[${i}]: expected shift-and-scale, or levels at the end, got ${step.kind}`,
        );
      checkMap(step, forecast, levels, `${path}.maps[${i}]`);
    });
    return;
  }
  if (map.kind !== "levels" && map.kind !== "quantile-shifts") return;
  checkLevels(map.levels);
  const values = map.kind === "levels" ? map.from : map.shifts;
  const name = map.kind === "levels" ? "from" : "shifts";
  if (values.length !== map.levels.length)
    throw new InputError(
      "shape-mismatch",
      `${path}.${name}: expected one for each of ${map.levels.length} levels, got ${values.length}`,
    );
  if (levels.length > 0 && (map.levels.length !== levels.length || map.levels.some((level, k) => level !== levels[k])))
    throw new InputError("incompatible", `${path}.levels: expected ${levels.join(", ")}, got ${map.levels.join(", ")}`);
  if (map.kind !== "levels") return;
  map.from.forEach((level, k) => {
    if (k > 0 && level < map.from[k - 1])
      throw new InputError("out-of-range", `${path}.from must ascend, got ${level} after ${map.from[k - 1]}`, k);
  });
}

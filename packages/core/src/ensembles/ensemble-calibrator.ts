import { canonicalJson } from "../calibration/artefact/canonical-json.ts";
import { checkFingerprint } from "../calibration/artefact/check-fingerprint.ts";
import { checkJsonSchema, type JsonSchema } from "../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  DIGEST,
  fields,
  listOf,
  NUMBER,
  nullable,
  POSITIVE,
  TEXT,
} from "../calibration/artefact/schema-parts.ts";
import { sha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import type { FitCertificate } from "../calibration/fit.ts";
import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { MEMBER_CLIP, temperedMembers } from "./member-temperatures.ts";
import type { Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

/**
 * When an ensemble is calibrated: its mean, each member before the mean, all members by one temperature before the mean, or
 * each member and then the mean. The order matters; `docs/ensembles.md` has it measured.
 */
export type PoolingOrder = "calibrate-mean" | "calibrate-members" | "calibrate-jointly" | "calibrate-both";

/** Temperatures of the members of an ensemble and of their mean, as one sealed document. Plain data. */
export interface EnsembleCalibrator {
  readonly schema: "candor.ensemble-calibrator/1";
  readonly version: string;
  readonly created: string | null;
  readonly order: PoolingOrder;
  /** One per member: softmax(ln p / T) before the mean. */
  readonly temperatures: readonly number[];
  /** Of the mean, after it was taken; 1 leaves it. */
  readonly meanTemperature: number;
  /** One per member, as given; `null` where all count alike. */
  readonly memberWeights: readonly number[] | null;
  /** What the members were called, in their order; absent where they had no names. */
  readonly memberNames?: readonly string[];
  /** Members say the probability of one class (binary), or one per class. */
  readonly scoreKind: "probability" | "probabilities";
  readonly classNames: readonly string[];
  readonly n: number;
  readonly effectiveN: number;
  readonly certificates: readonly FitCertificate[];
  readonly data: { readonly name: string; readonly fingerprint: string };
  readonly fingerprint: string;
}

const SCHEMA = "candor.ensemble-calibrator/1";

/** The JSON Schema of `candor.ensemble-calibrator/1`. */
export const ensembleCalibratorSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: SCHEMA,
  ...fields(
    {
      schema: { const: SCHEMA },
      version: TEXT,
      created: nullable(TEXT),
      order: { enum: ["calibrate-mean", "calibrate-members", "calibrate-jointly", "calibrate-both"] },
      temperatures: listOf(POSITIVE, 2),
      meanTemperature: POSITIVE,
      memberWeights: nullable(listOf(AMOUNT, 2)),
      scoreKind: { enum: ["probability", "probabilities"] },
      classNames: listOf(TEXT, 2),
      n: AMOUNT,
      effectiveN: AMOUNT,
      certificates: listOf(fields({ objective: NUMBER, gradientNorm: AMOUNT, iterations: AMOUNT })),
      data: fields({ name: TEXT, fingerprint: DIGEST }),
      fingerprint: DIGEST,
    },
    { memberNames: listOf(TEXT, 2) },
  ),
};

/** SHA-256 over the canonical JSON of all fields but `fingerprint`. */
function fingerprintOf(calibrator: Omit<EnsembleCalibrator, "fingerprint">): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...calibrator };
  return `sha256:${sha256(utf8(canonicalJson(rest)))}`;
}

/**
 * An ensemble's calibrator with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @throws {InputError} for whatever `openEnsembleCalibrator` would refuse
 */
export function sealEnsembleCalibrator(draft: Omit<EnsembleCalibrator, "fingerprint">): EnsembleCalibrator {
  const sealed = { ...draft, fingerprint: fingerprintOf(draft) };
  check(sealed);
  return sealed;
}

/**
 * The calibrator of an ensemble that a parsed JSON document holds, checked in full.
 *
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, or content that
 *   does not have the fingerprint it carries; `shape-mismatch` for member weights of another number
 */
export function openEnsembleCalibrator(json: unknown): EnsembleCalibrator {
  check(json);
  return json;
}

function checkShape(value: unknown): asserts value is EnsembleCalibrator {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema !== SCHEMA)
    throw new InputError(
      "incompatible",
      `this calibrates no ensemble: expected "schema": "${SCHEMA}", got ${JSON.stringify(schema) ?? "none"}`,
    );
  checkJsonSchema(ensembleCalibratorSchema, value);
}

function check(value: unknown): asserts value is EnsembleCalibrator {
  checkShape(value);
  checkFingerprint(value, fingerprintOf(value), "calibrator");
  const { memberWeights, memberNames, temperatures } = value;
  if (memberNames !== undefined && memberNames.length !== temperatures.length)
    throw new InputError(
      "shape-mismatch",
      `memberNames: expected ${temperatures.length} as there are temperatures, got ${memberNames.length}`,
    );
  if (memberWeights !== null && memberWeights.length !== temperatures.length)
    throw new InputError(
      "shape-mismatch",
      `memberWeights: expected ${temperatures.length} as there are temperatures, got ${memberWeights.length}`,
    );
}

/**
 * The calibrated mean of the members: each tempered, averaged, and the mean tempered.
 *
 * @param members as many as the calibrator has temperatures, in the same order
 * @returns rows × classes, each row sums to 1 up to rounding
 * @throws {InputError} `incompatible` for another number of members or classes
 */
export function applyEnsembleCalibrator(calibrator: EnsembleCalibrator, members: Members): Matrix {
  const { temperatures, meanTemperature, memberWeights, classNames } = calibrator;
  if (members.members !== temperatures.length)
    throw new InputError(
      "incompatible",
      `the calibrator is for ${temperatures.length} members, got ${members.members}`,
    );
  if (members.classes !== classNames.length)
    throw new InputError("incompatible", `the calibrator is for ${classNames.length} classes, got ${members.classes}`);
  return pooled(members, temperatures, meanTemperature, memberWeights && Float64Array.from(memberWeights));
}

/** The mean of tempered members, tempered itself. */
export function pooled(
  members: Members,
  temperatures: readonly number[],
  meanTemperature: number,
  memberWeights: Float64Array | null,
): Matrix {
  const tempered = temperatures.every((temperature) => temperature === 1)
    ? members
    : temperedMembers(members, temperatures);
  const mean = predictiveMean(tempered, memberWeights === null ? {} : { memberWeights });
  if (meanTemperature === 1) return mean;
  const logits = mean.data.map((p) => Math.log(p > MEMBER_CLIP ? p : MEMBER_CLIP) / meanTemperature);
  return softmax({ ...mean, data: logits });
}

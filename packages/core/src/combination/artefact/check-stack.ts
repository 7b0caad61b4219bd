import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { checkJsonSchema } from "../../calibration/artefact/json-schema.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import { InputError } from "../../errors.ts";
import type { Stack, StackDraft, StackTerm } from "../stack.ts";
import { stackSchema } from "./stack-schema.ts";

const SCHEMA = "candor.stack/1";

/**
 * The fingerprint of a stack: SHA-256 over the UTF-8 bytes of the canonical JSON of all its fields but `fingerprint`.
 *
 * @param stack sealed or not; infinite ends of intervals count as null, as JSON writes them
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function stackFingerprint(stack: Stack | StackDraft): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...stack };
  return `sha256:${sha256(utf8(canonicalJson({ ...rest, evidence: withoutInfinities(rest.evidence) })))}`;
}

function checkShape(value: unknown): asserts value is Stack {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (typeof schema !== "string")
    throw new InputError("incompatible", `this is no stack: expected an object with "schema": "${SCHEMA}"`);
  if (schema !== SCHEMA) {
    const newer = schema.startsWith("candor.stack/") ? "; another version of Candor made it" : "";
    throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
  }
  checkJsonSchema(stackSchema, value);
}

function checkTerm({ direction, knots, contributions }: StackTerm, path: string): void {
  if (knots.length !== contributions.length)
    throw new InputError(
      "shape-mismatch",
      `${path}: there are ${knots.length} knots but ${contributions.length} contributions`,
    );
  for (let k = 1; k < knots.length; k++) {
    if (!(knots[k] > knots[k - 1]))
      throw new InputError("out-of-range", `${path}.knots[${k}]: expected more than ${knots[k - 1]}, got ${knots[k]}`);
    const rise = contributions[k] - contributions[k - 1];
    if (direction === "up" ? rise < 0 : rise > 0)
      throw new InputError(
        "out-of-range",
        `${path}.contributions[${k}]: expected none that ${direction === "up" ? "falls" : "rises"}, got ${contributions[k]} after ${contributions[k - 1]}`,
      );
  }
}

function checkModels({ scores, models }: Stack): void {
  const known = new Map(scores.map((score) => [score.name, score]));
  if (known.size !== scores.length) throw new InputError("incompatible", "scores: expected each name once");
  models.forEach(({ terms }, m) => {
    const seen = new Set<string>();
    terms.forEach((term, t) => {
      const path = `models[${m}].terms[${t}]`;
      const score = known.get(term.name);
      if (score === undefined || !score.used)
        throw new InputError("incompatible", `${path}.name: ${JSON.stringify(term.name)} is none of the scores used`);
      if (seen.has(term.name)) throw new InputError("incompatible", `${path}.name: ${term.name} is there twice`);
      if (score.direction !== term.direction || score.scale !== term.scale)
        throw new InputError("incompatible", `${path}: expected direction and scale of the score ${term.name}`);
      seen.add(term.name);
      checkTerm(term, path);
    });
  });
}

/**
 * Lets a JSON value pass that is a sealed stack in its entirety: version, fields, fingerprint, models.
 *
 * @throws {InputError} naming the path, what was expected and what came
 */
export function checkStack(value: unknown): asserts value is Stack {
  checkShape(value);
  checkFingerprint(value, stackFingerprint(value), "stack");
  checkModels(value);
}

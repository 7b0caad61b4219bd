import { type Calibrator, InputError, openCalibrator, openPolicy, type PolicyDocument } from "@candor/core";
import type { ArtefactKind } from "../../store/state-store.ts";
import { HttpError } from "../http-error.ts";

/** Where else documents that are often taken for one another belong. */
const elsewhere: Readonly<Record<string, string>> = {
  "candor.calibrator/1": "this is a calibrator: POST it to /api/v1/calibrators",
  "candor.policy/1": "this is a policy: POST it to /api/v1/policies",
  "candor.fit/1": "this tells about a fit; the calibrator is what `candor fit -o` writes",
  "candor.report/1": "this is a report",
};

const own: Readonly<Record<ArtefactKind, string>> = { calibrator: "candor.calibrator/1", policy: "candor.policy/1" };

/**
 * The document of an upload, checked in full: schema, fields, fingerprint, and that it can be applied.
 *
 * @throws {HttpError} 400 that says what was expected and what came
 */
export function openDocument(
  kind: ArtefactKind,
  document: Readonly<Record<string, unknown>>,
): Calibrator | PolicyDocument {
  const { schema } = document;
  const hint = typeof schema === "string" && schema !== own[kind] ? elsewhere[schema] : undefined;
  if (hint !== undefined) throw new HttpError(400, "schema", `document: ${hint}`, { field: "document" });
  try {
    return kind === "calibrator" ? openCalibrator(document) : openPolicy(document);
  } catch (error) {
    if (!InputError.is(error)) throw error;
    throw new HttpError(400, error.code, `document: ${error.message}`, { field: "document" });
  }
}

import { type Calibrator, openCalibrator, openPolicy, type PolicyDocument } from "@candor/core";
import { StoreError } from "../errors.ts";
import {
  type Activation,
  type ApiKey,
  type Artefact,
  type ArtefactKind,
  type AuditEntry,
  defaultSettings,
  type Project,
  type ProjectSettings,
  type Role,
  roles,
} from "../state-store.ts";
import { booleanIn, numberIn, numberOrNullIn, objectIn, type Row, textIn, textOrNullIn } from "./row-values.ts";

/** An artefact whose document is still text. */
export interface StoredArtefact extends Omit<Artefact, "document"> {
  readonly json: string;
}

/** Settings as they were written; a setting that is newer than the row has its default. */
function settingsIn(row: Row): ProjectSettings {
  const written = objectIn(row, "settings");
  const days = (key: "retentionDays" | "contentDays") => {
    const value = written[key];
    return typeof value === "number" ? value : defaultSettings[key];
  };
  const { maturityHours, outcomeName, whenUncertified } = written;
  return Object.freeze({
    maturityHours: typeof maturityHours === "number" ? maturityHours : defaultSettings.maturityHours,
    outcomeName: typeof outcomeName === "string" ? outcomeName : defaultSettings.outcomeName,
    retentionDays: days("retentionDays"),
    contentDays: days("contentDays"),
    whenUncertified:
      whenUncertified === "as-is" || whenUncertified === "review" ? whenUncertified : defaultSettings.whenUncertified,
  });
}

/** A row of `projects`. */
export function projectOf(row: Row): Project {
  return Object.freeze({
    id: textIn(row, "id"),
    name: textIn(row, "name"),
    createdAt: numberIn(row, "created_at"),
    demo: booleanIn(row, "demo"),
    settings: settingsIn(row),
  });
}

function rolesIn(row: Row): readonly Role[] {
  const written = textIn(row, "roles").split(",");
  return Object.freeze(roles.filter((role) => written.includes(role)));
}

/** A row of `keys`, without the hash. */
export function keyOf(row: Row): ApiKey {
  return Object.freeze({
    id: textIn(row, "id"),
    name: textIn(row, "name"),
    project: textOrNullIn(row, "project"),
    roles: rolesIn(row),
    createdAt: numberIn(row, "created_at"),
    lastFour: textIn(row, "last_four"),
    expiresAt: numberOrNullIn(row, "expires_at"),
    revokedAt: numberOrNullIn(row, "revoked_at"),
  });
}

function kindIn(row: Row): ArtefactKind {
  const kind = textIn(row, "kind");
  if (kind === "calibrator" || kind === "policy") return kind;
  throw new StoreError("damaged", `the store has an artefact of kind ${kind}, expected calibrator or policy`);
}

/** A row of `artefacts`. */
export function artefactOf(row: Row): StoredArtefact {
  return {
    id: textIn(row, "id"),
    project: textIn(row, "project"),
    kind: kindIn(row),
    model: textIn(row, "model"),
    version: textOrNullIn(row, "version"),
    createdAt: numberIn(row, "created_at"),
    createdBy: textIn(row, "created_by"),
    note: textOrNullIn(row, "note"),
    json: textIn(row, "document"),
  };
}

/**
 * The document of an artefact, checked in full.
 *
 * @throws {InputError} as `openCalibrator` and `openPolicy`
 */
export function documentOf(kind: ArtefactKind, json: string): Calibrator | PolicyDocument {
  const parsed: unknown = JSON.parse(json);
  return kind === "calibrator" ? openCalibrator(parsed) : openPolicy(parsed);
}

/** A row of `activations`. */
export function activationOf(row: Row): Activation {
  return Object.freeze({
    project: textIn(row, "project"),
    model: textIn(row, "model"),
    version: textOrNullIn(row, "version"),
    route: textOrNullIn(row, "route"),
    calibratorId: textOrNullIn(row, "calibrator_id"),
    policyId: textOrNullIn(row, "policy_id"),
    activatedAt: numberIn(row, "activated_at"),
    activatedBy: textIn(row, "activated_by"),
  });
}

/** A row of `audit`. */
export function auditEntryOf(row: Row): AuditEntry {
  return {
    sequence: numberIn(row, "sequence"),
    at: numberIn(row, "at"),
    actor: textIn(row, "actor"),
    project: textOrNullIn(row, "project"),
    action: textIn(row, "action"),
    subject: textIn(row, "subject"),
    details: objectIn(row, "details"),
  };
}

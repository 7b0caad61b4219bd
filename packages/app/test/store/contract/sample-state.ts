import { sealPolicy } from "@candor/core";
import { expect } from "vitest";
import {
  type Activation,
  type ApiKey,
  type Artefact,
  defaultSettings,
  type Project,
} from "../../../src/store/state-store.ts";
import { binaryCalibrator, logistic } from "../../cli/calibrators.ts";
import { samplePolicy } from "../../sample-policy.ts";

/** When the projects were made. */
export const time = 1_790_000_000_000;

/** A project with the settings a new project has. */
export function projectNamed(id: string): Project {
  return { id, name: `Project ${id}`, createdAt: time, demo: false, settings: defaultSettings };
}

/** A key for reading. */
export function keyNamed(id: string, project: string | null): ApiKey {
  return {
    id,
    name: `Key ${id}`,
    project,
    roles: ["read", "write"],
    createdAt: time + 1,
    lastFour: "wxyz",
    expiresAt: null,
    revokedAt: null,
  };
}

/** The hash of a secret, of one digit only. */
export const hashOf = (digit: string): string => digit.repeat(64);

/** A calibrator of a model, one of many. */
export function calibratorArtefact(project: string, slope: number): Artefact {
  const document = binaryCalibrator({ map: logistic(slope) });
  const id = `cal_${document.fingerprint.slice("sha256:".length, "sha256:".length + 16)}`;
  const own = { model: "fraud", version: "v1", createdAt: time + 2, createdBy: "key_1", note: "spring" };
  return { id, project, kind: "calibrator", ...own, document };
}

/** A policy of the same model. */
export function policyArtefact(project: string): Artefact {
  const { fingerprint: _, ...draft } = samplePolicy("risk");
  const document = sealPolicy(draft);
  const id = `pol_${document.fingerprint.slice("sha256:".length, "sha256:".length + 16)}`;
  const own = { model: "fraud", version: null, createdAt: time + 3, createdBy: "cli", note: null };
  return { id, project, kind: "policy", ...own, document };
}

/** An activation for one version of the model. */
export function activationOf(project: string, changes: Partial<Activation> = {}): Activation {
  const scope = { project, model: "fraud", version: "v1", route: null };
  return { ...scope, calibratorId: null, policyId: null, activatedAt: time + 4, activatedBy: "key_1", ...changes };
}

/** The refusal of what is not there. */
export const unknown: unknown = expect.objectContaining({ name: "StoreError", code: "unknown" });

/** The refusal of what is there already. */
export const exists: unknown = expect.objectContaining({ name: "StoreError", code: "exists" });

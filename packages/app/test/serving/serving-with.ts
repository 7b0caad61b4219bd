import { type Calibrator, makePolicy, type PolicyDocument, policyFromCosts } from "@candor/core";
import { type Active, activeOf, artefactId, openArtefact } from "../../src/serving/active.ts";
import type { ProjectServing } from "../../src/serving/create-serving.ts";
import type { DecideRequest, Given } from "../../src/serving/decide-request.ts";
import type { Decided, DecideResult, Refused } from "../../src/serving/decided.ts";
import { type Artefact, defaultSettings, type ProjectSettings } from "../../src/store/state-store.ts";

/** An artefact of version v1 of fraud, unless told otherwise. */
export function artefactOf(document: Calibrator | PolicyDocument, own: Partial<Artefact> = {}): Artefact {
  const kind = document.schema === "candor.policy/1" ? "policy" : "calibrator";
  const made = { project: "default", model: "fraud", version: "v1", createdAt: 1, createdBy: "cli", note: null };
  return { id: artefactId(kind, document.fingerprint), kind, document, ...made, ...own };
}

/** A project in which these artefacts are active for everything. */
export function servingWith(
  artefacts: readonly Artefact[],
  whenUncertified: ProjectSettings["whenUncertified"] = "review",
): ProjectServing {
  const settings = { ...defaultSettings, whenUncertified };
  const opened = artefacts.map(openArtefact);
  const ids = {
    calibratorId: artefacts.find(({ kind }) => kind === "calibrator")?.id ?? null,
    policyId: artefacts.find(({ kind }) => kind === "policy")?.id ?? null,
  };
  const scope = { model: "fraud", version: null, route: null, activatedAt: 1, activatedBy: "cli", project: "default" };
  const activation = artefacts.length === 0 ? null : { ...scope, ...ids };
  const known = new Map<string, Active>();
  return {
    project: "default",
    settings,
    scopes: activation === null ? [] : [activation],
    active(model, version, route) {
      const key = JSON.stringify([model, version, route]);
      const active = known.get(key) ?? activeOf({ model, version, route }, activation, opened, settings);
      known.set(key, active);
      return active;
    },
  };
}

/** A request of version v1 of fraud, unless told otherwise. */
export function requestOf(given: Given, own: Partial<DecideRequest> = {}): DecideRequest {
  return { model: "fraud", version: "v1", route: null, segments: {}, prediction: null, task: null, given, ...own };
}

/** A request with a score. */
export function scored(score: number | null, own: Partial<DecideRequest> = {}): DecideRequest {
  return requestOf({ kind: "score", score }, own);
}

export function decidedOf(result: DecideResult | undefined): Decided {
  if (result === undefined || "refused" in result) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.decided;
}

export function refusedOf(result: DecideResult | undefined): Refused {
  if (result === undefined || "decided" in result) throw new Error(`decided: ${JSON.stringify(result)}`);
  return result.refused;
}

/** Costs that act from a confidence of 0.9. */
export const costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };

/** The policy of these costs for scores of a kind or a calibrator. */
export function costPolicy(scores: Parameters<typeof policyFromCosts>[0], on?: "positive"): PolicyDocument {
  return policyFromCosts(scores, costs, { version: "0.1.0", ...(on === undefined ? {} : { on }) });
}

/** A policy of confidences that acts on some and demands rows in distribution, with a p-value above 0.05. */
export function demandingPolicy(): PolicyDocument {
  const rows = 40;
  const confidences = Float64Array.from({ length: rows }, (_, i) => 0.5 + i / 100);
  return makePolicy(
    {
      task: "confidence",
      rows,
      segments: [],
      classNames: [],
      confidences,
      correct: Uint8Array.from(confidences, (_, i) => i % 2),
      insidePValues: { name: "ood_p", values: Float64Array.from(confidences, (_, i) => i / rows) },
    },
    {
      version: "0.1.0",
      source: { name: "rows", rows, skipped: [], columns: {}, approximate: false, notes: [] },
      objective: { kind: "coverage", target: 0.5 },
      inDistribution: { column: "ood_p", level: 0.05 },
    },
  );
}

import type { PolicyDocument } from "@candor/core";
import type { Activation, Artefact } from "../store/state-store.ts";
import { type Active, artefactId } from "./active.ts";
import type { ProjectServing } from "./create-serving.ts";

/** What decides for a model version on routes that have nothing of their own. */
export interface ActiveNow {
  /** The policy's own where it has one. */
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** When that was activated, milliseconds since 1970. */
  readonly since: number;
  /** Whether it was activated for this version alone or for all versions of the model. */
  readonly scope: "version" | "model";
  /** Of the policy; null without one. */
  readonly certificate: ActiveCertificate | null;
  /** Why decisions do not count as certified, as the end of a sentence; null where they do. */
  readonly uncertified: string | null;
}

/** What the policy proves. */
export interface ActiveCertificate {
  /** `none`: the policy has no risk target, so there was nothing to certify. */
  readonly status: "certified" | "not-certified" | "none";
  /** At most this share of errors among what is acted on, and how sure that is; null without a risk target. */
  readonly target: { readonly maxError: number; readonly sure: number } | null;
  /** One plain sentence of the policy. */
  readonly sentence: string;
}

/** What is active for a model version, and since when its calibrator is the one that it is. */
export interface ActiveState {
  /** Null: nothing. */
  readonly active: ActiveNow | null;
  /** When another calibrator began to decide for it, milliseconds since 1970; null where none ever did. */
  readonly recalibratedAt: number | null;
  /** Routes that have something of their own, each once. */
  readonly routes: readonly string[];
}

/** What is known of the activations of a project. */
export interface ActivationHistory {
  readonly serving: ProjectServing;
  /** Newest last. */
  readonly activations: readonly Activation[];
  /** All policies of the project. */
  readonly policies: readonly Artefact[];
}

/** A function from a model and a version to what is active for it. */
export function activeStates(history: ActivationHistory): (model: string, version: string) => ActiveState {
  const { serving, activations, policies } = history;
  const byModel = new Map<string, Activation[]>();
  for (const activation of activations) {
    const list = byModel.get(activation.model);
    if (list === undefined) byModel.set(activation.model, [activation]);
    else list.push(activation);
  }
  const calibrators = new Map(policies.map(({ id, document }) => [id, ownCalibrator(document)]));
  const calibratorOf = ({ calibratorId, policyId }: Activation): string | null =>
    (policyId === null ? null : calibrators.get(policyId)) ?? calibratorId;
  return (model, version) => {
    const ofModel = byModel.get(model) ?? [];
    const routes = serving.scopes.flatMap((scope) =>
      scope.model === model && scope.route !== null && (scope.version ?? version) === version ? [scope.route] : [],
    );
    return {
      active: ofModel.length === 0 ? null : activeNow(serving.active(model, version, null)),
      recalibratedAt: recalibratedAt(ofModel, version, calibratorOf),
      routes: [...new Set(routes)].sort(),
    };
  };
}

function ownCalibrator(document: Artefact["document"]): string | null {
  if (document.schema !== "candor.policy/1" || document.calibrator === null) return null;
  return artefactId("calibrator", document.calibrator.fingerprint);
}

function activeNow({ scope, calibratorId, policyId, policy, uncertified }: Active): ActiveNow | null {
  if (scope === null) return null;
  return {
    calibratorId,
    policyId,
    since: scope.activatedAt,
    scope: scope.version === null ? "model" : "version",
    certificate: policy === null ? null : certificateOf(policy),
    uncertified,
  };
}

function certificateOf({ certificate, verdict: { sentence } }: PolicyDocument): ActiveCertificate {
  if (certificate === null) return { status: "none", target: null, sentence };
  const { certified, maxError, sure } = certificate;
  return { status: certified ? "certified" : "not-certified", target: { maxError, sure }, sentence };
}

/** When the calibrator of a version last became another one, on routes that have nothing of their own. */
function recalibratedAt(
  activations: readonly Activation[],
  version: string,
  calibratorOf: (activation: Activation) => string | null,
): number | null {
  let at: number | null = null;
  let before: string | null = null;
  let own: Activation | null = null;
  let wide: Activation | null = null;
  for (const activation of activations) {
    if (activation.route !== null || (activation.version ?? version) !== version) continue;
    const isOver = activation.calibratorId === null && activation.policyId === null;
    if (activation.version === null) wide = isOver ? null : activation;
    else own = isOver ? null : activation;
    const current = own ?? wide;
    const calibrator = current === null ? null : calibratorOf(current);
    if (calibrator !== null && calibrator !== before) at = activation.activatedAt;
    before = calibrator;
  }
  return at;
}

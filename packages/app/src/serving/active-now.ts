import type { PolicyDocument } from "@candor/core";
import { StoreError } from "../store/errors.ts";
import type { Activation, Artefact, StateStore } from "../store/state-store.ts";
import { artefactId } from "./active.ts";
import { whyForeign, whyUnproven } from "./belonging.ts";
import { mostSpecific, newestByScope } from "./create-serving.ts";

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

/** Documents that are opened at a time: each that was not asked for before is checked in full, which takes 2 ms. */
const atATime = 4;

/**
 * What a project has active, by model and version: read at once, so that hundreds of versions cost one look at the state.
 *
 * @param pause lets the process do something else before more documents are opened
 */
export async function readActiveStates(
  state: Pick<StateStore, "activations" | "artefact">,
  project: string,
  pause: () => Promise<unknown> = () => Promise.resolve(),
): Promise<(model: string, version: string) => ActiveState> {
  const activations = await state.activations(project);
  const artefacts = await artefactsOf(state, project, activations, pause);
  const scopes = newestByScope(activations);
  const byModel = new Map<string, Activation[]>();
  for (const activation of activations) {
    const list = byModel.get(activation.model);
    if (list === undefined) byModel.set(activation.model, [activation]);
    else list.push(activation);
  }
  return (model, version) => {
    const ofModel = byModel.get(model) ?? [];
    const routes = new Set<string>();
    for (const { route, version: of } of ofModel)
      if (route !== null && (of ?? version) === version && mostSpecific(scopes, model, version, route)?.route === route)
        routes.add(route);
    const activation = mostSpecific(scopes, model, version, null);
    return {
      active: activation === null ? null : activeNow(activation, artefacts, model, version),
      recalibratedAt: recalibratedAt(ofModel, version, (one) => calibratorOf(one, artefacts)),
      routes: [...routes].sort(),
    };
  };
}

type Artefacts = ReadonlyMap<string, Artefact>;

async function artefactsOf(
  state: Pick<StateStore, "artefact">,
  project: string,
  activations: readonly Activation[],
  pause: () => Promise<unknown>,
): Promise<Artefacts> {
  const found = new Map<string, Artefact>();
  for (const { route, calibratorId, policyId } of activations)
    for (const id of [calibratorId, policyId]) {
      if (route !== null || id === null || found.has(id)) continue;
      const artefact = await state.artefact(project, id);
      if (artefact === null) throw new StoreError("damaged", `${id} is active in ${project} but is not there`);
      found.set(id, artefact);
      if (found.size % atATime === 0) await pause();
    }
  return found;
}

/** The policy of an activation, and its document. */
function policyOf({ policyId }: Activation, artefacts: Artefacts): readonly [Artefact, PolicyDocument] | null {
  const artefact = policyId === null ? undefined : artefacts.get(policyId);
  return artefact?.document.schema === "candor.policy/1" ? [artefact, artefact.document] : null;
}

function calibratorOf(activation: Activation, artefacts: Artefacts): string | null {
  const own = policyOf(activation, artefacts)?.[1].calibrator;
  return own == null ? activation.calibratorId : artefactId("calibrator", own.fingerprint);
}

function activeNow(activation: Activation, artefacts: Artefacts, model: string, version: string): ActiveNow {
  const found = policyOf(activation, artefacts);
  const beside = activation.calibratorId === null ? undefined : artefacts.get(activation.calibratorId);
  const [artefact, policy] = found ?? [undefined, null];
  const calibratorId = calibratorOf(activation, artefacts);
  const foreign = [artefact, policy?.calibrator == null ? beside : undefined]
    .map((one) => (one === undefined ? null : whyForeign(one, model, version)))
    .find((why) => why !== null);
  return {
    calibratorId,
    policyId: activation.policyId,
    since: activation.activatedAt,
    scope: activation.version === null ? "model" : "version",
    certificate: policy === null ? null : certificateOf(policy),
    uncertified: foreign ?? (policy === null ? null : whyUnproven(policy, calibratorId !== null)),
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

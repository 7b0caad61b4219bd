import { whyForeign, whyUnproven } from "../../serving/belonging.ts";
import type { PredictionEvent } from "../../store/events.ts";
import type { Artefact, StateStore } from "../../store/state-store.ts";

/**
 * The predictions, with `certified` where a client decided under a policy, and calibrator, that this project holds, that were made
 * for the very model version, and that prove what they promise: the same that `decide` asks of what is active.
 */
export async function certifyPredictions(
  predictions: readonly PredictionEvent[],
  state: StateStore,
): Promise<PredictionEvent[]> {
  const artefacts = new Map<string, Artefact | null>();
  const known = new Map<string, boolean>();
  const find = async (project: string, id: string): Promise<Artefact | null> => {
    const before = artefacts.get(id);
    if (before !== undefined) return before;
    const artefact = await state.artefact(project, id);
    artefacts.set(id, artefact);
    return artefact;
  };
  const certified: PredictionEvent[] = [];
  for (const event of predictions) {
    const { project, decision, policyId, calibratorId, model, version } = event;
    if (decision === null || policyId === null) {
      certified.push(event);
      continue;
    }
    const scope = JSON.stringify([policyId, calibratorId, model, version]);
    let holds = known.get(scope);
    if (holds === undefined) {
      const policy = await find(project, policyId);
      const calibrator = calibratorId === null ? null : await find(project, calibratorId);
      holds = isProven(policy, calibrator, event);
      known.set(scope, holds);
    }
    certified.push(holds ? { ...event, certified: true } : event);
  }
  return certified;
}

function isProven(
  policy: Artefact | null,
  calibrator: Artefact | null,
  { calibratorId, model, version }: PredictionEvent,
): boolean {
  if (policy === null || whyForeign(policy, model, version) !== null) return false;
  const { document } = policy;
  if (document.schema !== "candor.policy/1") return false;
  const own = document.calibrator;
  const isOwn = own !== null && calibratorId !== null && own.fingerprint.startsWith(`sha256:${calibratorId.slice(4)}`);
  if (calibratorId !== null && !isOwn) {
    if (calibrator === null || calibrator.kind !== "calibrator") return false;
    if (whyForeign(calibrator, model, version) !== null) return false;
  }
  return whyUnproven(document, own !== null || calibratorId !== null) === null;
}

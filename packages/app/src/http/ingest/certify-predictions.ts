import type { PredictionEvent } from "../../store/events.ts";
import type { StateStore } from "../../store/state-store.ts";

/**
 * The predictions, with `certified` where a client decided under a policy, and calibrator, that this project holds for the very
 * model version.
 */
export async function certifyPredictions(
  predictions: readonly PredictionEvent[],
  state: StateStore,
): Promise<PredictionEvent[]> {
  const known = new Map<string, string | null>();
  const belongs = async (project: string, id: string, owner: string): Promise<boolean> => {
    if (!known.has(id)) {
      const artefact = await state.artefact(project, id);
      known.set(id, artefact === null || artefact.version === null ? null : ownerOf(artefact.model, artefact.version));
    }
    return known.get(id) === owner;
  };
  const certified: PredictionEvent[] = [];
  for (const event of predictions) {
    const { project, decision, policyId, calibratorId, model, version } = event;
    if (decision === null || policyId === null) {
      certified.push(event);
      continue;
    }
    const owner = ownerOf(model, version);
    const holds =
      (await belongs(project, policyId, owner)) &&
      (calibratorId === null || (await belongs(project, calibratorId, owner)));
    certified.push(holds ? { ...event, certified: true } : event);
  }
  return certified;
}

function ownerOf(model: string, version: string): string {
  return JSON.stringify([model, version]);
}

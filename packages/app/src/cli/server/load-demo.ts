import { simulate } from "../../simulation/simulate.ts";
import type {
  SimulatedArtefact,
  SimulatedOutcome,
  SimulatedPrediction,
  Simulation,
} from "../../simulation/simulated.ts";
import { hourMs, truth } from "../../simulation/truth.ts";
import { version } from "../../version.ts";
import type { CliContext } from "../context.ts";
import { createProgress } from "../progress.ts";
import { UsageError } from "../usage-error.ts";
import { callApi, field, listField, textField } from "./call-api.ts";
import type { Connection } from "./connect.ts";
import { sendBatch } from "./send-batch.ts";

/** The project that the demo is in. */
export const demoProject = "demo";

/** Days that the demo keeps prompts and answers of its judge. */
const contentDays = 30;

const batchItems = 5000;

/** What was loaded, or was there. */
export interface LoadedDemo {
  readonly predictions: number;
  readonly outcomes: number;
  /** All of it was there already. */
  readonly wasThere: boolean;
}

/** The demo's project as the API describes it; undefined where there is none. */
export async function findDemo(connection: Connection): Promise<unknown> {
  const projects = listField(await callApi(connection, "/api/v1/projects"), "projects");
  const found = projects.find((project) => textField(project, "id") === demoProject);
  if (found !== undefined && field(found, "demo") !== true)
    throw new UsageError(`project ${demoProject} holds data that is not made up: it is left as it is`);
  return found;
}

/**
 * Loads the simulated project, or what is missing of it. It ends with the hour in which the project was made, so that loading
 * it again changes nothing.
 *
 * @param scale of the traffic; 1 is all of it
 */
export async function loadDemo(connection: Connection, context: CliContext, scale = 1): Promise<LoadedDemo> {
  const found = await findDemo(connection);
  const project =
    found ??
    (await callApi(connection, "/api/v1/projects", {
      method: "POST",
      body: JSON.stringify({
        id: demoProject,
        name: "Demo (made up)",
        demo: true,
        settings: { maturityHours: truth.maturityHours, contentDays },
      }),
    }));
  const createdAt = field(project, "createdAt");
  const progress = createProgress(context.stderr);
  try {
    progress.update("simulating", undefined);
    const until = Math.floor(Number(createdAt) / hourMs) * hourMs;
    const world = context.whileBusy(() => simulate({ until, version, scale }));
    const { predictions, outcomes } = world;
    const counts = { predictions: predictions.length, outcomes: outcomes.length };
    if (found !== undefined && (await isComplete(connection, counts))) return { ...counts, wasThere: true };
    const ids = await keepArtefacts(connection, world);
    const total = predictions.length + outcomes.length;
    let sent = 0;
    const send = async (kind: "predictions" | "outcomes", items: readonly unknown[]): Promise<void> => {
      for (let from = 0; from < items.length; from += batchItems) {
        const batch = items.slice(from, from + batchItems);
        const rejected = await sendBatch(connection, { kind, project: demoProject, signal: context.signal }, batch);
        if (rejected[0] !== undefined) throw new Error(`the server refused the demo: ${rejected[0].message}`);
        sent += batch.length;
        progress.update("loading", sent / total, sent);
      }
    };
    await send(
      "predictions",
      predictions.map((prediction) => predictionBody(prediction, ids, world.contents)),
    );
    await send("outcomes", outcomes.map(outcomeBody));
    await activate(connection, world.artefacts, ids);
    await callApi(connection, "/api/v1/data-health?fresh=true", { project: demoProject });
    return { ...counts, wasThere: false };
  } finally {
    progress.clear();
  }
}

async function isComplete(
  connection: Connection,
  wanted: { readonly predictions: number; readonly outcomes: number },
): Promise<boolean> {
  const health = await callApi(connection, "/api/v1/data-health?fresh=true", { project: demoProject });
  const activations = await callApi(connection, "/api/v1/activations", { project: demoProject });
  return (
    field(health, "predictions") === wanted.predictions &&
    field(health, "outcomes") === wanted.outcomes &&
    listField(activations, "current").length > 0
  );
}

/** Uploads calibrator and policies; their ids by name. */
async function keepArtefacts(connection: Connection, { artefacts }: Simulation): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { kind, name, model, version: of, note, document } of artefacts) {
    const kept = await callApi(connection, kind === "calibrator" ? "/api/v1/calibrators" : "/api/v1/policies", {
      method: "POST",
      project: demoProject,
      body: JSON.stringify({ document, model, version: of, note }),
    });
    ids.set(name, textField(kept, "id"));
  }
  return ids;
}

/** Makes active what decided, one after the other, each on the day on which it was. */
async function activate(
  connection: Connection,
  artefacts: readonly SimulatedArtefact[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const before = await callApi(connection, "/api/v1/activations", { project: demoProject });
  if (listField(before, "current").length > 0) return;
  for (const artefact of artefacts) {
    if (artefact.kind === "calibrator") continue;
    await callApi(connection, "/api/v1/activations", {
      method: "POST",
      project: demoProject,
      body: JSON.stringify({
        model: artefact.model,
        version: artefact.version,
        calibratorId: ids.get(artefact.calibrator),
        policyId: ids.get(artefact.name),
        activatedAt: artefact.activatedAt,
      }),
    });
  }
}

function predictionBody(
  { truth: _, calibrator, policy, route, prediction, decision, propensity, ...row }: SimulatedPrediction,
  ids: ReadonlyMap<string, string>,
  contents: Simulation["contents"],
): object {
  const content = contents.get(row.id);
  return {
    ...row,
    ...(content === undefined ? {} : { content }),
    ...(route === null ? {} : { route }),
    ...(prediction === null ? {} : { prediction }),
    ...(decision === null ? {} : { decision }),
    ...(propensity === null ? {} : { propensity }),
    ...(calibrator === null ? {} : { calibratorId: ids.get(calibrator) }),
    ...(policy === null ? {} : { policyId: ids.get(policy) }),
  };
}

function outcomeBody({ predictionId, source, value, observedAt }: SimulatedOutcome): object {
  return { predictionId, source, value, observedAt };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServing, mostSpecific, newestByScope, type Serving } from "../../src/serving/create-serving.ts";
import { type DuckStore, openDuckStore } from "../../src/store/duckdb/open-store.ts";
import { type Activation, defaultSettings } from "../../src/store/state-store.ts";
import { binaryCalibrator, logistic } from "../cli/calibrators.ts";
import { artefactOf, costPolicy } from "./serving-with.ts";

const first = binaryCalibrator({ map: logistic(0.5) });
const second = binaryCalibrator({ map: logistic(0.7) });
const policy = costPolicy(first);

function activation(own: Partial<Activation>): Activation {
  const nobody = { calibratorId: null, policyId: null };
  const scope = { project: "p", model: "fraud", version: null, route: null, activatedAt: 1, activatedBy: "cli" };
  return { ...scope, ...nobody, ...own };
}

let folder = "";
let store: DuckStore;
let serving: Serving;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-serving-"));
  store = await openDuckStore({ path: join(folder, "s.duckdb"), temporaryFolder: folder, now: () => 1 });
  for (const id of ["p", "q"])
    await store.state.createProject({ id, name: id, createdAt: 1, demo: false, settings: defaultSettings }, "cli");
  for (const document of [first, second, policy]) await store.state.addArtefact(artefactOf(document, { project: "p" }));
  serving = createServing(store.state);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("createServing(state)", () => {
  const one = artefactOf(first).id;
  const two = artefactOf(second).id;
  const pol = artefactOf(policy).id;

  async function calibratorOf(version: string, route: string | null): Promise<string | null> {
    return (await serving.open("p")).active("fraud", version, route).calibratorId;
  }

  it("open(project) takes the most specific scope, and its newest activation", async () => {
    expect(await calibratorOf("v1", null)).toBe(null);
    await store.state.activate(activation({ calibratorId: one }));
    expect(await calibratorOf("v1", "eu")).toBe(one);
    await store.state.activate(activation({ route: "eu", calibratorId: two }));
    expect([await calibratorOf("v1", "eu"), await calibratorOf("v1", "us"), await calibratorOf("v1", null)]).toEqual([
      two,
      one,
      one,
    ]);
    await store.state.activate(activation({ version: "v1", calibratorId: one }));
    expect([await calibratorOf("v1", "eu"), await calibratorOf("v2", "eu")]).toEqual([one, two]);
    await store.state.activate(activation({ version: "v1", route: "eu", calibratorId: two }));
    expect([await calibratorOf("v1", "eu"), await calibratorOf("v1", "us")]).toEqual([two, one]);
    await store.state.activate(activation({ version: "v1", route: "eu", policyId: pol, activatedAt: 0 }));
    const active = (await serving.open("p")).active("fraud", "v1", "eu");
    expect([active.policyId, active.calibratorId]).toEqual([pol, one]);
  });

  it("open(project) leaves the decision to the wider scope where one was ended", async () => {
    await store.state.activate(activation({ version: "v1", route: "eu" }));
    await store.state.activate(activation({ version: "v1" }));
    expect([await calibratorOf("v1", "eu"), await calibratorOf("v1", null)]).toEqual([two, one]);
  });

  it("open(project) looks again only when the state has changed, and opens each document once", async () => {
    const before = await serving.open("p");
    expect(await serving.open("p")).toBe(before);
    const { calibrator } = before.active("fraud", "v9", null);
    await store.state.updateProject("q", { name: "other" }, "cli");
    const after = await serving.open("p");
    expect(after).not.toBe(before);
    expect(after.active("fraud", "v9", null).calibrator).toBe(calibrator);
  });

  it("open(project) keeps projects and models apart, however their names are put together", async () => {
    expect((await serving.open("q")).active("fraud", "v1", null).calibratorId).toBe(null);
    const own = await serving.open("p");
    expect(own.active("fraud:", "v1", null).calibratorId).toBe(null);
    expect(own.active("fraud", "v1", "eu").route).toBe("eu");
    expect(own.active("fraud", "v1:eu", null)).toMatchObject({ version: "v1:eu", route: null });
  });

  it("open(project) says that there is no such project", async () => {
    await expect(serving.open("r")).rejects.toThrow("there is no project r");
  });

  it("mostSpecific(newestByScope(activations)) follows their order, not their clocks", () => {
    const all = [
      activation({ calibratorId: one, activatedAt: 100 }),
      activation({ calibratorId: two, activatedAt: 50 }),
    ];
    expect(mostSpecific(newestByScope(all), "fraud", "v1", null)?.calibratorId).toBe(two);
  });
});

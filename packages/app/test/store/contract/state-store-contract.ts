import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealPolicy } from "@candor/core";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Activation,
  type ApiKey,
  type Artefact,
  defaultSettings,
  type Project,
  type StateStore,
} from "../../../src/store/state-store.ts";
import { binaryCalibrator, logistic } from "../../cli/calibrators.ts";
import { samplePolicy } from "../../sample-policy.ts";

/** The state of an engine in a folder; opened again it is what was there before. */
export type OpenState = (folder: string, now: () => number) => Promise<{ state: StateStore; close(): Promise<void> }>;

const time = 1_790_000_000_000;

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

const hashOf = (digit: string): string => digit.repeat(64);

/** A calibrator of a model, one of many. */
export function calibratorArtefact(project: string, slope: number): Artefact {
  const document = binaryCalibrator({ map: logistic(slope) });
  const id = `cal_${document.fingerprint.slice("sha256:".length, "sha256:".length + 16)}`;
  const own = { model: "fraud", version: "v1", createdAt: time + 2, createdBy: "key_1", note: "spring" };
  return { id, project, kind: "calibrator", ...own, document };
}

function policyArtefact(project: string): Artefact {
  const { fingerprint: _, ...draft } = samplePolicy("risk");
  const document = sealPolicy(draft);
  const id = `pol_${document.fingerprint.slice("sha256:".length, "sha256:".length + 16)}`;
  const own = { model: "fraud", version: null, createdAt: time + 3, createdBy: "cli", note: null };
  return { id, project, kind: "policy", ...own, document };
}

function activationOf(project: string, changes: Partial<Activation> = {}): Activation {
  const scope = { project, model: "fraud", version: "v1", route: null };
  return { ...scope, calibratorId: null, policyId: null, activatedAt: time + 4, activatedBy: "key_1", ...changes };
}

/** What every engine of `StateStore` guarantees. */
export function stateStoreContract(open: OpenState): void {
  const folders: string[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), "candor-state-"));
    folders.push(made);
    return made;
  };
  afterAll(() => {
    for (const made of folders) rmSync(made, { recursive: true, force: true });
  });

  /** Does something with a new store, and looks at what is left of it when it is opened again. */
  async function using<T>(
    work: (state: StateStore) => Promise<T>,
    after?: (state: StateStore) => Promise<void>,
  ): Promise<T> {
    const place = folder();
    const first = await open(place, () => time + 9);
    try {
      const result = await work(first.state);
      if (after === undefined) return result;
      await first.close();
      const second = await open(place, () => time + 10);
      try {
        await after(second.state);
      } finally {
        await second.close();
      }
      return result;
    } finally {
      await first.close();
    }
  }

  const unknown = expect.objectContaining({ name: "StoreError", code: "unknown" });
  const exists = expect.objectContaining({ name: "StoreError", code: "exists" });

  describe("projects", () => {
    it("createProject(project) keeps all of it, over a restart", async () => {
      const demo = {
        ...projectNamed("shop"),
        demo: true,
        settings: { ...defaultSettings, maturityHours: 48, contentDays: 7 },
      };
      await using(
        async (state) => {
          expect(await state.projects()).toEqual([]);
          expect(await state.project("shop")).toBeNull();
          await state.createProject(demo, "cli");
          await state.createProject(projectNamed("bank"), "cli");
          expect(await state.project("shop")).toEqual(demo);
        },
        async (state) => {
          expect(await state.project("shop")).toEqual(demo);
          expect((await state.projects()).map(({ id }) => id).sort()).toEqual(["bank", "shop"]);
        },
      );
    });

    it("createProject(project) refuses a second one of that id, and an id that is none", () =>
      using(async (state) => {
        await state.createProject(projectNamed("shop"), "cli");
        await expect(state.createProject(projectNamed("shop"), "cli")).rejects.toEqual(exists);
        await expect(state.createProject(projectNamed("No; DROP"), "cli")).rejects.toMatchObject({
          code: "incompatible",
        });
        expect(await state.audit({ limit: 10 })).toHaveLength(1);
      }));

    it("updateProject(id, change) changes what is given and tells what it was", () =>
      using(
        async (state) => {
          await state.createProject(projectNamed("shop"), "cli");
          const changed = await state.updateProject("shop", { settings: { retentionDays: 30 } }, "key_1");
          expect(changed).toEqual({ ...projectNamed("shop"), settings: { ...defaultSettings, retentionDays: 30 } });
          expect(
            (await state.updateProject("shop", { name: "Böser 'Laden'; --" }, "key_1")).settings.retentionDays,
          ).toBe(30);
          await expect(state.updateProject("bank", { name: "x" }, "cli")).rejects.toEqual(unknown);
          expect((await state.audit({ limit: 2 }))[1]).toMatchObject({
            at: time + 9,
            actor: "key_1",
            action: "project.update",
            details: { before: { settings: { retentionDays: null } }, after: { settings: { retentionDays: 30 } } },
          });
        },
        async (state) => {
          expect(await state.project("shop")).toMatchObject({
            name: "Böser 'Laden'; --",
            settings: { retentionDays: 30 },
          });
        },
      ));

    it("removeProject(id) takes its keys, artefacts and activations along, at once, and leaves the rest", () => {
      const check = async (state: StateStore): Promise<void> => {
        expect(await state.keyOfHash(hashOf("a"))).toBeNull();
        expect(await state.keyOfHash(hashOf("b"))).toMatchObject({ id: "key_b" });
        expect(await state.keyOfHash(hashOf("c"))).toMatchObject({ id: "key_c", project: null });
        expect((await state.keys()).map(({ id }) => id).sort()).toEqual(["key_b", "key_c"]);
        expect(await state.artefacts("shop")).toEqual([]);
        expect(await state.activations("shop")).toEqual([]);
        expect(await state.artefacts("bank")).toHaveLength(1);
        expect(await state.activations("bank")).toHaveLength(1);
        expect((await state.audit({ project: "shop", limit: 10 })).map(({ action }) => action)).toEqual([
          "project.remove",
          "activation.set",
          "calibrator.upload",
          "key.create",
          "project.create",
        ]);
      };
      return using(async (state) => {
        for (const [project, key] of [
          ["shop", "a"],
          ["bank", "b"],
        ] as const) {
          await state.createProject(projectNamed(project), "cli");
          await state.createKey(keyNamed(`key_${key}`, project), hashOf(key), "cli");
          const { id } = await state.addArtefact(calibratorArtefact(project, 0.5));
          await state.activate(activationOf(project, { calibratorId: id }));
        }
        await state.createKey(keyNamed("key_c", null), hashOf("c"), "cli");
        await state.removeProject("shop", "cli");
        await expect(state.removeProject("shop", "cli")).rejects.toEqual(unknown);
        await check(state);
      }, check);
    });
  });

  describe("keys", () => {
    it("keyOfHash(hash) finds the key, over a restart, and nothing for another hash", () =>
      using(
        async (state) => {
          await state.createProject(projectNamed("shop"), "cli");
          await state.createKey(keyNamed("key_1", "shop"), hashOf("a"), "cli");
          await state.createKey(
            { ...keyNamed("key_2", null), roles: ["admin"], expiresAt: time + 5 },
            hashOf("b"),
            "cli",
          );
          expect(await state.keyOfHash(hashOf("a"))).toEqual(keyNamed("key_1", "shop"));
          expect(await state.keys("shop")).toEqual([keyNamed("key_1", "shop")]);
        },
        async (state) => {
          expect(await state.keyOfHash(hashOf("a"))).toEqual(keyNamed("key_1", "shop"));
          expect(await state.keyOfHash(hashOf("b"))).toMatchObject({ roles: ["admin"], expiresAt: time + 5 });
          expect(await state.keyOfHash(hashOf("c"))).toBeNull();
          expect(await state.keyOfHash("")).toBeNull();
        },
      ));

    it("createKey(key, hash) refuses an id or a secret twice, an unknown project, and what is no hash", () =>
      using(async (state) => {
        await state.createKey(keyNamed("key_1", null), hashOf("a"), "cli");
        await expect(state.createKey(keyNamed("key_1", null), hashOf("b"), "cli")).rejects.toEqual(exists);
        await expect(state.createKey(keyNamed("key_2", null), hashOf("a"), "cli")).rejects.toEqual(exists);
        await expect(state.createKey(keyNamed("key_2", "bank"), hashOf("b"), "cli")).rejects.toEqual(unknown);
        await expect(state.createKey(keyNamed("key_2", null), "secret", "cli")).rejects.toMatchObject({
          code: "incompatible",
        });
      }));

    it("revokeKey(id, at) says so from then on; the first time counts", () =>
      using(
        async (state) => {
          await state.createKey(keyNamed("key_1", null), hashOf("a"), "cli");
          await state.revokeKey("key_1", time + 7, "key_2");
          await state.revokeKey("key_1", time + 8, "key_2");
          expect(await state.keyOfHash(hashOf("a"))).toMatchObject({ revokedAt: time + 7 });
          await expect(state.revokeKey("key_9", time, "cli")).rejects.toEqual(unknown);
          expect(await state.audit({ limit: 10 })).toHaveLength(2);
        },
        async (state) => {
          expect(await state.keyOfHash(hashOf("a"))).toMatchObject({ revokedAt: time + 7 });
        },
      ));

    it("no audit entry holds a hash", () =>
      using(async (state) => {
        await state.createKey(keyNamed("key_1", null), hashOf("a"), "cli");
        await state.revokeKey("key_1", time, "cli");
        expect(JSON.stringify(await state.audit({ limit: 10 }))).not.toContain(hashOf("a").slice(0, 16));
      }));
  });

  describe("artefacts", () => {
    it("addArtefact(artefact) keeps the document to the last digit, over a restart", () =>
      using(
        async (state) => {
          await state.createProject(projectNamed("shop"), "cli");
          expect(await state.addArtefact(calibratorArtefact("shop", 1 / 3))).toEqual(calibratorArtefact("shop", 1 / 3));
          expect(await state.addArtefact(policyArtefact("shop"))).toEqual(policyArtefact("shop"));
        },
        async (state) => {
          const { id } = calibratorArtefact("shop", 1 / 3);
          expect(await state.artefact("shop", id)).toEqual(calibratorArtefact("shop", 1 / 3));
          expect(await state.artefact("shop", id)).toBe(await state.artefact("shop", id));
          expect(await state.artefact("bank", id)).toBeNull();
          expect(await state.artefact("shop", "cal_0")).toBeNull();
          expect(await state.artefacts("shop")).toHaveLength(2);
          expect(await state.artefacts("shop", "policy")).toEqual([policyArtefact("shop")]);
          expect(await state.artefacts("bank")).toEqual([]);
        },
      ));

    it("addArtefact(artefact) returns the one that is there for the same document", () =>
      using(async (state) => {
        await state.createProject(projectNamed("shop"), "cli");
        const first = await state.addArtefact(calibratorArtefact("shop", 0.5));
        const again = { ...calibratorArtefact("shop", 0.5), note: "summer", createdAt: time + 99 };
        const both = await Promise.all([state.addArtefact(again), state.addArtefact(again)]);
        expect(both).toEqual([first, first]);
        expect(await state.audit({ limit: 10 })).toHaveLength(2);
      }));

    it("addArtefact(artefact) refuses another document of the same id, and a project that is not there", () =>
      using(async (state) => {
        await state.createProject(projectNamed("shop"), "cli");
        const { id } = await state.addArtefact(calibratorArtefact("shop", 0.5));
        await expect(state.addArtefact({ ...calibratorArtefact("shop", 0.6), id })).rejects.toEqual(exists);
        await expect(state.addArtefact(calibratorArtefact("bank", 0.5))).rejects.toEqual(unknown);
      }));

    it("addArtefact(artefact) refuses a document that does not have its fingerprint", () =>
      using(async (state) => {
        await state.createProject(projectNamed("shop"), "cli");
        const artefact = calibratorArtefact("shop", 0.5);
        const forged = { ...artefact, document: { ...artefact.document, fingerprint: `sha256:${"0".repeat(64)}` } };
        await expect(state.addArtefact(forged)).rejects.toMatchObject({ name: "InputError", code: "incompatible" });
      }));
  });

  describe("activations", () => {
    it("activate(activation) adds to the history, newest last, over a restart", () => {
      const calibratorId = calibratorArtefact("shop", 0.5).id;
      const history = [
        activationOf("shop", { calibratorId }),
        activationOf("shop", { calibratorId, model: "churn", version: null, route: "eu" }),
        activationOf("shop", { activatedAt: time + 5 }),
      ];
      return using(
        async (state) => {
          await state.createProject(projectNamed("shop"), "cli");
          await state.addArtefact(calibratorArtefact("shop", 0.5));
          for (const activation of history) await state.activate(activation);
          expect(await state.activations("shop")).toEqual(history);
          expect((await state.audit({ limit: 1 }))[0]).toMatchObject({ action: "activation.clear", subject: "fraud" });
        },
        async (state) => {
          expect(await state.activations("shop")).toEqual(history);
          expect(await state.activations("shop", { model: "churn" })).toEqual([history[1]]);
          expect(await state.activations("bank")).toEqual([]);
        },
      );
    });

    it("activate(activation) refuses artefacts that are not there, of another project or of another kind", () =>
      using(async (state) => {
        await state.createProject(projectNamed("shop"), "cli");
        await state.createProject(projectNamed("bank"), "cli");
        const { id } = await state.addArtefact(calibratorArtefact("shop", 0.5));
        await expect(state.activate(activationOf("shop", { calibratorId: "cal_0" }))).rejects.toEqual(unknown);
        await expect(state.activate(activationOf("shop", { policyId: id }))).rejects.toEqual(unknown);
        await expect(state.activate(activationOf("bank", { calibratorId: id }))).rejects.toEqual(unknown);
        await expect(state.activate(activationOf("none"))).rejects.toEqual(unknown);
        expect(await state.activations("bank")).toEqual([]);
      }));
  });

  describe("audit", () => {
    const entry = (i: number, project: string | null = null) => ({
      at: time + i,
      actor: "key_1",
      project,
      action: "export",
      subject: `x${i}'; DROP TABLE audit; --`,
      details: { rows: i },
    });

    it("audit({ limit, before }) pages through everything, newest first", () =>
      using(async (state) => {
        for (let i = 0; i < 7; i++) await state.record(entry(i, i % 2 === 0 ? "shop" : null));
        const seen: number[] = [];
        for (let before: number | undefined; ; ) {
          const page = await state.audit({ limit: 3, ...(before === undefined ? {} : { before }) });
          seen.push(...page.map(({ details }) => Number(details["rows"])));
          if (page.length < 3) break;
          before = page[2]?.sequence;
        }
        expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
        const [newest] = await state.audit({ project: "shop", limit: 10 });
        expect(newest).toEqual({ ...entry(6, "shop"), sequence: expect.any(Number) });
        expect(await state.audit({ project: "shop", limit: 10 })).toHaveLength(4);
        expect(await state.audit({ project: "shop' OR '1'='1", limit: 10 })).toEqual([]);
      }));

    it.each([0, -1, 1.5, 1001, Number.NaN])("audit({ limit: %s }) is refused", (limit) =>
      using(async (state) => {
        await expect(state.audit({ limit })).rejects.toMatchObject({ name: "InputError", code: "out-of-range" });
      }),
    );

    it("revision grows with every change and not with reads or refusals, over a restart", async () => {
      let last = 0;
      await using(
        async (state) => {
          const grown = async (work: Promise<unknown>): Promise<boolean> => {
            const before = state.revision;
            await work.catch(() => {});
            return state.revision > before;
          };
          expect(await grown(state.createProject(projectNamed("shop"), "cli"))).toBe(true);
          expect(await grown(state.createProject(projectNamed("shop"), "cli"))).toBe(false);
          expect(await grown(state.updateProject("shop", { name: "x" }, "cli"))).toBe(true);
          expect(await grown(state.createKey(keyNamed("key_1", "shop"), hashOf("a"), "cli"))).toBe(true);
          expect(await grown(state.addArtefact(calibratorArtefact("shop", 0.5)))).toBe(true);
          expect(await grown(state.addArtefact(calibratorArtefact("shop", 0.5)))).toBe(false);
          expect(await grown(state.activate(activationOf("shop")))).toBe(true);
          expect(await grown(state.revokeKey("key_1", time, "cli"))).toBe(true);
          expect(await grown(state.audit({ limit: 5 }))).toBe(false);
          expect(await grown(state.removeProject("shop", "cli"))).toBe(true);
          last = state.revision;
        },
        async (state) => {
          expect(state.revision).toBeGreaterThanOrEqual(last);
        },
      );
    });

    it("changes asked for at the same time happen one after the other, all of them", () =>
      using(
        async (state) => {
          const ids = Array.from({ length: 20 }, (_, i) => `p${i}`);
          await Promise.all(
            ids.flatMap((id) => [state.createProject(projectNamed(id), "cli"), state.record(entry(1, id))]),
          );
          const refused = await Promise.allSettled(
            [1, 2, 3].map(() => state.createProject(projectNamed("same"), "cli")),
          );
          expect(refused.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
        },
        async (state) => {
          const entries = await state.audit({ limit: 100 });
          expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 41 }, (_, i) => 41 - i));
          expect(await state.projects()).toHaveLength(21);
        },
      ));
  });
}

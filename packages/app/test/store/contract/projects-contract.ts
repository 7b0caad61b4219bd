import { describe, expect, it } from "vitest";
import { defaultSettings, type StateStore } from "../../../src/store/state-store.ts";
import {
  activationOf,
  calibratorArtefact,
  exists,
  hashOf,
  keyNamed,
  projectNamed,
  time,
  unknown,
} from "./sample-state.ts";
import type { UsingState } from "./using-state.ts";

/** What every engine guarantees of projects. */
export function projectsContract(using: UsingState): void {
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
}

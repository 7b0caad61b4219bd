import { describe, expect, it } from "vitest";
import {
  activationOf,
  calibratorArtefact,
  exists,
  policyArtefact,
  projectNamed,
  time,
  unknown,
} from "./sample-state.ts";
import type { UsingState } from "./using-state.ts";

/** What every engine guarantees of artefacts and of what is active. */
export function artefactsContract(using: UsingState): void {
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
}

import { describe, expect, it } from "vitest";
import { activationOf, calibratorArtefact, hashOf, keyNamed, projectNamed, time } from "./sample-state.ts";
import type { UsingState } from "./using-state.ts";

/** What every engine guarantees of the audit, of revisions and of changes at the same time. */
export function auditContract(using: UsingState): void {
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

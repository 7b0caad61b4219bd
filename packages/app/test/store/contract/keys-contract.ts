import { describe, expect, it } from "vitest";
import { exists, hashOf, keyNamed, projectNamed, time, unknown } from "./sample-state.ts";
import type { UsingState } from "./using-state.ts";

/** What every engine guarantees of keys. */
export function keysContract(using: UsingState): void {
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
}

import { hash, timingSafeEqual } from "node:crypto";
import type { ApiKey, Role, StateStore } from "../store/state-store.ts";

/** A key with the secret that is shown once. */
export interface NewKey {
  readonly key: ApiKey;
  /** `ck_<id>_<secret>`: what the client sends as bearer. */
  readonly secret: string;
}

const keyPattern = /^ck_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/;

/** SHA-256 of a secret as 64 hexadecimal digits. A secret of 256 random bits needs no slow hash. */
export function hashSecret(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** Whether two texts are the same, in a time that does not say where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether a text has the form of a key; what has not needs no look into the store. */
export function looksLikeKey(secret: string): boolean {
  return keyPattern.test(secret);
}

/**
 * Makes a key and keeps its hash.
 *
 * @param wish name, project (null: all), roles and when it expires (null: never)
 * @param actor who asks for it, for the audit
 */
export async function createApiKey(
  state: StateStore,
  wish: { name: string; project: string | null; roles: readonly Role[]; expiresAt: number | null },
  actor: string,
  randomBytes: (count: number) => Uint8Array,
  now: number,
): Promise<NewKey> {
  const id = Buffer.from(randomBytes(8)).toString("hex");
  const secret = `ck_${id}_${Buffer.from(randomBytes(32)).toString("base64url")}`;
  const key: ApiKey = { id, ...wish, createdAt: now, lastFour: secret.slice(-4), revokedAt: null };
  await state.createKey(key, hashSecret(secret), actor);
  return { key, secret };
}

/**
 * The secret of a first key that may do everything in all projects, or null where there is any key already.
 *
 * @param randomBytes secure
 * @param now milliseconds since 1970
 */
export async function ensureOwnerKey(
  state: StateStore,
  randomBytes: (count: number) => Uint8Array,
  now: number,
): Promise<string | null> {
  if ((await state.keys()).length > 0) return null;
  const owner = { name: "owner", project: null, roles: ["admin"] as const, expiresAt: null };
  return (await createApiKey(state, owner, "cli", randomBytes, now)).secret;
}

import type { ApiKey, StateStore } from "../store/state-store.ts";

const keptAnswers = 10_000;

/** Looks keys up by the hash of their secret, and remembers the answer, also that there is none, while the state stays as it is. */
export interface KeyRing {
  /** The key, also where it is expired or revoked; null where there is none whose secret has this SHA-256. */
  findHash(hash: string): Promise<ApiKey | null>;
}

/** A key ring over a store. A change of the state, such as a revocation, counts from the next request on. */
export function openKeyRing(state: StateStore): KeyRing {
  const answers = new Map<string, ApiKey | null>();
  let revision = state.revision;
  const findHash = async (hash: string): Promise<ApiKey | null> => {
    if (revision !== state.revision) {
      answers.clear();
      revision = state.revision;
    }
    const known = answers.get(hash);
    if (known !== undefined) return known;
    const askedAt = revision;
    const key = await state.keyOfHash(hash);
    if (askedAt !== state.revision) return key;
    if (answers.size >= keptAnswers) answers.clear();
    answers.set(hash, key);
    return key;
  };
  return { findHash };
}

/** Why a key is not good, as a sentence; null where it is good. */
export function keyFault(key: ApiKey, now: number): string | null {
  if (key.revokedAt !== null) return `key ${key.id} is revoked`;
  if (key.expiresAt !== null && key.expiresAt <= now)
    return `key ${key.id} expired at ${new Date(key.expiresAt).toISOString()}`;
  return null;
}

import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { hashSecret, looksLikeKey, sameSecret } from "./api-key.ts";
import type { Caller } from "./deps.ts";
import { HttpError } from "./http-error.ts";
import { type KeyRing, keyFault } from "./key-ring.ts";
import type { AppEnv } from "./server-app.ts";
import type { Session, Sessions } from "./sessions.ts";

/** Name of the cookie of a session. */
export const sessionCookie = "candor_session";

/** Who sends a request, and with which session. */
export interface Identity extends Pick<Caller, "key" | "actor"> {
  readonly session: Session | null;
}

/** What it takes to tell who asks. */
export interface IdentifyDeps {
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly localToken: string | null;
  readonly now: () => number;
}

const challenge = { headers: { "WWW-Authenticate": "Bearer" } };

/**
 * Who sends a request: the bearer of a key, or a browser with a session, which for everything but reading also has to show that
 * the request comes from a page of this server.
 *
 * @throws {HttpError} 401, and 403 for a session without its token or from another origin
 */
export async function identify(c: Context<AppEnv>, deps: IdentifyDeps): Promise<Identity> {
  const header = c.req.header("authorization");
  if (header !== undefined) {
    const bearer = /^Bearer +(\S{1,200})$/i.exec(header)?.[1];
    if (bearer === undefined)
      throw new HttpError(401, "bad-key", "the header Authorization is not of the form Bearer ck_…", challenge);
    return { ...(await identityOf(bearer, deps)), session: null };
  }
  const cookie = getCookie(c, sessionCookie);
  if (cookie === undefined)
    throw new HttpError(401, "no-key", "this needs a key: send the header Authorization: Bearer ck_…", challenge);
  const session = deps.sessions.find(cookie);
  if (session === null) throw new HttpError(401, "no-session", "this session is over: log in again", challenge);
  const identity = await ofSession(session, deps);
  if (c.req.method !== "GET" && c.req.method !== "HEAD") {
    refuseOtherOrigins(c);
    const token = c.req.header("x-csrf-token");
    if (token === undefined || !sameSecret(token, session.csrfToken))
      throw new HttpError(
        403,
        "csrf",
        "with a session this needs the header X-CSRF-Token, as GET /api/v1/session gives it",
      );
  }
  return identity;
}

/** Whose secret this is. @throws {HttpError} 401 */
export async function identityOf(
  secret: string,
  { keys, localToken, now }: Pick<IdentifyDeps, "keys" | "localToken" | "now">,
): Promise<Pick<Caller, "key" | "actor"> & { readonly keyHash: string | null }> {
  if (localToken !== null && !looksLikeKey(secret) && sameSecret(secret, localToken))
    return { key: null, actor: "cli", keyHash: null };
  const keyHash = looksLikeKey(secret) ? hashSecret(secret) : null;
  const key = keyHash === null ? null : await keys.findHash(keyHash);
  const fault = key === null ? "this key is not known here" : keyFault(key, now());
  if (key === null || fault !== null)
    throw new HttpError(401, "bad-key", fault ?? "this key is not known here", challenge);
  return { key, actor: key.id, keyHash };
}

async function ofSession(session: Session, { keys, sessions, now }: IdentifyDeps): Promise<Identity> {
  if (session.keyHash === null) return { key: null, actor: "cli", session };
  const key = await keys.findHash(session.keyHash);
  const fault = key === null ? "the key of this session is gone" : keyFault(key, now());
  if (key !== null && fault === null) return { key, actor: key.id, session };
  sessions.end(session.id);
  throw new HttpError(401, "no-session", fault ?? "the key of this session is gone", challenge);
}

/**
 * Refuses what a page of another origin sends in the name of a browser.
 *
 * @throws {HttpError} 403; also where a browser says nothing of where the request comes from
 */
export function refuseOtherOrigins(c: Context<AppEnv>): void {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  const isForeign =
    (site !== undefined && site !== "same-origin") || (origin !== undefined && hostOf(origin) !== host.toLowerCase());
  if (isForeign || (site === undefined && origin === undefined))
    throw new HttpError(403, "origin", "a session may only be used from the pages of this server");
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

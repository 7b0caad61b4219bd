import { hashSecret } from "./api-key.ts";

/** How long a session lasts, in milliseconds. */
export const sessionMs: number = 12 * 3_600_000;

const keptSessions = 1000;

/** A browser that logged in with a key. */
export interface Session {
  /** SHA-256 of the cookie. */
  readonly id: string;
  /** SHA-256 of the key it logged in with; null for the local command line. The session ends when the key does. */
  readonly keyHash: string | null;
  /** What unsafe requests repeat in a header: a page of another origin cannot read it. */
  readonly csrfToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Sessions of this process; a restart ends them. */
export interface Sessions {
  /** Returns the session with the secret of its cookie, which is not kept. */
  open(keyHash: string | null): { readonly session: Session; readonly secret: string };
  find(secret: string): Session | null;
  end(id: string): void;
}

/** No sessions yet. Of more than a thousand the oldest ends. */
export function openSessions(randomBytes: (count: number) => Uint8Array, now: () => number): Sessions {
  const sessions = new Map<string, Session>();
  const random = () => Buffer.from(randomBytes(32)).toString("base64url");
  return {
    open(keyHash) {
      const secret = random();
      const session: Session = { id: hashSecret(secret), keyHash, csrfToken: random(), expiresAt: now() + sessionMs };
      sessions.set(session.id, session);
      if (sessions.size > keptSessions) for (const oldest of sessions.keys()) if (sessions.delete(oldest)) break;
      return { session, secret };
    },
    find(secret) {
      const id = hashSecret(secret);
      const session = sessions.get(id);
      if (session === undefined) return null;
      if (session.expiresAt > now()) return session;
      sessions.delete(id);
      return null;
    },
    end: (id) => {
      sessions.delete(id);
    },
  };
}

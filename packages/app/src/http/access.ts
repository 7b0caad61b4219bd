import type { ApiKey, Role } from "../store/state-store.ts";

/**
 * What a caller must be allowed to do.
 *
 * - `public`: nothing, not even a key
 * - `any`: a key that is good, whatever its roles
 * - `read`: queries; for `read`, `review` and `admin`
 * - `write`: predictions and decisions; for `write` and `admin`
 * - `outcomes`: say what turned out; for `write`, `review` and `admin`
 * - `review`: for `review` and `admin`
 * - `admin`: everything else
 */
export type Need = "public" | "any" | "read" | "write" | "outcomes" | "review" | "admin";

/** Who may use a route, declared with the route; there is no route without it. */
export interface Access {
  readonly role: Need;
  /**
   * - `caller`: the route sees `callerOf(c).project` and nothing else
   * - `all`: it is about the whole server, and needs a key of all projects
   * - `none`: it touches no project's data
   */
  readonly project: "caller" | "all" | "none";
}

const enough: Readonly<Record<Exclude<Need, "public" | "any">, readonly Role[]>> = {
  read: ["read", "review", "admin"],
  write: ["write", "admin"],
  outcomes: ["write", "review", "admin"],
  review: ["review", "admin"],
  admin: ["admin"],
};

/**
 * Whether a key has one of the roles that a route needs.
 *
 * @param key null for the local command line, which may do everything
 */
export function mayDo(key: ApiKey | null, need: Need): boolean {
  if (need === "public" || need === "any" || key === null) return true;
  return enough[need].some((role) => key.roles.includes(role));
}

/** The roles of which one is needed, for people; empty where none is. */
export function rolesFor(need: Need): readonly Role[] {
  return need === "public" || need === "any" ? [] : enough[need];
}

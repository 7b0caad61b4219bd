import type { Context, MiddlewareHandler } from "hono";
import { type Access, mayDo, rolesFor } from "../access.ts";
import { sameSecret } from "../api-key.ts";
import type { Caller } from "../deps.ts";
import { HttpError } from "../http-error.ts";
import { type KeyRing, keyFault } from "../key-ring.ts";
import type { AppEnv, RouteDeps } from "../server-app.ts";

/** What a request says of who sends it. */
type Identity = Pick<Caller, "key" | "actor">;

const challenge = { "WWW-Authenticate": "Bearer" };

/**
 * Refuses a request whose caller may not use the route, and puts the caller on those that may.
 *
 * @param accessOf who may use the route that a request leads to; undefined where it leads to none
 */
export function authenticate(
  deps: RouteDeps,
  keys: KeyRing,
  accessOf: (c: Context<AppEnv>) => Access | undefined,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const access = accessOf(c);
    if (access === undefined) throw new HttpError(404, "no-route", `there is no ${c.req.method} ${c.req.path}`);
    if (access.role !== "public") {
      const { key, actor } = await identify(c, deps, keys);
      if (!mayDo(key, access.role))
        throw new HttpError(
          403,
          "role",
          `this needs a key with one of the roles ${rolesFor(access.role).join(", ")}; this one has ${key?.roles.join(", ")}`,
        );
      c.set("caller", { key, actor, project: projectOf(c, key, access) });
    }
    await next();
  };
}

async function identify(c: Context<AppEnv>, deps: RouteDeps, keys: KeyRing): Promise<Identity> {
  const header = c.req.header("authorization");
  if (header === undefined)
    throw new HttpError(401, "no-key", "this needs a key: send the header Authorization: Bearer ck_…", {
      headers: challenge,
    });
  const bearer = /^Bearer +(\S{1,200})$/i.exec(header)?.[1];
  if (bearer === undefined)
    throw new HttpError(401, "bad-key", "the header Authorization is not of the form Bearer ck_…", {
      headers: challenge,
    });
  if (deps.localToken !== null && sameSecret(bearer, deps.localToken)) return { key: null, actor: "cli" };
  const key = await keys.find(bearer);
  const fault = key === null ? "this key is not known here" : keyFault(key, deps.now());
  if (key === null || fault !== null)
    throw new HttpError(401, "bad-key", fault ?? "this key is not known here", { headers: challenge });
  return { key, actor: key.id };
}

const projectPattern = /^[a-z0-9_-]{1,64}$/;

function projectOf(c: Context<AppEnv>, key: Caller["key"], access: Access): string {
  const scope = key?.project ?? null;
  if (access.project === "all" && scope !== null)
    throw new HttpError(403, "project", "this is about the whole server and needs a key of all projects");
  const named = c.req.header("x-candor-project") ?? c.req.query("project");
  if (named !== undefined && !projectPattern.test(named))
    throw new HttpError(400, "project", "a project is named by 1 to 64 of a–z, 0–9, - and _");
  if (scope !== null && named !== undefined && named !== scope)
    throw new HttpError(403, "project", `this key belongs to another project than ${named}`);
  return scope ?? named ?? "default";
}

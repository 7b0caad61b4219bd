import type { Context, MiddlewareHandler } from "hono";
import { type Access, mayDo, rolesFor } from "../access.ts";
import type { Caller, Limits } from "../deps.ts";
import { HttpError } from "../http-error.ts";
import { type IdentifyDeps, type Identity, identify } from "../identify.ts";
import { remoteAddress } from "../remote-address.ts";
import type { AppEnv, RouteDeps } from "../server-app.ts";
import { type Allowance, openTokenBuckets } from "../token-bucket.ts";

/** Failures of one address that are answered at once, and how many more per second. */
const failuresAtOnce = 30;
const failuresPerSecond = 0.2;

/**
 * Refuses a request whose caller may not use the route, or comes too often, and puts the caller on those that may.
 *
 * Who fails too often from one address waits. A good key is never held up by that: with 256 random bits there is nothing to
 * guess, and many clients may share an address.
 *
 * @param accessOf who may use the route that a request leads to; undefined where it leads to none
 * @param noRoute the error of a request that leads to none
 */
export function authenticate(
  deps: IdentifyDeps & Pick<RouteDeps, "projectOf"> & { readonly limits: Limits; readonly clock: () => number },
  accessOf: (c: Context<AppEnv>) => Access | undefined,
  noRoute: (c: Context<AppEnv>) => HttpError,
): MiddlewareHandler<AppEnv> {
  const { limits, clock } = deps;
  const requests = openTokenBuckets(limits.requestsPerSecond, limits.burst, clock);
  const failures = openTokenBuckets(failuresPerSecond, failuresAtOnce, clock);
  return async (c, next) => {
    const access = accessOf(c);
    if (access === undefined) throw noRoute(c);
    if (access.role === "public") return next();
    let identity: Identity;
    try {
      identity = await identify(c, deps);
    } catch (error) {
      if (HttpError.is(error)) limitFailures(failures(remoteAddress(c)));
      throw error;
    }
    const { key, actor, session } = identity;
    const allowance = requests(actor);
    c.set("allowance", allowance);
    if (!allowance.isAllowed)
      throw new HttpError(429, "rate-limit", `more than ${limits.requestsPerSecond} requests per second with one key`, {
        headers: retryAfter(allowance),
      });
    if (!mayDo(key, access.role))
      throw new HttpError(
        403,
        "role",
        `this needs a key with one of the roles ${rolesFor(access.role).join(", ")}; this one has ${key?.roles.join(", ")}`,
      );
    const project = projectOf(c, key, access);
    if (access.project === "caller") await deps.projectOf(project);
    c.set("caller", { key, actor, project });
    c.set("session", session ?? undefined);
    await next();
  };
}

/** Counts a failure that a route noticed itself. @throws {HttpError} 429 after too many */
export function limitFailures(allowance: Allowance): void {
  if (!allowance.isAllowed)
    throw new HttpError(429, "failures", "too many requests without a good key from this address", {
      headers: retryAfter(allowance),
    });
}

function retryAfter({ waitSeconds }: Allowance): Readonly<Record<string, string>> {
  return { "Retry-After": String(Math.max(1, Math.ceil(waitSeconds))) };
}

const projectPattern = /^[a-z0-9_-]{1,64}$/;

function projectOf(c: Context<AppEnv>, key: Caller["key"], access: Access): string {
  const scope = key?.project ?? null;
  if (access.project === "all" && scope !== null)
    throw new HttpError(403, "project", "this is about the whole server and needs a key of all projects");
  const header = c.req.header("x-candor-project");
  const query = c.req.query("project");
  if (header !== undefined && query !== undefined && header !== query)
    throw new HttpError(400, "project", "X-Candor-Project and ?project name two projects");
  const named = header ?? query;
  if (named !== undefined && !projectPattern.test(named))
    throw new HttpError(400, "project", "a project is named by 1 to 64 of a–z, 0–9, - and _");
  if (scope !== null && named !== undefined && named !== scope)
    throw new HttpError(403, "project", "this key belongs to another project");
  return scope ?? named ?? "default";
}

import { z } from "@hono/zod-openapi";
import { deleteCookie, setCookie } from "hono/cookie";
import { sameSecret } from "../api-key.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { identityOf, refuseOtherOrigins, sessionCookie } from "../identify.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { limitFailures } from "../middleware/authenticate.ts";
import { remoteAddress } from "../remote-address.ts";
import { callerOf, type RouteModule } from "../server-app.ts";
import { sessionMs } from "../sessions.ts";
import { openTokenBuckets } from "../token-bucket.ts";

const sessionSchema = z
  .object({
    actor: z.string().openapi({ description: "Id of the key, or cli" }),
    project: z.string().nullable().openapi({ description: "The project of the key; null: all" }),
    roles: z.array(z.string()),
    csrfToken: z.string().nullable().openapi({ description: "Goes back as X-CSRF-Token; null without a session" }),
    expiresAt: z.number().nullable(),
  })
  .openapi("Session");

const reply = jsonReply("Who is asking", sessionSchema);

const open = describeRoute(
  { role: "public", project: "none" },
  {
    method: "post",
    path: "/api/v1/session",
    tags: ["session"],
    summary: "Log a browser in with a key, or with the ticket of the link that the server printed, which is good once",
    request: {
      body: jsonBody(z.strictObject({ key: z.string().min(1).max(200) })),
    },
    responses: { 200: reply },
  },
);

const show = describeRoute(
  { role: "any", project: "none" },
  {
    method: "get",
    path: "/api/v1/session",
    tags: ["session"],
    summary: "Who is asking, and what they may do",
    responses: { 200: reply },
  },
);

const end = describeRoute(
  { role: "any", project: "none" },
  {
    method: "delete",
    path: "/api/v1/session",
    tags: ["session"],
    summary: "Log out",
    responses: { 204: { description: "The session is over" } },
  },
);

/** Sessions of browsers: log in, ask, log out. */
export const sessionRoutes: RouteModule = (app, deps) => {
  const failures = openTokenBuckets(0.1, 10, deps.clock);
  let ticket = deps.loginTicket;
  const ticketUntil = deps.now() + sessionMs;
  /** Whose secret this is; a ticket is one once, and as long as a session: what a server prints is often kept in a log. */
  const holderOf = async (secret: string) => {
    if (ticket === null || !sameSecret(secret, ticket)) return identityOf(secret, deps);
    ticket = null;
    if (deps.now() >= ticketUntil)
      throw new HttpError(401, "bad-key", "this link is too old: log in with a key, or start the server again");
    return { key: null, actor: "cli", keyHash: null };
  };
  app.openapi(open, async (c) => {
    refuseOtherOrigins(c);
    try {
      const { key, actor, keyHash } = await holderOf(c.req.valid("json").key.trim());
      const { session, secret } = deps.sessions.open(keyHash);
      setCookie(c, sessionCookie, secret, {
        httpOnly: true,
        sameSite: "Strict",
        secure: deps.isHttps,
        path: "/",
        maxAge: sessionMs / 1000,
      });
      const { csrfToken, expiresAt } = session;
      return c.json(
        { actor, project: key?.project ?? null, roles: [...(key?.roles ?? ["admin"])], csrfToken, expiresAt },
        200,
      );
    } catch (error) {
      if (HttpError.is(error)) limitFailures(failures(remoteAddress(c)));
      throw error;
    }
  });
  app.openapi(show, (c) => {
    const { key, actor } = callerOf(c);
    const session = c.get("session");
    return c.json(
      {
        actor,
        project: key?.project ?? null,
        roles: [...(key?.roles ?? ["admin"])],
        csrfToken: session?.csrfToken ?? null,
        expiresAt: session?.expiresAt ?? key?.expiresAt ?? null,
      },
      200,
    );
  });
  app.openapi(end, (c) => {
    const session = c.get("session");
    if (session !== undefined) deps.sessions.end(session.id);
    deleteCookie(c, sessionCookie, { path: "/", secure: deps.isHttps });
    return c.body(null, 204);
  });
};

import { fileURLToPath } from "node:url";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { pagePaths } from "../dashboard/page-paths.ts";
import { readStaticFiles, type StaticFile } from "../dashboard/static-files.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { addRawRoute } from "../raw-route.ts";
import type { AppEnv, RouteModule } from "../server-app.ts";

/** Where the build puts the pages: beside `dist` and `src`. */
const folder = fileURLToPath(new URL("../../../dashboard", import.meta.url));

const page = (path: string) =>
  describeRoute(
    { role: "public", project: "none" },
    {
      method: "get",
      path,
      tags: ["dashboard"],
      summary: "A page of the dashboard",
      ...(path.includes("{id}") ? { request: { params: z.object({ id: z.string() }) } } : {}),
      responses: { 200: { description: "The page", content: { "text/html": { schema: z.string() } } } },
    },
  );

const asset = describeRoute(
  { role: "public", project: "none" },
  {
    method: "get",
    path: "/assets/{file}",
    tags: ["dashboard"],
    summary: "A file of the dashboard; its name changes with its content",
    request: { params: z.object({ file: z.string() }) },
    responses: { 200: { description: "The file", content: { "*/*": { schema: z.string() } } } },
  },
);

const year = 31_536_000;

function reply(c: Context<AppEnv>, file: StaticFile, cacheControl: string): Response {
  const accepted = (c.req.header("accept-encoding") ?? "")
    .split(",")
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.replace(/;.*/, "").trim().toLowerCase());
  const best = file.encoded.find(({ encoding }) => accepted.includes(encoding));
  return c.body(best?.content ?? file.plain, 200, {
    "Content-Type": file.type,
    "Cache-Control": cacheControl,
    Vary: "Accept-Encoding",
    ...(best === undefined ? {} : { "Content-Encoding": best.encoding }),
  });
}

/** The dashboard: static files that say nothing that is not public; what they show they ask the API for. */
export const dashboardRoutes: RouteModule = (app) => {
  let files: ReadonlyMap<string, StaticFile> | null = null;
  const find = (name: string): StaticFile | undefined => {
    files ??= readStaticFiles(folder);
    return files?.get(name);
  };
  for (const path of pagePaths)
    addRawRoute(app, page(path), async (c) => {
      const index = find("index.html");
      if (index === undefined)
        throw new HttpError(
          404,
          "not-built",
          "the dashboard is not built: npm run build makes it; the API is at /docs",
        );
      return reply(c, index, "no-cache");
    });
  addRawRoute(app, asset, async (c) => {
    const found = find(`assets/${c.req.param("file")}`);
    if (found === undefined) throw new HttpError(404, "no-route", "the dashboard has no such file: reload the page");
    return reply(c, found, `public, max-age=${year}, immutable`);
  });
};

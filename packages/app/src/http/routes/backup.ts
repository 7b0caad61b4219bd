import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { fileSender } from "../query/send-file.ts";
import type { RouteModule } from "../server-app.ts";

const download = describeRoute(
  { role: "admin", project: "all" },
  {
    method: "get",
    path: "/api/v1/backup",
    tags: ["operation"],
    summary: "A consistent copy of everything",
    description:
      "One file for `candor restore`: events and state of all projects, as of the start of the request. The server goes on " +
      "while it is made. It holds the hashes of keys, and content where projects keep it: store it as safely as the data.",
    responses: {
      200: {
        description: "The file",
        headers: z.object({
          "content-disposition": z.string().openapi({ example: 'attachment; filename="candor.duckdb"' }),
        }),
        content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
      },
    },
  },
);

/** Copies of the whole store. */
export const backupRoutes: RouteModule = (app, deps) => {
  const send = fileSender(deps.temporaryFolder, 1);
  app.openapi(download, async (c) => {
    await deps.ingest.settled();
    const stamp = new Date(deps.now()).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
    const write = (path: string) => deps.events.backup(path);
    return send({ write, name: `candor-${stamp}.duckdb`, type: "application/octet-stream" }, c.req.raw);
  });
};

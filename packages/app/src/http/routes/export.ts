import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { whenFresh } from "../query/answer.ts";
import { freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { fileSender } from "../query/send-file.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const types = {
  csv: "text/csv; charset=utf-8; header=present",
  parquet: "application/vnd.apache.parquet",
  ndjson: "application/x-ndjson",
} as const;

const fileSchema = z.string().openapi({ format: "binary" });

const download = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/export",
    tags: ["queries"],
    summary: "Predictions with their outcomes as a file",
    description:
      "One row per prediction, with what counts as its outcome: what `candor report` and `candor fit` read. Prompts, answers " +
      "and features are not in it.",
    request: {
      query: z.object({
        format: z.enum(["csv", "parquet", "ndjson"]).default("csv").openapi({ example: "parquet" }),
        ...scopeParameters,
        ...freshParameter,
      }),
    },
    responses: {
      200: {
        description: "The file",
        headers: z.object({
          "content-disposition": z.string().openapi({ example: 'attachment; filename="default-predictions.csv"' }),
        }),
        content: {
          "text/csv": { schema: fileSchema },
          "application/vnd.apache.parquet": { schema: fileSchema },
          "application/x-ndjson": { schema: fileSchema },
        },
      },
    },
  },
);

/** Predictions with their outcomes as files. */
export const exportRoutes: RouteModule = (app, deps) => {
  const send = fileSender(deps.temporaryFolder, 2);
  app.openapi(download, async (c) => {
    const { format, fresh, ...scope } = c.req.valid("query");
    const { project } = callerOf(c);
    const filter = readScope(scope, project, deps.now());
    await whenFresh(deps, fresh);
    const write = async (path: string): Promise<void> => {
      await deps.events.exportRows(filter, format, path);
    };
    return send({ write, name: `${project}-predictions.${format}`, type: types[format] }, c.req.raw);
  });
};

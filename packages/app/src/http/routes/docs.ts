import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { docsScript, docsStyle } from "../docs/docs-assets.ts";
import { docsPage } from "../docs/docs-page.ts";
import { addRawRoute } from "../raw-route.ts";
import type { App, RouteModule } from "../server-app.ts";

function addFile(app: App, path: string, type: string, summary: string, content: () => string): void {
  const route = describeRoute(
    { role: "public", project: "none" },
    {
      method: "get",
      path,
      tags: ["documentation"],
      summary,
      responses: { 200: { description: summary, content: { [type]: { schema: z.string() } } } },
    },
  );
  addRawRoute(app, route, async (c) =>
    c.body(content(), 200, { "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-cache" }),
  );
}

/** The OpenAPI document and the page that shows it; they say nothing that is not public. */
export const docsRoutes: RouteModule = (app, deps) => {
  let document: string | undefined;
  let page: string | undefined;
  addFile(app, "/openapi.json", "application/json", "This document", () => {
    document ??= JSON.stringify(deps.document());
    return document;
  });
  addFile(app, "/docs", "text/html", "This document as a page", () => {
    page ??= docsPage(JSON.parse(JSON.stringify(deps.document())));
    return page;
  });
  addFile(app, "/docs/docs.css", "text/css", "The style of the page", () => docsStyle);
  addFile(app, "/docs/docs.js", "text/javascript", "The script of the page", () => docsScript);
};

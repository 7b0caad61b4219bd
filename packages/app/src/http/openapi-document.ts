import { version } from "../version.ts";
import { sessionCookie } from "./identify.ts";
import type { App } from "./server-app.ts";

/** The OpenAPI 3.1 document of everything that the application answers to. */
export function openApiDocument(app: App): object {
  const { components = {}, ...document } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Candor",
      version,
      description:
        "Can the confidence scores of a model be trusted? Send predictions and, later, outcomes; ask for calibrated decisions. Errors are {error: {code, message, field?, index?}}. A key of all projects names the project with X-Candor-Project or ?project=; default: default.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
  });
  const securitySchemes = {
    bearer: { type: "http", scheme: "bearer", description: "A key: ck_…" },
    session: {
      type: "apiKey",
      in: "cookie",
      name: sessionCookie,
      description: "A browser session; unsafe methods also need X-CSRF-Token",
    },
  };
  return { ...document, components: { ...components, securitySchemes } };
}

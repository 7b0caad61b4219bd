import { entries, field, resolve } from "./document-fields.ts";
import { schemaText } from "./schema-text.ts";

/**
 * The page of the API, from its OpenAPI document: every operation with what it takes and answers, and a form to try it. Complete
 * without its script, which only sends the forms; nothing on it comes from elsewhere.
 *
 * Packaged viewers were looked at and left: swagger-ui-dist depends on a package with an install script that reports home, RapiDoc
 * and Redoc need inline styles, which the policy of this server forbids.
 */
export function docsPage(document: unknown): string {
  const info = field(document, "info");
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const sections = tags.map((tag) => {
    const own = operations.filter((operation) => operation.tag === tag);
    return `<section id="${anchor(tag)}"><h2>${escaped(tag)}</h2>${own.map((one) => operationHtml(one, document)).join("")}</section>`;
  });
  const links = tags.map((tag) => `<a href="#${anchor(tag)}">${escaped(tag)}</a>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Candor API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/docs.css"><script src="/docs/docs.js" defer></script></head>
<body><header><h1>${escaped(text(field(info, "title")))} API</h1><p>${escaped(text(field(info, "description")))}</p>
<p><a href="/openapi.json">openapi.json</a></p>
<form id="key"><label>Key <input name="key" type="password" autocomplete="off" placeholder="ck_…"></label>
<label>Project <input name="project" autocomplete="off" placeholder="default"></label>
<small>Stays on this page; sent as Authorization: Bearer with every try. Without one, the session that this browser is logged in with is used.</small></form>
<nav aria-label="Operations">${links.join(" ")}</nav></header><main>${sections.join("")}</main></body></html>`;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly value: unknown;
}

function operationsOf(document: unknown): Operation[] {
  return entries(field(document, "paths")).flatMap(([path, methods]) =>
    entries(methods).map(([method, value]) => {
      const tags = field(value, "tags");
      return { method, path, value, tag: Array.isArray(tags) ? text(tags[0]) : "other" };
    }),
  );
}

function operationHtml({ method, path, value }: Operation, document: unknown): string {
  const id = `${method}${path.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  const role = text(field(field(value, "x-candor-access"), "role"));
  const parameters = list(field(value, "parameters"));
  const content = field(field(value, "requestBody"), "content");
  const body = field(field(content, "application/json"), "schema");
  const rows = parameters.map((one) => {
    const name = text(field(one, "name"));
    const place = text(field(one, "in"));
    const about = text(field(one, "description") ?? field(field(one, "schema"), "description"));
    return `<label>${escaped(name)} <i>${escaped(place)}${field(one, "required") === true ? ", required" : ""}</i>
<input name="${escaped(place)}:${escaped(name)}" autocomplete="off"> <small>${escaped(about)}</small></label>`;
  });
  const bodyField =
    body === undefined
      ? ""
      : `<label>Body <textarea name="body" rows="8" spellcheck="false">${escaped(exampleText(body, document))}</textarea></label>`;
  const replies = entries(field(value, "responses")).map(([status, reply]) => {
    const schema = field(field(field(reply, "content"), "application/json"), "schema");
    const shown =
      schema === undefined || Number(status) >= 400 ? "" : `<pre>${escaped(schemaText(schema, document))}</pre>`;
    return `<dt>${escaped(status)}</dt><dd>${escaped(text(field(reply, "description")))}${shown}</dd>`;
  });
  const shape = body === undefined ? "" : `<h4>Body</h4><pre>${escaped(schemaText(body, document))}</pre>`;
  return `<details id="${escaped(id)}"><summary><b class="${escaped(method)}">${escaped(method.toUpperCase())}</b> <code>${escaped(path)}</code> ${escaped(text(field(value, "summary")))}</summary>
<p>${escaped(text(field(value, "description")))}</p><p>Needs: ${escaped(role === "public" ? "no key" : role === "any" ? "any key" : `a key that may ${role}`)}</p>${shape}
<form class="try" data-method="${escaped(method.toUpperCase())}" data-path="${escaped(path)}">${rows.join("")}${bodyField}
<button>Try it</button><output></output></form><h4>Replies</h4><dl>${replies.join("")}</dl></details>`;
}

/** An example of a schema as JSON: its own, or put together from those of its properties. */
function exampleText(schema: unknown, document: unknown): string {
  const example = exampleOf(schema, document, 0);
  return example === undefined ? "" : JSON.stringify(example, undefined, 2);
}

function exampleOf(schema: unknown, document: unknown, depth: number): unknown {
  if (depth > 6) return undefined;
  const target = field(schema, "$ref");
  if (typeof target === "string") return exampleOf(resolve(target, document), document, depth + 1);
  const own = field(schema, "example") ?? field(schema, "default");
  if (own !== undefined) return own;
  const options = list(field(schema, "anyOf") ?? field(schema, "oneOf"));
  if (options.length > 0) return exampleOf(options[0], document, depth + 1);
  const values = list(field(schema, "enum"));
  if (values.length > 0) return values[0];
  const required = list(field(schema, "required"));
  const properties = entries(field(schema, "properties"));
  if (properties.length > 0)
    return Object.fromEntries(
      properties
        .filter(([name, property]) => required.includes(name) || field(property, "example") !== undefined)
        .map(([name, property]) => [name, exampleOf(property, document, depth + 1) ?? placeholder(property)]),
    );
  return undefined;
}

function placeholder(schema: unknown): unknown {
  const type = field(schema, "type");
  const first: unknown = Array.isArray(type) ? type[0] : type;
  return { string: "", number: 0, integer: 0, boolean: false, array: [], object: {} }[text(first)] ?? null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function anchor(tag: string): string {
  return `tag-${tag.replaceAll(/[^a-z0-9]+/gi, "-")}`;
}

function escaped(raw: string): string {
  return raw
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

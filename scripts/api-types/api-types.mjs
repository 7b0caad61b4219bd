// An OpenAPI 3.1 document as TypeScript: one type per named schema, and per method the queries, bodies and replies of
// every path. Known generators need the compiler API of TypeScript 5, which TypeScript 7 no longer has.

const name = (text) => (/^[A-Za-z_$][\w$]*$/.test(text) ? text : JSON.stringify(text));

/** A JSON schema as a type. */
function typeOf(schema) {
  if (schema === undefined || schema === true) return "unknown";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeOf))].join(" | ");
  if (schema.allOf) return schema.allOf.map((one) => `(${typeOf(one)})`).join(" & ");
  if (Array.isArray(schema.type))
    return [...new Set(schema.type.map((type) => typeOf({ ...schema, type })))].join(" | ");
  switch (schema.type) {
    case "null":
    case "boolean":
    case "string":
      return schema.type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return `readonly (${typeOf(schema.items)})[]`;
    case "object":
      return objectOf(schema);
    default:
      return "unknown";
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }) {
  const lines = Object.entries(properties).map(([key, schema]) => {
    const about = schema.description ? `/** ${schema.description.replaceAll("*/", "* /")} */\n` : "";
    const isRequired = required.includes(key);
    return `${about}readonly ${name(key)}${isRequired ? "" : "?"}: ${typeOf(schema)}${isRequired ? "" : " | undefined"};`;
  });
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  if (!isOpen) return lines.length === 0 ? "Readonly<Record<string, never>>" : `{ ${lines.join("\n")} }`;
  const rest = `Readonly<Record<string, ${lines.length === 0 ? typeOf(additionalProperties) : "unknown"}>>`;
  return lines.length === 0 ? rest : `{ ${lines.join("\n")} } & ${rest}`;
}

function bodyOf(operation) {
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  return schema === undefined ? "undefined" : typeOf(schema);
}

function replyOf({ responses }) {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, { content }]) => content?.["application/json"]?.schema)
    .filter((schema) => schema !== undefined)
    .map(typeOf);
  return types.length === 0 ? "undefined" : [...new Set(types)].join(" | ");
}

function queryOf({ parameters = [] }) {
  const query = parameters.filter((parameter) => parameter.in === "query");
  if (query.length === 0) return "Readonly<Record<never, never>>";
  return `{ ${query.map((parameter) => `readonly ${name(parameter.name)}?: ${typeOf(parameter.schema)};`).join(" ")} }`;
}

/** All types of a document, as a file. */
export function apiTypes({ paths, components }) {
  const schemas = Object.entries(components.schemas ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const named = schemas.map(([key, schema]) => {
    const about = schema.description ? `/** ${schema.description} */\n` : "";
    return `${about}export type ${key} = ${typeOf(schema)};\n`;
  });
  const methods = { get: "Gets", post: "Posts", put: "Puts", patch: "Patches", delete: "Deletes" };
  const tables = Object.entries(methods).map(([method, table]) => {
    const rows = Object.entries(paths)
      .filter(([path, item]) => path.startsWith("/api/") && item[method] !== undefined)
      .map(([path, { [method]: operation }]) => {
        const parts = [`readonly query: ${queryOf(operation)};`, `readonly reply: ${replyOf(operation)};`];
        if (method !== "get") parts.push(`readonly body: ${bodyOf(operation)};`);
        return `readonly ${JSON.stringify(path)}: { ${parts.join(" ")} };`;
      });
    if (rows.length === 0) return "";
    return `/** By path: what can be asked with ${method.toUpperCase()}, and what is answered. */\nexport interface ${table} { ${rows.join("\n")} }\n`;
  });
  return `// Written by npm run api-types from the OpenAPI document: not edited by hand.\n\n${[...named, ...tables].join("\n")}`;
}

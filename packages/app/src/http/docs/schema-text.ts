import { entries, field, resolve } from "./document-fields.ts";

const deepest = 5;

/** A schema of the document as a short outline: one line per property with its type, bounds and description. */
export function schemaText(schema: unknown, document: unknown, indent = "", depth = 0): string {
  if (depth > deepest) return "…";
  const target = field(schema, "$ref");
  if (typeof target === "string") return schemaText(resolve(target, document), document, indent, depth + 1);
  const options = field(schema, "anyOf") ?? field(schema, "oneOf");
  if (Array.isArray(options)) return options.map((one) => schemaText(one, document, indent, depth + 1)).join(" | ");
  const values = field(schema, "enum");
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const only = field(schema, "const");
  if (only !== undefined) return JSON.stringify(only);
  const items = field(schema, "items");
  if (items !== undefined) return `[ ${schemaText(items, document, indent, depth + 1)} ]`;
  const properties = entries(field(schema, "properties"));
  if (properties.length === 0) return typeText(schema);
  const required = field(schema, "required");
  const lines = properties.map(([name, property]) => {
    const mark = Array.isArray(required) && required.includes(name) ? "" : "?";
    const about = field(property, "description");
    const type = schemaText(property, document, `${indent}  `, depth + 1);
    return `${indent}  ${name}${mark}: ${type}${typeof about === "string" ? `  — ${about}` : ""}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function typeText(schema: unknown): string {
  const type = field(schema, "type");
  const name = Array.isArray(type) ? type.join(" | ") : type === undefined ? "anything" : String(type);
  const bounds = (["minimum", "maximum", "minLength", "maxLength"] as const)
    .map((bound) => [bound, field(schema, bound)])
    .filter(([, value]) => value !== undefined)
    .map(([bound, value]) => `${bound} ${value}`);
  return bounds.length === 0 ? name : `${name} (${bounds.join(", ")})`;
}

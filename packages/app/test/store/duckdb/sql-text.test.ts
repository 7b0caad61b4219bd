import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../../src/store/duckdb", import.meta.url));

/** Names in events and queries that clients fill: none of them may be part of the text of a statement. */
const fromClients =
  /\.(id|model|version|route|task|key|value|name|source|predictionId|project|prediction|calibratorId|policyId|evidence|content|segments?|note|actor|action|subject|cursor)\b/;

const isSql = /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|ATTACH|COPY|JOIN)\b/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** What templates of SQL in a source put into their text, in places where it is data of somebody. */
function suspects(path: string, source: string): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === "TemplateLiteral" && isSql.test(source.slice(node.start, node.end)))
      for (const part of node["expressions"] as Node[]) {
        const text = source.slice(part.start, part.end);
        if (fromClients.test(text) && !text.startsWith("literal(") && !text.startsWith("identifier("))
          found.push(`${path}: ${text}`);
      }
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child);
  };
  visit(parseSync(path, source).program as unknown as Node);
  return found;
}

describe("SQL of the store", () => {
  it("holds no text of events, queries or documents: they are bound", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((file) => suspects(file, readFileSync(join(folder, file), "utf8")))).toEqual([]);
  });

  it("with a name of a client in it is found", () => {
    const hole = (text: string) => `$` + `{${text}}`;
    expect(suspects("a.ts", `run(\`SELECT * FROM t WHERE id = '${hole("event.id")}'\`);`)).toEqual(["a.ts: event.id"]);
    expect(suspects("a.ts", `run(\`FROM t WHERE a = ${hole("1 + 1")}\`, [event.id]);`)).toEqual([]);
    expect(suspects("a.ts", `throw new Error(\`no project ${hole("project.id")}\`);`)).toEqual([]);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { data } from "../calibrate/class-data.ts";
import { isRecord, type Reference } from "../calibrate/reference-json.ts";

/** Whether the reference arrays stand beside the checkout; in CI they must. */
export const present: boolean = existsSync(join(data, "conformal", "golden.json")) || process.env["CI"] === "true";

/** What golden.json has at a path of keys; null where it has none. */
export function golden(...path: readonly string[]): Reference | null {
  let node: unknown = JSON.parse(readFileSync(join(data, "conformal", "golden.json"), "utf8"));
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  if (node === null || isRecord(node)) return node;
  throw new Error(`golden.json has nothing at ${path.join(".")}`);
}

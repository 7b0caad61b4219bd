import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { data } from "./class-data.ts";

/** A node of a reference.json. */
export type Reference = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const parsed = new Map<string, unknown>();

/** What a folder's reference.json has at a path of keys. */
export function reference(folder: string, ...path: readonly string[]): Reference {
  if (!parsed.has(folder)) parsed.set(folder, JSON.parse(readFileSync(join(data, folder, "reference.json"), "utf8")));
  let node = parsed.get(folder);
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  if (!isRecord(node)) throw new Error(`${folder}/reference.json has nothing at ${path.join(".")}`);
  return node;
}

/** Where the reference.json files hold fitted calibrators with one of these: `folder/path/of/keys`, sorted. */
export function fittedSets(method: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown, path: readonly string[]): void => {
    if (!isRecord(node)) return;
    const { methods } = node;
    if (isRecord(methods) && method in methods) found.push(path.join("/"));
    for (const key of Object.keys(node)) walk(node[key], [...path, key]);
  };
  for (const folder of readdirSync(data))
    if (existsSync(join(data, folder, "reference.json"))) walk(reference(folder), [folder]);
  return found.sort();
}

/** Agreement with a number, relative above 1 and absolute below. */
export function agree(what: string, value: unknown, expected: unknown, tolerance: number): void {
  if (typeof value !== "number" || typeof expected !== "number") throw new Error(`${what}: ${value} and ${expected}`);
  const difference = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${value} against ${expected}`).toBeLessThan(tolerance);
}

/** Agreement with every figure that a node has; those that it has and `found` has not are an error. */
export function agreeOnAll(what: string, found: Reference, expected: Reference, tolerance: number): void {
  for (const [key, figure] of Object.entries(expected)) {
    if (figure === null || isRecord(figure)) continue;
    if (Array.isArray(figure)) expect(found[key], `${what} ${key}`).toEqual(figure);
    else agree(`${what} ${key}`, found[key], figure, tolerance);
  }
}

import { readFile } from "node:fs/promises";
import type { CostMatrix, Costs } from "@candor/core";
import { BadInput, nameList, printable } from "@candor/input";
import { decimalOf } from "./policy-numbers.ts";

/** A cost matrix whose classes may not be named yet. */
export interface MatrixDraft {
  readonly classNames: readonly string[] | undefined;
  readonly costs: readonly (readonly number[])[];
  readonly review: number | null;
  readonly abstain: number | null;
}

/** What `--costs` says. */
export type GivenCosts =
  | { readonly kind: "costs"; readonly costs: Costs }
  | { readonly kind: "matrix"; readonly matrix: MatrixDraft };

const SHAPES =
  'costs such as {"error": 20, "review": 1}, or a matrix with a row per true class: {"classNames": ["a", "b"], "costs": [[0, 5], [1, 0]]}, {"a": {"a": 0, "b": 5}, "b": {…}} or [[0, 5], [1, 0]]';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(where: string, what: string): never {
  throw new BadInput(`${where}: ${what}`, { file: where });
}

function number(value: unknown, name: string, where: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return refuse(where, `${name} must be a number, got ${printable(String(JSON.stringify(value)), 40)}`);
}

function optional(value: unknown, name: string, where: string): number | null {
  return value === undefined || value === null ? null : number(value, name, where);
}

function rowsOf(value: unknown, where: string): number[][] {
  if (!Array.isArray(value) || value.length === 0) return refuse(where, `expected ${SHAPES}`);
  return value.map((row: unknown, i) => {
    if (!Array.isArray(row) || row.length !== value.length)
      return refuse(
        where,
        `row ${i + 1} of the matrix must have ${value.length} costs, got ${Array.isArray(row) ? row.length : "none"}`,
      );
    return row.map((cost: unknown, j) => number(cost, `the cost in row ${i + 1}, column ${j + 1}`, where));
  });
}

const COST_NAMES = ["error", "review", "abstain", "missed", "reviewError"];

function checkNames(record: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
  const unknown = Object.keys(record).filter((key) => !known.includes(key));
  if (unknown.length > 0) refuse(where, `unknown ${nameList(unknown, 5)}, expected ${nameList(known)}`);
}

function fromJson(json: unknown, where: string): GivenCosts {
  const nothing = { review: null, abstain: null };
  if (Array.isArray(json))
    return { kind: "matrix", matrix: { classNames: undefined, costs: rowsOf(json, where), ...nothing } };
  if (!isRecord(json)) return refuse(where, `expected ${SHAPES}`);
  if ("costs" in json) {
    checkNames(json, ["classNames", "costs", "review", "abstain"], where);
    const { classNames, review, abstain } = json;
    const costs = rowsOf(json["costs"], where);
    const areNames = Array.isArray(classNames) && classNames.every((name: unknown) => typeof name === "string");
    if (classNames !== undefined && !(areNames && classNames.length === costs.length))
      return refuse(where, `classNames must be a list of ${costs.length} names`);
    return {
      kind: "matrix",
      matrix: {
        classNames: areNames ? classNames.map(String) : undefined,
        costs,
        review: optional(review, "review", where),
        abstain: optional(abstain, "abstain", where),
      },
    };
  }
  const entries = Object.entries(json);
  if (entries.length > 0 && entries.every(([, value]) => isRecord(value))) {
    const names = entries.map(([name]) => name);
    const costs = entries.map(([name, row]) =>
      names.map((column) => number(isRecord(row) ? row[column] : undefined, `the cost of ${name} as ${column}`, where)),
    );
    return { kind: "matrix", matrix: { classNames: names, costs, ...nothing } };
  }
  if (!("error" in json)) return refuse(where, `expected ${SHAPES}`);
  checkNames(json, COST_NAMES, where);
  return {
    kind: "costs",
    costs: {
      error: number(json["error"], "error", where),
      review: optional(json["review"], "review", where),
      abstain: optional(json["abstain"], "abstain", where),
      missed: optional(json["missed"], "missed", where) ?? 0,
      reviewError: optional(json["reviewError"], "reviewError", where) ?? 0,
    },
  };
}

/** The fields of a line of CSV; `""` within quotes is a quote. */
function fields(line: string): string[] {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return found.map(([, quoted, plain = ""]) => (quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"')));
}

function fromCsv(text: string, where: string): GivenCosts {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map(fields);
  const classNames = header.slice(1);
  if (classNames.length < 2 || rows.length !== classNames.length)
    refuse(
      where,
      `expected a header with the classes and a line per true class, got ${rows.length} lines for ${classNames.length} classes`,
    );
  const byName = new Map(rows.map(([name = "", ...costs]) => [name, costs]));
  const missing = classNames.filter((name) => !byName.has(name));
  if (missing.length > 0) refuse(where, `there is no line for ${nameList(missing, 5)}`);
  const costs = classNames.map((name) => {
    const row = byName.get(name) ?? [];
    if (row.length !== classNames.length)
      refuse(where, `the line of ${printable(name)} must have ${classNames.length} costs, got ${row.length}`);
    return row.map(
      (cost, j) =>
        decimalOf(cost) ??
        refuse(
          where,
          `the cost of ${printable(name)} as ${printable(classNames[j] ?? "")} must be a number, got ${printable(cost, 40)}`,
        ),
    );
  });
  return { kind: "matrix", matrix: { classNames, costs, review: null, abstain: null } };
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`${where}: not JSON: ${printable(reason, 120)}`, { file: where, cause });
  }
}

/**
 * Costs from a file or from the text itself.
 *
 * @param given a path to JSON or CSV, or JSON that starts with `{` or `[`
 * @throws {BadInput} for what cannot be read or is neither costs nor a square matrix
 */
export async function readCosts(given: string): Promise<GivenCosts> {
  if (/^\s*[[{]/.test(given)) return fromJson(parseJson(given, "--costs"), "--costs");
  const where = printable(given, 200);
  const text = await readFile(given, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${what}: ${where}`, { file: where, cause });
  });
  const content = text.replace(/^\ufeff/, "");
  return /^\s*[[{]/.test(content) ? fromJson(parseJson(content, where), where) : fromCsv(content, where);
}

/**
 * A cost matrix in the order of the classes that it is for.
 *
 * @param names of the predictions or the calibrator
 * @throws {BadInput} where the classes are not the same
 */
export function matrixFor({ classNames, costs, review, abstain }: MatrixDraft, names: readonly string[]): CostMatrix {
  if (costs.length !== names.length)
    throw new BadInput(
      `the cost matrix has ${costs.length} classes${classNames === undefined ? "" : ` (${nameList(classNames, 10)})`}, the scores have ${names.length} (${nameList(names, 10)})`,
    );
  if (classNames === undefined) return { classNames: names, costs, review, abstain };
  const order = names.map((name) => classNames.indexOf(name));
  const missing = names.filter((_, k) => (order[k] ?? -1) < 0);
  if (missing.length > 0)
    throw new BadInput(
      `the cost matrix is for ${nameList(classNames, 10)}, the scores are for ${nameList(names, 10)}; missing: ${nameList(missing, 10)}`,
    );
  return { classNames: names, costs: order.map((i) => order.map((j) => costs[i]?.[j] ?? 0)), review, abstain };
}

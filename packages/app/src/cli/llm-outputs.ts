import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type DocumentAssessment, type LlmDocument, scoreNames } from "@candor/llm";
import { textLines } from "../input/index.ts";
import type { OutputFormat } from "../output/index.ts";

/** What is added to each entry once all are known. */
export interface Later {
  readonly assessmentAt: (position: number) => DocumentAssessment | null;
  readonly agreementAt: (position: number) => number | null;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  for await (const { text } of textLines(path, "temporary file", {})) yield text;
}

/** The document in pieces: entries come from their file, so that none but one is in memory. */
async function* documentPieces(
  { schema, version, created, source, n, groups, summary, report, fit, policy }: LlmDocument,
  entries: string,
  { assessmentAt }: Later,
): AsyncGenerator<string> {
  const head = JSON.stringify({ schema, version, created, source, n }).slice(0, -1);
  yield `${head},"entries":[`;
  let position = 0;
  for await (const line of linesOf(entries)) {
    const assessment = assessmentAt(position);
    const entry =
      assessment === null
        ? line
        : `${line.slice(0, line.lastIndexOf('"assessment":null}'))}"assessment":${JSON.stringify(assessment)}}`;
    yield position === 0 ? entry : `,\n${entry}`;
    position++;
  }
  yield `],"groups":${JSON.stringify(groups)},${JSON.stringify({ summary, report, fit, policy }).slice(1)}\n`;
}

/**
 * Writes the document to a path, entry by entry.
 *
 * @param document without its entries
 * @param entries file with one entry per line
 */
export async function writeLlmDocument(
  path: string,
  document: LlmDocument,
  entries: string,
  later: Later,
  signal: AbortSignal,
): Promise<void> {
  await pipeline(Readable.from(documentPieces(document, entries, later)), createWriteStream(path), { signal });
}

/** What a table of scores holds beside them. */
export interface TableColumns {
  /** The users' own. */
  readonly own: readonly string[];
  /** A field's path, or another score that is no column by itself. */
  readonly chosen: string | null;
  readonly has: Readonly<Record<"decision" | "verdict" | "agreement" | "correct" | "assessment" | "policy", boolean>>;
}

type Cell = string | number | boolean | null;

function isCell(value: unknown): value is Cell {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Columns of our own; those of the user that are called the same are left out. */
function titlesOf({ chosen, has }: TableColumns): string[] {
  return [
    ...["line", "id", "index", "provider", "model", "evidence"],
    ...scoreNames,
    ...(chosen === null ? [] : [chosen]),
    ...(has.decision ? ["decision_probability"] : []),
    ...(has.verdict ? ["verdict", "judge", "judged"] : []),
    ...(has.agreement ? ["agreement"] : []),
    ...(has.assessment ? ["probability"] : []),
    ...(has.policy ? ["decision"] : []),
    ...(has.correct ? ["correct"] : []),
  ];
}

function cellsOf(
  row: readonly unknown[],
  position: number,
  { chosen, has }: TableColumns,
  { assessmentAt, agreementAt, chosenAt }: Later & { readonly chosenAt: (position: number) => number | null },
): unknown[] {
  const [line, id, index, provider, model, evidence, scores, decision, judgement, , correct] = row;
  const assessment = assessmentAt(position);
  return [
    ...[line, id, index, provider, model, evidence],
    ...scoreNames.map((name) => (isRecord(scores) ? scores[name] : null)),
    ...(chosen === null ? [] : [chosenAt(position)]),
    ...(has.decision ? [decision] : []),
    ...(has.verdict && Array.isArray(judgement) ? judgement : []),
    ...(has.agreement ? [agreementAt(position)] : []),
    ...(has.assessment ? [assessment?.probability ?? null] : []),
    ...(has.policy ? [assessment?.decision ?? null] : []),
    ...(has.correct ? [correct] : []),
  ];
}

function csvCell(value: Cell, separator: string): string {
  if (value === null) return "";
  const text = String(value);
  return text.includes(separator) || /["\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names of all columns, none of them twice. */
export function tableTitles(columns: TableColumns): {
  readonly titles: readonly string[];
  readonly own: readonly string[];
  readonly lost: readonly string[];
} {
  const titles = titlesOf(columns);
  const taken = new Set(titles.map((title) => title.toLowerCase()));
  const own = columns.own.filter((name) => !taken.has(name.toLowerCase()));
  return { titles, own, lost: columns.own.filter((name) => taken.has(name.toLowerCase())) };
}

async function* tablePieces(
  rows: string,
  { format }: OutputFormat,
  columns: TableColumns,
  later: Later & { readonly chosenAt: (position: number) => number | null },
): AsyncGenerator<string> {
  const { titles, own } = tableTitles(columns);
  const names = [...titles, ...own];
  const separator = format === "tsv" ? "\t" : ",";
  const isTable = format === "csv" || format === "tsv";
  if (isTable) yield `${names.map((name) => csvCell(name, separator)).join(separator)}\n`;
  if (format === "json") yield "[";
  let position = 0;
  for await (const line of linesOf(rows)) {
    const row: unknown = JSON.parse(line);
    if (!Array.isArray(row)) throw new TypeError("a row is a list");
    const values = row[9];
    const cells = [
      ...cellsOf(row, position, columns, later),
      ...own.map((name) => (isRecord(values) ? values[name] : null)),
    ].map((value) => (isCell(value) ? value : null));
    if (isTable) yield `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\n`;
    else {
      const object = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null])));
      yield format === "jsonl" ? `${object}\n` : `${position === 0 ? "" : ",\n"}${object}`;
    }
    position++;
  }
  if (format === "json") yield "]\n";
}

/**
 * Writes a table with a row per entry.
 *
 * @param rows file with one row per line, as `collectEntries` wrote it
 */
export async function writeScoreTable(
  path: string,
  rows: string,
  output: OutputFormat,
  columns: TableColumns,
  later: Later & { readonly chosenAt: (position: number) => number | null },
  signal: AbortSignal,
): Promise<void> {
  const pieces = Readable.from(tablePieces(rows, output, columns, later));
  if (output.compression === "gzip") await pipeline(pieces, createGzip(), createWriteStream(path), { signal });
  else await pipeline(pieces, createWriteStream(path), { signal });
}

import type { FieldKind } from "../table.ts";

export interface CsvDialect {
  readonly delimiter: string;
  /** Lines before the header: comments and empty lines. */
  readonly skip: number;
  readonly header: readonly string[];
  /** One per column, told from the first lines. */
  readonly kinds: readonly FieldKind[];
  /** Numbers are written `0,5`. */
  readonly decimalComma: boolean;
}

/** The values of one line: quotes around a value are taken off, a doubled quote inside stands for one. */
export function splitLine(line: string, delimiter: string): string[] {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    let value = "";
    if (line[at] === '"') {
      at++;
      for (;;) {
        const quote = line.indexOf('"', at);
        if (quote < 0) {
          value += line.slice(at);
          at = line.length;
          break;
        }
        value += line.slice(at, quote);
        at = quote + 1;
        if (line[at] !== '"') break;
        value += '"';
        at++;
      }
    }
    const next = line.indexOf(delimiter, at);
    if (next < 0) return [...values, value + line.slice(at)];
    values.push(value + line.slice(at, next));
    at = next + delimiter.length;
  }
}

const delimiters = [",", "\t", ";", "|"];
const missing = /^\s*(|na|n\/a|null|none)\s*$/i;
const dotNumber = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const commaNumber = /^\s*[+-]?\d+,\d+(e[+-]?\d+)?\s*$/i;
const word = /^\s*[+-]?(nan|inf|infinity)\s*$/i;
const date = /^\s*\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?\s*$/;
const truth = /^\s*(true|false)\s*$/i;

function findDelimiter(lines: readonly string[], preferred: string | undefined): string {
  if (preferred !== undefined) return preferred;
  let best = ",";
  let bestScore = 1;
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => splitLine(line, delimiter).length);
    const columns = counts[0] ?? 1;
    const agreeing = counts.filter((count) => count === columns).length;
    const score = columns < 2 ? 0 : agreeing * 1000 + columns;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function kindOf(values: readonly string[], number: RegExp): FieldKind {
  const there = values.filter((value) => !missing.test(value));
  const every = (...patterns: RegExp[]) => there.every((value) => patterns.some((pattern) => pattern.test(value)));
  if (there.length === 0 || every(number, dotNumber, word)) return "number";
  if (every(date)) return "time";
  return every(truth) ? "boolean" : "text";
}

/**
 * How a CSV file is written, from its first lines. The first line that is neither empty nor a `#` comment is the
 * header.
 *
 * @param lines the first lines of the file, without line ends
 * @param delimiter given where the format is known to be TSV
 * @returns undefined when no line has anything on it
 */
export function csvDialect(lines: readonly string[], delimiter?: string): CsvDialect | undefined {
  const skip = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  if (skip < 0) return undefined;
  const content = lines.slice(skip).filter((line) => line !== "");
  const chosen = findDelimiter(content.slice(0, 50), delimiter);
  const header = splitLine(content[0]!, chosen).map((name, i) => name.trim() || `column ${i + 1}`);
  const rows = content
    .slice(1)
    .map((line) => splitLine(line, chosen))
    .filter((values) => values.length === header.length);
  const cells = rows.flat();
  const decimalComma =
    chosen !== "," &&
    cells.some((cell) => commaNumber.test(cell)) &&
    !cells.some((cell) => dotNumber.test(cell) && cell.includes("."));
  const number = decimalComma ? commaNumber : dotNumber;
  const kinds = header.map((_, j) =>
    kindOf(
      rows.map((values) => values[j]!),
      number,
    ),
  );
  return { delimiter: chosen, skip, header, kinds, decimalComma };
}

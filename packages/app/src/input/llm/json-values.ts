import { BadInput } from "@candor/input";
import type { BadLines } from "./bad-lines.ts";
import type { TextLine } from "./text-lines.ts";

/** A parsed value and where it stood. */
export interface PlacedValue {
  /** Line, or item of an array, counted from 1. */
  readonly line: number;
  /** In words. */
  readonly place: string;
  readonly value: unknown;
}

/** A single document in several lines is held in memory up to this length. */
const LONGEST_DOCUMENT = 1 << 28;

/** A text as JSON, or why it is none; never quotes the text. */
export function parseJson(text: string): { readonly value: unknown } | { readonly reason: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const isCut = error instanceof Error && (/end of JSON/i.test(error.message) || Number(at) >= text.trimEnd().length);
    if (isCut) return { reason: "not JSON, it ends early" };
    if (/[:[,]\s*-?(?:NaN|Infinity)\b/.test(text))
      return { reason: "not JSON: it holds NaN or Infinity, which JSON does not know (Python writes them)" };
    return { reason: `not JSON${at === undefined ? "" : ` from character ${Number(at) + 1} on`}` };
  }
}

const EXPECTED = "expected one provider response per line";

/**
 * The values of a file: one per line, or one document in several lines, or the items of an array.
 *
 * @param lines of the file
 * @param file for messages
 * @param arrays whether an array on a line of its own counts as its items, or is one value
 * @throws {BadInput} for an empty file, and as `bad` decides
 */
export async function* jsonValues(
  lines: AsyncIterable<TextLine>,
  file: string,
  bad: BadLines,
  arrays: "items" | "whole" = "items",
): AsyncGenerator<PlacedValue> {
  const held: TextLine[] = [];
  let mode: "start" | "second" | "whole" | "lines" = "start";
  let length = 0;
  for await (const line of lines) {
    if (mode !== "whole" && line.text.trim() === "") continue;
    if (mode === "lines") {
      yield* valuesOf(line, bad, arrays);
      continue;
    }
    held.push(line);
    length += line.text.length;
    if (mode === "start") {
      if ("value" in parseJson(line.text)) {
        mode = "lines";
        yield* valuesOf(line, bad, arrays);
        held.length = 0;
      } else mode = "second";
    } else if (mode === "second") {
      const parsed = parseJson(line.text);
      const isRow = "value" in parsed && typeof parsed.value === "object" && held[0]?.text.trim() !== "[";
      mode = isRow ? "lines" : "whole";
      if (isRow) for (const early of held.splice(0)) yield* valuesOf(early, bad, arrays);
    } else if (length > LONGEST_DOCUMENT)
      throw new BadInput(`${file}: a single JSON document above 256 MB, expected one response per line`, { file });
  }
  if (mode === "start") throw new BadInput(`${file} is empty, ${EXPECTED}`, { file });
  if (mode === "lines") return;
  const whole = parseJson(held.map(({ text }) => text).join("\n"));
  if ("value" in whole) yield* documentValues(whole.value);
  else for (const line of held) if (line.text.trim() !== "") yield* valuesOf(line, bad, arrays);
}

function* documentValues(value: unknown): Generator<PlacedValue> {
  if (!Array.isArray(value)) yield { line: 1, place: "the document", value };
  else for (const [i, item] of value.entries()) yield { line: i + 1, place: `item ${i + 1}`, value: item };
}

function* valuesOf({ number, text }: TextLine, bad: BadLines, arrays: "items" | "whole"): Generator<PlacedValue> {
  const place = `line ${number}`;
  const parsed = parseJson(text);
  if ("reason" in parsed) bad.complain(number, place, `${parsed.reason}, ${EXPECTED}`);
  else if (Array.isArray(parsed.value) && arrays === "items")
    for (const [i, value] of parsed.value.entries()) yield { line: number, place: `${place}, item ${i + 1}`, value };
  else yield { line: number, place, value: parsed.value };
}

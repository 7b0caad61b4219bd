import { visibleText } from "@candor/core";
import { type DocumentToken, type LlmEntry, type TextSpan, textSpans } from "@candor/llm";
import { formatShort } from "../llm-words.ts";
import { displayWidth } from "./display-width.ts";
import type { Pen, Style } from "./pen.ts";

/** Tokens less likely than this are marked; below the second number they are marked as bad. */
const DOUBTFUL = 0.7;
const UNLIKELY = 0.4;
/** Lines of an answer that are shown. */
const MOST_LINES = 6;

interface Word {
  readonly text: string;
  readonly style: Style | undefined;
}

/** What the user sees of an entry: its text, else its refusal. */
export function shownText({ text, refusal, tokens }: LlmEntry): {
  readonly text: string;
  readonly tokens: readonly DocumentToken[];
} {
  if (text === "" && refusal !== null)
    return { text: refusal, tokens: tokens.filter(({ channel }) => channel === "refusal") };
  return { text, tokens: tokens.filter(({ channel }) => channel === "content") };
}

/** Marks around an uncertain part; they say without colour what colour says. */
function marked(text: string, probability: number, { signs }: Pen): string {
  const [open, close] = signs.bullet === "*" ? ["<<", ">>"] : ["«", "»"];
  const [, before = "", inner = text, after = ""] = /^(\s*)([\s\S]*?)(\s*)$/u.exec(text) ?? [];
  if (inner === "") return `${open}${visibleText(text)} ${formatShort(probability)}${close}`;
  return `${visibleText(before)}${open}${visibleText(inner)} ${formatShort(probability)}${close}${visibleText(after)}`;
}

function wordOf({ text, probability }: TextSpan, pen: Pen): Word {
  if (probability === null || probability >= DOUBTFUL) return { text: visibleText(text), style: undefined };
  return { text: marked(text, probability, pen), style: probability < UNLIKELY ? "bad" : "doubt" };
}

/** The spans around the least likely one, so that it is seen when the answer is long. */
function excerpt(spans: readonly TextSpan[], columns: number): { spans: readonly TextSpan[]; before: boolean } {
  let least = 0;
  for (const [i, { probability }] of spans.entries())
    if ((probability ?? 1) < (spans[least]?.probability ?? 1)) least = i;
  const before = spans.slice(0, least).reduce((sum, { text }) => sum + text.length, 0);
  if (before < (columns * MOST_LINES) / 2) return { spans, before: false };
  let from = least;
  for (let room = columns; from > 0 && room > 0; from--) room -= spans[from - 1]?.text.length ?? 0;
  return { spans: spans.slice(from), before: from > 0 };
}

/**
 * The answer with its uncertain tokens marked, in a few lines.
 *
 * @param columns of a line
 */
export function answerLines(entry: LlmEntry, pen: Pen, columns: number): string[] {
  const { text, tokens } = shownText(entry);
  if (text === "") return [];
  const all = textSpans(text, tokens) ?? [{ text, tokens: [], probability: null }];
  const { spans, before } = excerpt(all, columns);
  const words = spans.map((span) => wordOf(span, pen));
  return wrapWords(before ? [{ text: "…", style: undefined }, ...words] : words, pen, columns);
}

/** Lines of styled words, broken at spaces where that can be done, else anywhere. */
function wrapWords(words: readonly Word[], pen: Pen, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  const paint = (text: string, style: Style | undefined): string =>
    style === undefined || text === "" ? text : pen.style(style, text);
  const breakLine = (): void => {
    lines.push(line);
    line = "";
    width = 0;
  };
  for (const { text, style } of words)
    for (const piece of style === undefined ? text.split(/(?<= )/u) : [text]) {
      if (lines.length > MOST_LINES) break;
      const size = displayWidth(piece.trimEnd());
      if (width > 0 && width + size > columns) breakLine();
      for (const [i, part] of pieces(width === 0 ? piece.trimStart() || piece : piece, columns).entries()) {
        if (i > 0) breakLine();
        line += paint(part, style);
        width += displayWidth(part);
      }
    }
  if (line !== "") breakLine();
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), pen.style("dim", "…")];
}

/** A text in parts that fit on a line each. */
function pieces(text: string, columns: number): string[] {
  if (displayWidth(text.trimEnd()) <= columns) return [text];
  const parts: string[] = [];
  let part = "";
  for (const letter of text) {
    if (displayWidth(part + letter) > columns) {
      parts.push(part);
      part = "";
    }
    part += letter;
  }
  return part === "" ? parts : [...parts, part];
}

/** The least likely token of an answer with what else could have stood there. */
export function weakestTokenLine(entry: LlmEntry, pen: Pen): string | undefined {
  const { tokens } = shownText(entry);
  let weakest: DocumentToken | undefined;
  for (const token of tokens)
    if (token.probability !== null && token.probability < (weakest?.probability ?? DOUBTFUL)) weakest = token;
  if (weakest === undefined) return undefined;
  const { text } = weakest;
  const others = weakest.top.filter((one) => one.text !== text && one.probability !== null).slice(0, 4);
  if (others.length === 0) return undefined;
  const quoted = (word: string, probability: number | null) => `${shownToken(word)} ${formatShort(probability)}`;
  return `instead of ${quoted(text, weakest.probability)}: ${others.map((one) => quoted(one.text, one.probability)).join(` ${pen.signs.bullet} `)}`;
}

function shownToken(text: string): string {
  return `"${visibleText(text, 24)}"`;
}

import type { RawToken } from "./draft.ts";

const MARKER = /^\s*<[|/]?[\w ]+[|/]?>\s*$/;

/** Without spaces and replacement characters; without all that is not ASCII where `ascii`. */
function skeleton(text: string, ascii: boolean): string {
  return ascii ? text.replace(/[^!-~]/g, "") : text.replace(/[\s\ufffd]/g, "");
}

/** The fewest pieces, taken from one end, that make up `target`; −1 where none do. */
function reach(pieces: readonly string[], target: string, fromEnd: boolean): number {
  let length = 0;
  let taken = 0;
  while (length < target.length && taken < pieces.length) {
    length += pieces[fromEnd ? pieces.length - 1 - taken : taken]?.length ?? 0;
    taken++;
  }
  const joined = fromEnd ? pieces.slice(pieces.length - taken).join("") : pieces.slice(0, taken).join("");
  return joined === target ? taken : -1;
}

/** How many pieces at the end stand for `run`, characters that the tokenizer may have split. */
function reachBack(texts: readonly string[], run: string): number {
  let rest = run;
  let taken = 0;
  for (const [back, text] of texts.toReversed().entries()) {
    const known = skeleton(text, false);
    const isSplit = text.includes("\ufffd");
    const at = isSplit ? rest.length : rest.lastIndexOf(known);
    if (rest === "" || at < 0 || /[!-~]/.test(known)) break;
    rest = rest.slice(0, at);
    if (isSplit || known !== "") taken = back + 1;
  }
  return taken;
}

/** Where the answer begins, counted from its end; −1 where it is not found. */
function startOfAnswer(texts: readonly string[], answer: string): number {
  const reading = (ascii: boolean) => texts.map((text) => skeleton(text, ascii));
  const exact = reach(reading(false), skeleton(answer, false), true);
  if (exact >= 0) return texts.length - exact;
  const taken = reach(reading(true), skeleton(answer, true), true);
  if (taken < 0) return -1;
  const leading = /^[^!-~]*/.exec(skeleton(answer, false))?.[0] ?? "";
  const start = texts.length - taken - reachBack(texts.slice(0, texts.length - taken), leading);
  return start < texts.length ? start : -1;
}

function endOfReasoning(texts: readonly string[], reasoning: string, answer: string): number {
  let last = texts.length;
  while (last > 0 && answer !== "" && MARKER.test(texts[last - 1] ?? "")) last--;
  const start = startOfAnswer(texts.slice(0, last), answer);
  if (start >= 0) return start;
  const thought = skeleton(reasoning, true);
  const pieces = texts.map((text) => (MARKER.test(text) ? "" : skeleton(text, true)));
  let end = thought === "" ? -1 : reach(pieces, thought, false);
  while (end > 0 && end < texts.length && MARKER.test(texts[end] ?? "")) end++;
  return Math.max(0, end);
}

/**
 * The tokens of one answer, the leading ones moved to the channel of reasoning, for servers that give one list for both.
 * Spaces and characters split over tokens may differ. The tokens come back unchanged where neither the answer nor the
 * reasoning can be found in them.
 *
 * @param tokens of reasoning and answer, in the order they were generated
 * @param reasoning as the server separated it; nothing is moved where it is null or empty
 * @param answer the visible text
 */
export function splitReasoning(tokens: readonly RawToken[], reasoning: string | null, answer: string): RawToken[] {
  if (reasoning === null || reasoning === "") return [...tokens];
  const texts = tokens.map((token) => (typeof token.text === "string" ? token.text : ""));
  const end = endOfReasoning(texts, reasoning, answer);
  return tokens.map((token, i) => (i < end ? { ...token, channel: "reasoning" } : token));
}

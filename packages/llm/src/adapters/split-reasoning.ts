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

function endOfReasoning(texts: readonly string[], reasoning: string, answer: string): number {
  let last = texts.length;
  while (last > 0 && answer !== "" && MARKER.test(texts[last - 1] ?? "")) last--;
  for (const ascii of [false, true]) {
    const target = skeleton(answer, ascii);
    if (target === "" && answer !== "") continue;
    const taken = reach(
      texts.slice(0, last).map((text) => skeleton(text, ascii)),
      target,
      true,
    );
    if (taken >= 0) return last - taken;
  }
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

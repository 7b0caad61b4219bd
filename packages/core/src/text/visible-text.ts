/** Control, format and separator characters, halves of pairs, and letters that show nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00a0\u115f\u1160\u2000-\u200a\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;

/**
 * What somebody else wrote, as text in which everything can be seen and nothing acts: line feeds become `↵`, tabs `→`, every other
 * control, direction or zero-width character an escape such as `\u{202e}`.
 *
 * @param text any string
 * @param limit most characters kept, ≥ 0; what is longer ends in `…`
 */
export function visibleText(text: string, limit: number = Infinity): string {
  const letters = text.length > limit ? [...text.slice(0, 2 * limit + 2)] : undefined;
  const cut = letters !== undefined && letters.length > limit ? `${letters.slice(0, limit).join("")}…` : text;
  return cut.replace(HIDDEN, (letter) => {
    if (letter === "\n") return "↵";
    if (letter === "\t") return "→";
    return `\\u{${letter.codePointAt(0)?.toString(16) ?? "fffd"}}`;
  });
}

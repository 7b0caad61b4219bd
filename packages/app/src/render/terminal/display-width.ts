const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const invisible = /[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}\u1160-\u11ff]/u;
const pictogram =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f?\u20e3|\p{Regional_Indicator}{2}/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;

/** Columns that one user-perceived character takes. */
function graphemeWidth(grapheme: string): number {
  if (pictogram.test(grapheme)) return 2;
  let width = 0;
  for (const letter of grapheme) if (!invisible.test(letter)) width += wide.test(letter) ? 2 : 1;
  return width;
}

/**
 * Columns that a text takes in a terminal: 2 for East Asian wide letters and emoji, 0 for combining marks.
 *
 * @param text without control sequences
 *
 * Source: Unicode Standard Annex 11 (East Asian Width), classes W and F; Annex 29 for what counts as one character.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/**
 * The beginning of a text that fits, ending in `…` where something was cut.
 *
 * @param columns ≥ 1
 */
export function fitText(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * Both ends of a text that fits, with `…` between where something was cut: names that begin alike stay apart.
 *
 * @param columns ≥ 3
 */
export function fitMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment);
  const head = fitText(text, Math.ceil(columns / 2));
  const left = columns - displayWidth(head);
  let tail = "";
  for (const part of parts.reverse()) {
    if (displayWidth(part + tail) > left) break;
    tail = part + tail;
  }
  return head + tail;
}

/** The text in a field of exactly `columns` columns, cut where it is too long. */
export function padEnd(text: string, columns: number): string {
  const fitted = fitText(text, columns);
  return fitted + " ".repeat(columns - displayWidth(fitted));
}

/** Like `padEnd`, with the text at the right side of the field. */
export function padStart(text: string, columns: number): string {
  const fitted = fitText(text, columns);
  return " ".repeat(columns - displayWidth(fitted)) + fitted;
}

/**
 * The text in lines of at most `columns` columns, broken at spaces (not before a percent sign) and, within words that are
 * too long, anywhere.
 *
 * @returns at least one line
 */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  const startLine = (): void => {
    lines.push(line);
    line = "";
    width = 0;
  };
  for (const word of text.split(/\s+(?!%)/u).filter((part) => part !== "")) {
    const wordWidth = displayWidth(word);
    if (width > 0 && width + 1 + wordWidth > columns) startLine();
    if (width > 0) {
      line += ` ${word}`;
      width += 1 + wordWidth;
      continue;
    }
    for (const { segment } of graphemes.segment(word)) {
      const segmentWidth = graphemeWidth(segment);
      if (width + segmentWidth > columns) startLine();
      line += segment;
      width += segmentWidth;
    }
  }
  lines.push(line);
  return lines;
}

/** Replaces every character outside ASCII by one that is inside and takes as many columns, `?` where none resembles it. */
export function toAscii(text: string): string {
  let ascii = "";
  for (const { segment } of graphemes.segment(text))
    ascii += /^[\x20-\x7e]$/.test(segment) ? segment : (resembling[segment] ?? "?".repeat(graphemeWidth(segment)));
  return ascii;
}

const resembling: Readonly<Record<string, string>> = {
  "–": "-",
  "—": "-",
  "−": "-",
  "·": "|",
  "•": "*",
  "×": "x",
  "≈": "~",
  "…": "~",
  "→": ">",
  "±": "+",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  "≤": "<",
  "≥": ">",
};

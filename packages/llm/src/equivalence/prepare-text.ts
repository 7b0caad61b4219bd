const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const FRACTIONS: ReadonlyMap<string, string> = new Map([
  ["½", "1/2"],
  ["⅓", "1/3"],
  ["⅔", "2/3"],
  ["¼", "1/4"],
  ["¾", "3/4"],
  ["⅕", "1/5"],
  ["⅖", "2/5"],
  ["⅗", "3/5"],
  ["⅘", "4/5"],
  ["⅙", "1/6"],
  ["⅚", "5/6"],
  ["⅐", "1/7"],
  ["⅛", "1/8"],
  ["⅜", "3/8"],
  ["⅝", "5/8"],
  ["⅞", "7/8"],
  ["⅑", "1/9"],
  ["⅒", "1/10"],
]);

/**
 * One spelling of characters: NFKC, plain quotes, minus and spaces. Line ends stay.
 *
 * Superscripts become `^2` and `1½` becomes `1 1/2` first, because NFKC alone would make 10⁸ of 108 and 1½ of 11/2.
 */
export function prepareText(text: string): string {
  return text
    .replace(/([0-9]?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])/gu, (_, digit: string, fraction: string) =>
      digit === "" ? (FRACTIONS.get(fraction) ?? fraction) : `${digit} ${FRACTIONS.get(fraction) ?? fraction}`,
    )
    .replace(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/gu, (run) => {
      const digits = Array.from(run, (c) => (c === "⁻" ? "-" : c === "⁺" ? "" : `${SUPERSCRIPTS.indexOf(c)}`));
      return `^${digits.join("")}`;
    })
    .normalize("NFKC")
    .replace(/[‐‑‒–—−]/gu, "-")
    .replace(/[‘’‛′`´]/gu, "'")
    .replace(/[“”„″«»]/gu, '"')
    .replace(/⁄/gu, "/")
    .replace(/[\u200b-\u200d\u2060\ufeff]/gu, "")
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/gu, "\n")
    .trim();
}

/** Mathematics written in LaTeX as plain text: `$\frac{1}{2}$` is `1/2`, `3 \times 10^{8}` is `3 × 10^8`. */
export function plainMath(text: string): string {
  let plain = text;
  const wrapped = /^(?:\$\$([^$]+)\$\$|\$([^$]*[^$\s])\$|\\\((.+)\\\)|\\\[(.+)\\\])$/su.exec(plain);
  if (wrapped !== null) plain = (wrapped[1] ?? wrapped[2] ?? wrapped[3] ?? wrapped[4] ?? plain).trim();
  if (!plain.includes("\\") && !plain.includes("^{")) return plain;
  return plain
    .replace(/\\[dt]?frac\{(\d+)\}\{(\d+)\}/gu, " $1/$2")
    .replace(/\\(?:text|mathrm|mathbf|textbf)\{([^{}]*)\}/gu, "$1")
    .replace(/\^\{?\\circ\}?/gu, "°")
    .replace(/\^\{([+-]?\d+)\}/gu, "^$1")
    .replace(/\\times|\\cdot/gu, "×")
    .replace(/\\([%$#&_])/gu, "$1")
    .replace(/\\[,;! ]/gu, " ")
    .replace(/ {2,}/gu, " ")
    .trim();
}

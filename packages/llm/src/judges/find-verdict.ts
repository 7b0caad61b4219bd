import { fold, levelIndex, type Spellings, withoutOpening } from "./spelling.ts";

/** Where a verdict stands in a text. */
export interface Verdict {
  readonly candidate: number;
  /** Index of its first character. */
  readonly index: number;
  readonly length: number;
}

/** Which of several verdicts counts. */
export type Occurrence = "first" | "last";

/** Words after which an adjective or "no" before them is a verdict: "true because", "no, it". */
const GOES_ON =
  /^\s+(?:because|since|as|that|if|and|but|or|given|for|when|in|on|to|at|by|with|per|based|due|according|although|though|while|however|so|it|this|there|he|she|they|the)\b/iu;

const DETERMINER =
  /\b(?:the|a|an|any|some|no|its|their|your|my|our|more|most|what|which|only|anything|something|nothing|everything|goes|went)\s+$/iu;

/** Characters up to which a text can be nothing but a verdict. */
const LONGEST_WHOLE = 200;

const WORD_EDGE = "[\\p{L}\\p{N}_]";

const UNSPACED = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";

function escapeForm(form: string): string {
  return form
    .replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
    .replace(/ /g, "\\s+")
    .replace(/'/g, "['’‘]")
    .replace(/-/g, "[-−‐‑]");
}

/** A pattern that finds any of the forms as whole words, the longest first. */
function wordPattern(forms: Spellings["forms"]): RegExp {
  const all = forms.flat().toSorted((a, b) => b.length - a.length);
  const edge = new RegExp(UNSPACED, "u");
  const parts = all.map((form) => {
    const before = edge.test(form.slice(0, 1)) ? "" : `(?<!${WORD_EDGE})`;
    const after = edge.test(form.slice(-1)) || !/[\p{L}\p{N}]$/u.test(form) ? "" : `(?!${WORD_EDGE}|['’]\\p{L})`;
    return `${before}${escapeForm(form)}${after}`;
  });
  return new RegExp(parts.join("|"), "giu");
}

/** Whether a word is used as a verdict and not as an article or an adjective: not "A reason", "no doubt", "the correct answer". */
function standsAlone(text: string, index: number, word: string): boolean {
  const rest = text.slice(index + word.length);
  const before = text.slice(Math.max(0, index - 12), index);
  if (word.length === 1) {
    if (/\p{L}['’]$/u.test(before)) return false;
    if (/^\s+is\b/.test(rest)) return true;
    if (/^[aeiouy]$/.test(word)) return !/^\s+\p{L}/u.test(rest);
    return !/^[AI]$/.test(word) || !/^\s+\p{Ll}/u.test(rest) || (word === "A" && GOES_ON.test(rest));
  }
  if (/^(?:no|true|false|correct|incorrect|right|wrong|valid|invalid)$/iu.test(word)) {
    if (DETERMINER.test(before)) return false;
    return !/^\s+\p{L}/u.test(rest) || GOES_ON.test(rest);
  }
  return true;
}

/**
 * The verdict of a text that is written in words.
 *
 * Words that are used in passing do not count ("a", "no doubt", "the correct answer"), except as the whole of the text.
 *
 * @returns null where there is none, and where the one that counts is turned round ("isn't true")
 */
export function findWord(text: string, { forms }: Spellings, occurrence: Occurrence): Verdict | null {
  const found: Verdict[] = [];
  const bare = withoutOpening(text).trimEnd();
  const whole = bare.length > LONGEST_WHOLE ? null : bare.replace(/[^\p{L}\p{N}]+$/u, "");
  for (const { 0: word, index } of text.matchAll(wordPattern(forms))) {
    const candidate = forms.findIndex((spellings) => spellings.includes(fold(word)));
    if (candidate >= 0 && (whole === word || standsAlone(text, index, word)))
      found.push({ candidate, index, length: word.length });
  }
  const verdict = (occurrence === "first" ? found[0] : found.at(-1)) ?? null;
  return verdict !== null && TURNED.test(text.slice(Math.max(0, verdict.index - 32), verdict.index)) ? null : verdict;
}

/** A number of a text. */
const NUMBERS = /(?<![\p{L}\p{N}_]|\d[.,])(?:[-−+](?<!\p{N}\s*[-−+]))?\d+(?:[.,]\d+)?(?![\p{L}\p{N}_])/gu;

/** After these a number says what the scale goes up to: "7/10", "7 out of 10". */
const DENOMINATOR = /\d[\s*_`"')]*(?:\/|÷|out\s+of|of|von|sur|de|su|из)[\s*_`"'(]*$/iu;

/** What turns a verdict round without being part of it: "isn't", "never", "not entirely". */
const TURNED = /(?:\p{L}n['’]t|\b(?:not|never|hardly|cannot\s+be))\s+(?:(?:\p{L}+ly|quite|at\s+all|be)\s+)?$/iu;

/**
 * The verdict of a text that is a number on a scale. Denominators and numbers outside the scale do not count.
 *
 * @returns null where there is none, and where the number that would count lies between two levels
 */
export function findLevel(text: string, levels: readonly number[], occurrence: Occurrence): Verdict | null {
  const lowest = Math.min(...levels);
  const highest = Math.max(...levels);
  const found: Verdict[] = [];
  for (const { 0: digits, index } of text.matchAll(NUMBERS)) {
    if (DENOMINATOR.test(text.slice(Math.max(0, index - 24), index))) continue;
    const value = Number(digits.replace("−", "-").replace(",", "."));
    if (value < lowest || value > highest) continue;
    found.push({ candidate: levelIndex(levels, value), index, length: digits.length });
  }
  const verdict = (occurrence === "first" ? found[0] : found.at(-1)) ?? null;
  return verdict !== null && verdict.candidate >= 0 ? verdict : null;
}

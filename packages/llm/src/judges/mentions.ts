import { fold, levelIndex, type Spellings, withoutOpening } from "./spelling.ts";

/** Where a verdict stands in a text. */
export interface Verdict {
  readonly candidate: number;
  /** Index of its first character. */
  readonly index: number;
  readonly length: number;
}

/** A place of a text that names a candidate, or a number that is none (`candidate` −1). */
export interface Mention extends Verdict {
  /** True where it is turned round or left open: "isn't true", "I doubt that it is true", "may be true". */
  readonly denied: boolean;
}

/** Words after which an adjective or "no" before them is a verdict: "true because", "no, it". */
const GOES_ON =
  /^\s+(?:because|since|as|that|if|and|but|or|given|for|when|in|on|to|at|by|with|per|based|due|according|although|though|while|however|so|it|this|there|he|she|they|the)\b/iu;

const DETERMINER =
  /\b(?:the|a|an|any|some|no|its|their|your|my|our|more|most|what|which|only|anything|something|nothing|everything|goes|went|all)\s+$/iu;

/** Characters up to which a text can be nothing but a verdict. */
const LONGEST_WHOLE = 200;

const WORD_EDGE = "[\\p{L}\\p{N}_]";

const UNSPACED = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";

/** How far around a mention its sentence is looked at. */
const AROUND = 80;

/** Directly before a mention: "isn't", "never", "not entirely", "non-". */
const TURNED =
  /(?:(?:\p{L}n['’]t|\b(?:not|never|hardly|cannot\s+be))\s+(?:(?:\p{L}+ly|quite|at\s+all|be|an?)\s+)?|\bnon-)$/iu;

/** The same in other languages: "nicht richtig", "no es correcto", "n'est pas vrai", "не верно", "不对". */
const TURNED_ELSEWHERE =
  /(?:(?<!\p{L})(?:nicht|kein\p{L}*|pas|non|no|não|nao|nunca|niemals|nie|niet|geen|inte|ikke|не|ни)\s+(?:(?:è|es|est|ist|é|está|ganz|wirklich|unbedingt|vraiment|totalmente|tout\s+à\s+fait)\s+)*["'“*_]*|[不没沒未非]|不一定|不太|没有)$/iu;

/** After a mention, in Japanese. */
const TURNED_BEHIND = /^(?:く|では|じゃ)?(?:ない|ありません)/u;

/** In the same clause before a mention: what leaves open whether it holds. */
const LEFT_OPEN =
  /(?:(?:\bnot|n['’]t|\bnever|\bcannot)\s+(?:\p{L}+\s+){0,2}(?:say|think|believe|call|mark|rate|conclude|claim|sure|certain|know|consider|choose|pick|answer|tell|agree|give|go\s+with)|\b(?:doubt\p{L}*|unsure|unclear|uncertain|whether|if|unless|neither|far\s+from|no\s+way)|\b(?:might|may|could)\s+(?:\p{L}+\s+)?be)\b[^.,;:!?\n]*$/iu;

const CLAUSE = /[.,;:!?\n]|\b(?:but|so|therefore|thus|hence)\b/iu;

/** After a mention: "A is wrong", "yes is not supported". */
const REFUTED =
  /^["'”’*_`)\]]*\s+(?:(?:is|are|was|were|seems|looks|would\s+be)\s+(?:not|wrong|incorrect|false|worse|weaker|invalid|inferior|never)\b|(?:is|are|was|were)n['’]t\b)/iu;

/** Before a mention that is only compared with, or set against, another: "B, not A", "rather than A", "better than A". */
const CONTRASTED =
  /(?:,\s*(?:and\s+)?not|\brather\s+than|\binstead\s+of|\bas\s+opposed\s+to|\bthan|\bbeats?|\bunlike)\s+(?:(?:answer|response|option|assistant|an?)\s+)?["'“‘*_`([]*$/iu;

/** Between two mentions that are only listed: "true or false", "A, B and C", "yes/no", "3 to 4". */
const LISTED =
  /^["'”’*_`)\]\s]*(?:\/|\||,?\s*\b(?:or|nor|and|und|oder|et|ou|y|to|bis|vs\.?|versus)\b|,|[-–])\s*(?:(?:answer|response|option|assistant)\s+)?["'“‘*_`([]*$/iu;

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
    const after = edge.test(form.slice(-1)) || !/[\p{L}\p{N}]$/u.test(form) ? "" : `(?!${WORD_EDGE}|['’-]\\p{L})`;
    return `${before}${escapeForm(form)}${after}`;
  });
  return new RegExp(parts.join("|"), "giu");
}

/** Whether a word is used as a verdict and not as an article or an adjective: not "A reason", "no doubt", "the correct answer". */
function standsAlone(text: string, index: number, word: string): boolean {
  const rest = text.slice(index + word.length, index + word.length + AROUND);
  const before = text.slice(Math.max(0, index - 12), index);
  if (word.length === 1) {
    if (/\p{L}['’]$/u.test(before)) return false;
    if (/^\s+is\b/.test(rest)) return true;
    if (/^[aeiouy]$/.test(word)) return !/^\s+\p{L}/u.test(rest);
    return !/^[AI]$/.test(word) || !/^\s+\p{Ll}/u.test(rest) || (word === "A" && GOES_ON.test(rest));
  }
  if (/^(?:no|true|false|correct|incorrect|right|wrong|valid|invalid)$/iu.test(word)) {
    if (DETERMINER.test(before)) return false;
    return !/^\s+\p{L}/u.test(rest) || GOES_ON.test(rest) || /^\s+right\s+now\b/iu.test(rest);
  }
  return true;
}

/** Whether the sentence from here on is a question. */
function isAsked(text: string, end: number): boolean {
  return /^[^.!?\n;]*\?/u.test(text.slice(end, end + AROUND));
}

function isDenied(text: string, { index, length }: Verdict): boolean {
  const before = text.slice(Math.max(0, index - AROUND), index);
  if (TURNED.test(before) || TURNED_ELSEWHERE.test(before)) return true;
  if (TURNED_BEHIND.test(text.slice(index + length, index + length + 8))) return true;
  return LEFT_OPEN.test(before.split(CLAUSE).at(-1) ?? "");
}

/** Without mentions that are asked about, refuted, compared with, or only listed beside others. */
function sift(text: string, found: readonly Verdict[]): readonly Mention[] {
  const said = found.filter(({ index, length }) => {
    const end = index + length;
    if (isAsked(text, end) || REFUTED.test(text.slice(end, end + AROUND))) return false;
    return !CONTRASTED.test(text.slice(Math.max(0, index - AROUND), index));
  });
  const between = (a: Verdict | undefined, b: Verdict | undefined): boolean => {
    if (a === undefined || b === undefined || a.candidate === b.candidate) return false;
    const [from, to] = [a.index + a.length, b.index];
    return to - from < AROUND && LISTED.test(text.slice(from, to));
  };
  const alone = said.filter((each, i) => !between(said[i - 1], each) && !between(each, said[i + 1]));
  return alone.map((each) => ({ ...each, denied: isDenied(text, each) }));
}

/**
 * The places where a text names a candidate in words.
 *
 * Words that are used in passing are left out ("a", "no doubt", "the correct answer"), except as the whole of the text.
 */
export function wordMentions(text: string, { forms }: Spellings): readonly Mention[] {
  const found: Verdict[] = [];
  const bare = withoutOpening(text).trimEnd();
  const whole = bare.length > LONGEST_WHOLE ? null : bare.replace(/[^\p{L}\p{N}]+$/u, "");
  for (const { 0: word, index } of text.matchAll(wordPattern(forms))) {
    const candidate = forms.findIndex((spellings) => spellings.includes(fold(word)));
    if (candidate < 0) continue;
    if (whole === word) return [{ candidate, index, length: word.length, denied: false }];
    if (standsAlone(text, index, word)) found.push({ candidate, index, length: word.length });
  }
  return sift(text, found);
}

/** A number of a text. */
const NUMBERS = /(?<![\p{L}\p{N}_]|[.,])(?:[-−+](?<!\p{N}\s*[-−+]))?\d+(?:[.,]\d+)?(?![\p{L}\p{N}_]|[.,]\d)/gu;

/** After these a number says what the scale goes up to: "7/10", "7 out of 10". */
const DENOMINATOR = /\d[\s*_`"')]*(?:\/|÷|⁄|out\s+of|of|von|sur|de|su|из)[\s*_`"'(]*$/iu;

const STARS_OF = /\d\s+(?:stars?|points?)\s+(?:out\s+of|of)\s+$/iu;

/** The same digit group goes on: dates, times, ranges, thousands. */
const GOES_BEFORE = /\d[-−–:\u00a0\u202f ]$/u;

const GOES_BEHIND = /^(?:[-−–:]\d|[ \u00a0\u202f]\d{3}(?!\d))/u;

/** `1. ` at the beginning of a line. */
function numbersLine(text: string, { index, length }: Verdict): boolean {
  if (!/(?:^|\n)[ \t*_#>]*$/u.test(text.slice(Math.max(0, index - 12), index))) return false;
  return /^[.)]\**[ \t]+\S*\p{L}/u.test(text.slice(index + length, index + length + AROUND));
}

/**
 * The places where a text names a number. Denominators, dates, ranges and the numbers of a list are left out; numbers that are
 * no level have the candidate −1, those outside the scale −2.
 */
export function levelMentions(text: string, levels: readonly number[]): readonly Mention[] {
  const lowest = Math.min(...levels);
  const highest = Math.max(...levels);
  const found: Verdict[] = [];
  for (const { 0: digits, index } of text.matchAll(NUMBERS)) {
    const before = text.slice(Math.max(0, index - 24), index);
    const behind = text.slice(index + digits.length, index + digits.length + 6);
    if (DENOMINATOR.test(before) || STARS_OF.test(before)) continue;
    if (GOES_BEFORE.test(before) || GOES_BEHIND.test(behind)) {
      found.push({ candidate: -2, index, length: digits.length });
      continue;
    }
    const value = Number(digits.replace("−", "-").replace(",", "."));
    const inside = value >= lowest && value <= highest && !/,\d{3}$/u.test(digits);
    found.push({ candidate: inside ? levelIndex(levels, value) : -2, index, length: digits.length });
  }
  const lines = found.filter((each) => numbersLine(text, each));
  return sift(text, lines.length > 1 ? found.filter((each) => !lines.includes(each)) : found);
}

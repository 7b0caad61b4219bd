/** How the verdicts of a judge may be written. */
export interface Spellings {
  /** For each candidate, the folded texts that mean it. */
  readonly forms: readonly (readonly string[])[];
  /** Where candidates are numbers: `7.0`, `07` and `+7` mean 7 too. */
  readonly levels: readonly number[] | null;
}

/** What a text that begins at the verdict means. */
export interface Reading {
  /** The candidate that it spells in full; −1 for none. */
  readonly complete: number;
  /** Candidates that it may still become, `complete` not among them. */
  readonly open: readonly number[];
  /** True for nothing but space, quotes and emphasis, or one letter of a longer word: it says too little to count. */
  readonly blank: boolean;
}

/** Space, quotes, emphasis and brackets before a verdict; a dash only before space, because "-1" is a verdict. */
const OPENING = /^(?:[\s*_`~#>"'“”„‘’«»‹›([{:：=|]|\p{Cf}|[-–—•]\s)+/u;

const NUMBER = /^[-+]?\d+(?:\.\d+)?/;

/** A letter or digit in a script that puts no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** One way of writing for case, minus signs, apostrophes and spaces. */
export function fold(text: string): string {
  return text.toLowerCase().replace(/[−‐‑]/g, "-").replace(/[’‘]/g, "'").replace(/\s+/g, " ");
}

/** The text after what may stand before a verdict. */
export function withoutOpening(text: string): string {
  return text.replace(OPENING, "");
}

/** The closest level of a scale within rounding; −1 where there is none. */
export function levelIndex(levels: readonly number[], value: number): number {
  return levels.findIndex((level) => Math.abs(level - value) <= 1e-9 * Math.max(1, Math.abs(level)));
}

/** Whether a word may end before `rest`. */
function ends(form: string, rest: string): boolean {
  if (rest === "" || UNSPACED.test(form.slice(-1))) return true;
  return !/^(?:[\p{L}\p{N}\p{M}]|_[\p{L}\p{N}]|'\p{L})/u.test(rest);
}

/**
 * What a text means as the beginning of a verdict.
 *
 * @param text from the verdict's first character, or with space, quotes and emphasis before it
 * @param whole false where the last character of the text is still missing bytes
 */
export function readSpelling(text: string, { forms, levels }: Spellings, whole = true): Reading {
  const folded = withoutOpening(fold(text));
  if (folded === "") return { complete: -1, open: forms.map((_, c) => c), blank: true };
  return levels === null ? readWord(folded, forms, whole) : readNumber(folded, forms, levels, whole);
}

/** Whether `text` is a word that means something by itself ("no") and would have to grow into the first word of a phrase ("not true"). */
function splitsPhrase(form: string, text: string, forms: Spellings["forms"]): boolean {
  if (!form.includes(" ") || !/^[\p{L}\p{N}]/u.test(form.slice(text.length))) return false;
  return forms.some((spellings) => spellings.includes(text));
}

function readWord(text: string, forms: Spellings["forms"], whole: boolean): Reading {
  let complete = -1;
  let longest = 0;
  const open: number[] = [];
  forms.forEach((spellings, c) => {
    let grows = false;
    for (const form of spellings) {
      if (form.length > text.length && form.startsWith(text)) grows ||= !splitsPhrase(form, text, forms);
      else if (whole && form.length > longest && text.startsWith(form) && ends(form, text.slice(form.length))) {
        complete = c;
        longest = form.length;
      }
    }
    if (grows) open.push(c);
  });
  const letter = complete < 0 && /^[\p{L}]$/u.test(text) && !UNSPACED.test(text);
  return { complete, open: open.filter((c) => c !== complete), blank: letter };
}

function readNumber(text: string, forms: Spellings["forms"], levels: readonly number[], whole: boolean): Reading {
  const digits = text.replace(/^\+/, "").replace(/^(-?\d+),(?=\d|$)/, "$1.");
  const open = forms.flatMap((spellings, c) =>
    spellings.some((form) => form.length > digits.length && form.startsWith(digits)) ? [c] : [],
  );
  const number = NUMBER.exec(digits)?.[0];
  if (number === undefined || !whole || /^[\p{L}\p{N}]/u.test(digits.slice(number.length)))
    return { complete: -1, open, blank: false };
  const complete = levelIndex(levels, Number(number));
  return { complete, open: open.filter((c) => c !== complete), blank: false };
}

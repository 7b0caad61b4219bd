const SMALL = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const UNITS: ReadonlyMap<string, number> = new Map(SMALL.map((word, value) => [word, value]));
const DECADES: ReadonlyMap<string, number> = new Map(TENS.map((word, i) => [word, 10 * (i + 2)]));

/** What a number may be multiplied by in words. */
export const SCALES: ReadonlyMap<string, bigint> = new Map([
  ["dozen", 12n],
  ["hundred", 100n],
  ["thousand", 1_000n],
  ["million", 1_000_000n],
  ["billion", 1_000_000_000n],
  ["trillion", 1_000_000_000_000n],
]);

/** A number read off the beginning of some words. */
export interface WordsRead {
  /** As a decimal numeral. */
  readonly numeral: string;
  /** What stands behind it. */
  readonly rest: string;
}

/** One group below a thousand: `two`, `twenty one`, `three hundred and five`. Null where none begins at `from`. */
function readGroup(words: readonly string[], from: number): { value: number; next: number } | null {
  let next = from;
  const below = (): number | null => {
    const tens = DECADES.get(words[next] ?? "");
    const first = tens === undefined ? UNITS.get(words[next] ?? "") : tens;
    if (first === undefined) return null;
    next++;
    const unit = UNITS.get(words[next] ?? "");
    if (tens === undefined || unit === undefined || unit === 0 || unit > 9) return first;
    next++;
    return first + unit;
  };
  const isArticle = words[next] === "a" && SCALES.has(words[next + 1] ?? "");
  if (isArticle) next++;
  const start = isArticle ? 1 : below();
  if (start === null) return null;
  if (words[next] !== "hundred") return { value: start, next };
  next++;
  const after = next;
  if (words[next] === "and") next++;
  const end = below();
  if (end === null) return { value: start * 100, next: after };
  return { value: start * 100 + end, next };
}

/**
 * Reads a number in English words off the beginning: `one hundred and five apples`.
 *
 * Ordinals, years said in pairs (`nineteen eighty-four`) and digits said one by one (`one two three`) are not numbers here.
 *
 * @param text lower case, one space between words
 * @returns null where no number begins, or where the words do not make one
 */
export function readNumberWords(text: string): WordsRead | null {
  const words = text.replaceAll("-", " ").split(" ");
  let total = 0n;
  let lowest = 1n << 60n;
  let next = 0;
  let found = false;
  for (;;) {
    const joined = found && words[next] === "and" ? next + 1 : next;
    const group = readGroup(words, joined);
    if (group === null) break;
    const scale = SCALES.get(words[group.next] ?? "") ?? 1n;
    if (scale >= lowest) return null;
    total += BigInt(group.value) * scale;
    next = scale === 1n ? group.next : group.next + 1;
    found = true;
    lowest = scale;
    if (scale === 1n) break;
  }
  if (!found) return null;
  let numeral = `${total}`;
  if (words[next] === "point" && UNITS.has(words[next + 1] ?? "")) {
    numeral += ".";
    for (next++; (UNITS.get(words[next] ?? "") ?? 10) < 10; next++) numeral += `${UNITS.get(words[next] ?? "")}`;
  }
  const follows = words[next] ?? "";
  if (UNITS.has(follows) || DECADES.has(follows)) return null;
  return { numeral, rest: words.slice(next).join(" ") };
}

import { isObject } from "../json.ts";
import type { Score } from "../scores/score.ts";
import { readStatedNumber, STATED, STATED_SHARE, type StatedScale } from "./stated-number.ts";

/** A confidence that a model stated. Its kind is said, so that it never mixes with scores from probabilities. */
export interface StatedConfidence extends Score {
  readonly kind: "verbalised";
  /** As the model wrote it; null where nothing was found. */
  readonly expression: string | null;
}

/** How to read a reply. */
export interface StatedOptions {
  /** What a number without a per cent sign is out of; by default only what is plain is read. */
  readonly scale?: StatedScale;
  /** The reply holds an answer too, so a number without a label is never the confidence. Default false. */
  readonly labelled?: boolean;
}

const NOUN = String.raw`(?<!\w)(?:confidence|certainty|credence)(?!\s+(?:interval|limit|band|region|bound)s?\b)`;
const SUFFIX = String.raw`(?:\s+(?:level|score|rating|value|estimate|percentage|probability))?`;
const OF_ANSWER = String.raw`(?:\s+(?:in|of|for|about)\s+(?:my|the|this|that|it|its)(?:\s+(?:final|above|proposed|given|own))?(?:\s+(?:answer|response|guess|claim|statement|prediction|conclusion|result))?)?`;
const IS_RIGHT = String.raw`\s+that\s+(?:it|this|(?:my|the|this)(?:\s+\w+){1,2}?)\s+is\s+(?:correct|right|true|accurate)`;
const SCALE = String.raw`(?:\s*[([](?:[^)\]\n]{0,30})[)\]])?`;
const ABOUT = String.raw`(?:\s*i(?:'d|\s+would)?\s+(?:say|estimate|guess)\b)?(?:\s*(?:~|≈|about|around|approximately|approx\.?|roughly|circa|perhaps|maybe|probably)\s*)?`;
const LABEL = `${NOUN}${SUFFIX}${OF_ANSWER}(?:${IS_RIGHT})?${SCALE}["']?`;
const BOUND = String.raw`(?:(at least|more than|over|above|no less than|greater than|>=?|≥|at most|less than|under|below|no more than|up to|<=?|≤)\s*)?`;
const STRONG = String.raw`(?:\s*[:=→]\s*["'([{$]{0,3}\s*(?:boxed\{)?|\s+(?:is|was|would be|equals|stands at|at)(?:\s*:)?\s+|\s+[-–—]\s+|\s*[–—]\s*)`;
const CHANCE = "(?:chance|probability|likelihood|likely)";
const RIGHT = String.raw`(?:that\s+)?(?:(?:my|the|this)\s+answer\s+is|i\s+am|i'm|it\s+is|of\s+being|to\s+be)\s+(?:correct|right|true)`;

/**
 * Ways to say it, in three ranks. The best rank that occurs counts, and in it the last place in the text. The first group
 * of each is a bound, the second the number.
 */
const ranks: readonly (readonly RegExp[])[] = [
  [new RegExp(String.raw`["']${NOUN}${SUFFIX}["']\s*:\s*["']?${ABOUT}${BOUND}(${STATED})`, "gi")],
  [
    new RegExp(`${LABEL}${STRONG}${ABOUT}${BOUND}(${STATED})`, "gi"),
    new RegExp(String.raw`${LABEL}(?:\s+|(?<!level)\s+of\s+|\s*\(\s*)${ABOUT}${BOUND}(${STATED_SHARE})`, "gi"),
    new RegExp(
      String.raw`${LABEL}${STRONG}(?:very\s+)?(?:high|medium|moderate|low)\s*[(,:–—-]\s*${ABOUT}${BOUND}(${STATED})`,
      "gi",
    ),
    new RegExp(String.raw`^[ \t]*${NOUN}\b[^\n:=]*[:=]\s*${ABOUT}${BOUND}(${STATED})\s*\.?\s*$`, "gim"),
    new RegExp(String.raw`\b${CHANCE}${IS_RIGHT}${STRONG}${ABOUT}${BOUND}(${STATED})`, "gi"),
    new RegExp(String.raw`\b(?:confident|certain|sure)["']?\s*[:=(]\s*${ABOUT}${BOUND}(${STATED_SHARE})`, "gi"),
    new RegExp(
      String.raw`${BOUND}(?<![\w.,])(${STATED_SHARE})[\s-]*(?:(?:level|degree)\s+of\s+)?(?:confident|confidence|certain|certainty|sure)\b(?!\s+(?:interval|level|limit|band|region|bound)s?\b)`,
      "gi",
    ),
    new RegExp(String.raw`${BOUND}(?<![\w.,])(${STATED_SHARE})\s+${CHANCE}\s+${RIGHT}\b`, "gi"),
  ],
  [
    new RegExp(
      String.raw`(?:^|[\n,{;])\s*["']?(?:probability|likelihood|p\s?\(true\))(?:${IS_RIGHT})?${SCALE}["']?\s*[:=]\s*["']?${ABOUT}${BOUND}(${STATED})`,
      "gi",
    ),
  ],
];

const whole = new RegExp(`^${ABOUT}${BOUND}(${STATED})\\s*[.!]?$`, "i");
const PREFIX = "^(?:(?:my|the|your|overall|self|answer)[ _-]?)?";
const POSTFIX = "(?:[ _-]?(?:score|level|rating|value|percent|percentage))?$";
const keys = ["confidence|certainty|credence", "probability|likelihood"].map(
  (names) => new RegExp(`${PREFIX}(?:${names})${POSTFIX}`, "i"),
);
const NEGATED = /(?:\bnot|n't|n’t|\bnever|\bcannot be|\bhardly|\bnowhere near)\s+(?:\w+\s+)?$/i;

interface Mention {
  readonly end: number;
  readonly bound: string | undefined;
  readonly written: string;
}

/**
 * The confidence that a reply states.
 *
 * Read are per cent (`95%`, `95 percent`), shares (`0.95`, `.95`, `0,95`), ratios (`95/100`, `9 out of 10`), ranges, JSON
 * with a key for it, tags, and markdown. A number counts when it is labelled as the confidence (the last such one wins) or when it is
 * the whole reply; any other number belongs to the answer. A bare number that fits several scales (1, 7) is not read unless
 * `scale` or the reply ("0-100") says which.
 *
 * @returns `value` in [0, 1], or null with a reason: nothing stated, conflicting, outside the scale, ambiguous, or only a
 *   bound ("over 90%", then in `bounds`). Never NaN. `n` is 1 where a value was read, else 0.
 */
export function parseStatedConfidence(text: string, options: StatedOptions = {}): StatedConfidence {
  const { scale, labelled = false } = options;
  const fromJson = readJson(text, options);
  if (fromJson !== null) return fromJson;
  const plain = simplify(text);
  const declared = scale ?? declaredScale(plain);
  const unscaled = plain.replace(DECLARED, (found) => " ".repeat(found.length));
  const mention = bestMention(unscaled);
  if (mention !== null) return judge(mention, declared);
  const bare = labelled ? null : whole.exec(unscaled.trim().replace(/^["'([]\s*|\s*["')\]]$/g, ""));
  if (bare !== null) return judge({ end: 0, bound: bare[1], written: bare[2] ?? "" }, declared);
  const numbers = unscaled.match(new RegExp(`(?<![\\w.,])${STATED_SHARE}`, "gi")) ?? [];
  if (!labelled && numbers.length > 1) return nothing("several numbers, and none is labelled as the confidence");
  return nothing("no stated confidence was found");
}

function nothing(reason: string, expression: string | null = null): StatedConfidence {
  return { kind: "verbalised", value: null, bounds: null, n: 0, reason, expression };
}

function judge({ bound, written }: Mention, scale: StatedScale | null): StatedConfidence {
  const expression = written.trim();
  const { value, bounds, reason } = readStatedNumber(expression, scale);
  if (value === null) return nothing(reason ?? "no number", expression);
  if (bound === undefined) return { kind: "verbalised", value, bounds, n: 1, reason: null, expression };
  const isLower = /least|more than|over|above|no less|greater|>|≥/i.test(bound) && !/no more/i.test(bound);
  const only: readonly [number, number] = isLower ? [bounds?.[0] ?? value, 1] : [0, bounds?.[1] ?? value];
  return { ...nothing(`only a bound was stated: ${bound} ${expression}`, expression), bounds: only };
}

/** Without markdown, full-width signs and runs of spaces. */
function simplify(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/<([\w-]{1,40})>/g, "\n$1: ")
    .replace(/<\/[\w-]{1,40}>/g, "\n")
    .replace(/[*_`#|\\]/g, " ")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n\s*/g, "\n");
}

const DECLARED =
  /(?:\b(?:on|using)\s+)?(?:\ba\s+)?\bscale\s+(?:of|from)?\s*[01](?:\.0)?\s*(?:-|–|to)\s*(?:100|10|1(?:\.0)?)%?|[([]\s*(?:from\s+)?[01](?:\.0)?\s*(?:-|–|to)\s*(?:100|10|1(?:\.0)?)%?\s*[)\]]/gi;

function declaredScale(text: string): StatedScale | null {
  const found = text
    .match(DECLARED)
    ?.at(-1)
    ?.match(/(100|10|1(?:\.0)?)%?\s*[)\]]?$/)?.[1];
  if (found === undefined) return null;
  return found === "100" ? "percent" : found === "10" ? "ten" : "unit";
}

function bestMention(text: string): Mention | null {
  for (const ways of ranks) {
    const last = lastMention(text, ways);
    if (last !== null) return last;
  }
  return null;
}

function lastMention(text: string, ways: readonly RegExp[]): Mention | null {
  let last: Mention | null = null;
  for (const pattern of ways) {
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (NEGATED.test(text.slice(Math.max(0, match.index - 30), match.index))) continue;
      if (last === null || end > last.end) last = { end, bound: match[1], written: match[2] ?? "" };
    }
  }
  return last;
}

/** What an object of JSON states under a key for it; null where the reply is none or has no such key. */
function readJson(text: string, options: StatedOptions): StatedConfidence | null {
  const body = /^\s*(?:```\w*\s*)?(\{[\s\S]*\})(?:\s*```)?\s*$/.exec(text)?.[1];
  if (body === undefined) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const names = Object.keys(parsed);
  const [key] = keys.flatMap((pattern) => names.findLast((name) => pattern.test(name)) ?? []);
  if (key === undefined) return nothing("no stated confidence was found");
  const value = parsed[key];
  const scale = options.scale ?? (/percent/i.test(key) ? "percent" : null);
  if (typeof value === "number")
    return judge({ end: 0, bound: undefined, written: plainNumber(value, body, key) }, scale);
  if (typeof value !== "string") return nothing("the confidence in the JSON is neither a number nor text");
  return parseStatedConfidence(value, { ...(scale === null ? {} : { scale }), labelled: false });
}

/** The number as it was written, because `1.0` and `1` are of different scales. */
function plainNumber(value: number, body: string, key: string): string {
  const written = new RegExp(
    `${JSON.stringify(key).replace(/[.*+?^$()|[\]\\{}]/g, "\\$&")}\\s*:\\s*(-?[\\d.]+)\\s*[,}]`,
  ).exec(body)?.[1];
  return written !== undefined && Number(written) === value ? written : String(value);
}

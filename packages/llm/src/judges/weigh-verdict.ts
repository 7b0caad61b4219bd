import { createPlace, isGenerated, readPlace } from "../scores/place.ts";
import { bytesOf, completeText, openBytes, utf8Length } from "../scores/token-text.ts";
import type { Alternative, Token } from "../trace/token.ts";
import { type Reading, readSpelling, type Spellings, withoutOpening } from "./spelling.ts";

/** Probability mass whose candidate is not certain. */
export interface OpenMass {
  readonly mass: number;
  /** Candidates that it may belong to. */
  readonly candidates: readonly number[];
  /** The one that it spells in full, or the only one that it begins; −1 where there is none. */
  readonly likeliest: number;
  /** True where it may belong to none of them. */
  readonly mayLeave: boolean;
}

/** How the probability at a verdict is spread over the candidates. All masses add up to 1. */
export interface WeighedVerdict {
  /** For each candidate, the mass that is certainly its own. */
  readonly certain: Float64Array;
  readonly open: readonly OpenMass[];
  /** Mass of everything that no candidate begins with. */
  readonly other: number;
  /** Tokens that were looked at. */
  readonly n: number;
  /** True where the verdict's first token came with alternatives. */
  readonly hasAlternatives: boolean;
  /** False where listed probabilities add up to more than 1. */
  readonly sound: boolean;
}

/** The beginning of a verdict: what was generated before this place. */
interface Path {
  readonly text: string;
  readonly bytes: readonly number[];
  /** Probability of having come here. */
  readonly reach: number;
  /** Candidates that it can still become. */
  readonly possible: readonly number[];
}

/** The text of a path with one more token, and whether its last character is whole. */
function extend(path: Path, token: Token | Alternative): { text: string; whole: boolean } {
  const plain = !token.text.includes("\uFFFD") && openBytes(path.bytes) === 0;
  if (plain || token.bytes === null) return { text: path.text + token.text, whole: true };
  const bytes = [...path.bytes, ...token.bytes];
  return { text: completeText(bytes), whole: openBytes(bytes) === 0 };
}

/**
 * How the probability at a verdict is spread over the candidates.
 *
 * The alternatives of the verdict's first token are read as beginnings of candidates. What spells one in full, and cannot become
 * another, is certain. Where the generated token is only a beginning, its probability is spread by the alternatives of the next
 * token, and so on: a prefix tree along what was generated. Open stay the beginnings that were not generated ("1" beside "10"),
 * blanks, and the tail of tokens that were not listed.
 *
 * A token that spells a candidate in full is not taken for the beginning of another one that is itself listed as one token in
 * this place: tokenizers do not write it in pieces.
 *
 * @param tokens of one channel
 * @param start the token in which the verdict begins
 * @param lead what stands in this token before it
 */
export function weighVerdict(
  tokens: readonly Token[],
  start: number,
  lead: string,
  spellings: Spellings,
  vocabulary: number,
): WeighedVerdict {
  const certain = new Float64Array(spellings.forms.length);
  const open: OpenMass[] = [];
  const worded = /[\p{L}\p{N}]/u.test(lead);
  const place = createPlace();
  let other = 0;
  let hasAlternatives = true;
  let sound = true;
  let n = 0;
  let path: Path | null = { text: "", bytes: [], reach: 1, possible: spellings.forms.map((_, c) => c) };

  for (let i = start; i < tokens.length && path !== null; i++) {
    const token = tokens[i]!;
    const here: Path = path;
    const strip = i === start && worded ? lead : "";
    path = null;
    n++;
    readPlace(place, token, vocabulary);
    if (i === start) hasAlternatives = place.alternatives > 0;
    if (!place.sound) sound = false;
    const total = place.mass + place.tail;
    if (!(total > 0)) {
      open.push({ mass: here.reach, candidates: here.possible, likeliest: -1, mayLeave: true });
      break;
    }
    const scale = here.reach / total;
    const outcomes = outcomesOf(token);
    const readings = outcomes.map((outcome) => readOutcome(here, outcome, strip, spellings));
    const oneToken = new Set(readings.map(({ complete }) => complete));
    for (const [k, outcome] of outcomes.entries()) {
      const mass = scale * Math.exp(outcome.logprob ?? 0);
      const { complete, open: may, blank } = readings[k]!;
      if (may.length > 0 && i + 1 < tokens.length && path === null && isGenerated(outcome, token)) {
        path = advance(here, token, strip, mass, complete < 0 ? may : [complete, ...may]);
        continue;
      }
      const others = complete < 0 ? may : may.filter((c) => !oneToken.has(c));
      if (complete >= 0 && others.length === 0) certain[complete]! += mass;
      else if (complete >= 0)
        open.push({ mass, candidates: [complete, ...others], likeliest: complete, mayLeave: false });
      else if (others.length > 0) {
        const likeliest = !blank && others.length === 1 ? (others[0] ?? -1) : -1;
        open.push({ mass, candidates: others, likeliest, mayLeave: true });
      } else other += mass;
    }
    const tail = scale * place.tail;
    if (tail > 0) open.push({ mass: tail, candidates: here.possible, likeliest: -1, mayLeave: true });
  }
  return { certain, open, other, n, hasAlternatives, sound };
}

/** Formatting tokens before a verdict that are looked at. */
const MOST_FORMATTING = 8;

/** Mass beside formatting, unlisted or other formatting, that may well hold a candidate. */
const UNKNOWN = 0.05;

/** Mass that certain formatting leaves to anything else: rounding. */
const NOTHING = 1e-6;

/**
 * The token where a verdict could have begun: it or a token of nothing but formatting before it (`**`, a line end, a quote), where a
 * candidate was listed beside the formatting, or much is unknown. What stood there is evidence: `**true` after `**` at 0.1 beside
 * `false` at 0.9 is no judge that is sure of true. Beside formatting that was certain nothing stood, whatever is listed there:
 * servers that force a schema list what it ruled out.
 *
 * @param start the token in which the verdict was written
 */
export function verdictBegins(
  tokens: readonly Token[],
  start: number,
  spellings: Spellings,
  vocabulary: number,
): number {
  const place = createPlace();
  let begin = start;
  for (let i = start - 1; i >= Math.max(0, start - MOST_FORMATTING); i--) {
    const token = tokens[i]!;
    if (withoutOpening(token.text) !== "") break;
    if (token.logprob !== null && Math.exp(token.logprob) >= 1 - NOTHING) continue;
    let unknown = 0;
    let rival = false;
    for (const outcome of outcomesOf(token)) {
      if (isGenerated(outcome, token)) continue;
      const { complete, open, blank } = readSpelling(outcome.text, spellings);
      if (blank) unknown += Math.exp(outcome.logprob ?? 0);
      else if (complete >= 0 || open.length > 0) rival = true;
    }
    readPlace(place, token, vocabulary);
    if (rival || (place.alternatives > 0 && place.tail + unknown > UNKNOWN)) begin = i;
  }
  return begin;
}

/** What is known to have been possible: the alternatives with a log-probability, and the token where it is not among them. */
function outcomesOf(token: Token): readonly (Alternative | Token)[] {
  const listed = token.top.filter(({ logprob }) => logprob !== null);
  return token.logprob === null || listed.some((each) => isGenerated(each, token)) ? listed : [...listed, token];
}

function readOutcome(path: Path, outcome: Alternative | Token, strip: string, spellings: Spellings): Reading {
  const { text, whole } = extend(path, outcome);
  if (text.startsWith(strip)) return readSpelling(text.slice(strip.length), spellings, whole);
  return { complete: -1, open: [], blank: false };
}

function advance(path: Path, token: Token, strip: string, reach: number, possible: readonly number[]): Path {
  const bytes = [...path.bytes, ...bytesOf(token)].slice(utf8Length(strip));
  return { text: extend(path, token).text.slice(strip.length), bytes, reach, possible };
}

import type { Alternative, Token } from "../trace/token.ts";
import {
  bytesOf,
  type Candidate,
  consider,
  isChosen,
  type Place,
  type Scratch,
  valueKey,
} from "./consider-alternatives.ts";
import type { FieldAlternative } from "./field.ts";
import type { Leaf } from "./scan-json.ts";

const ALTERNATIVES_KEPT = 10;
/** More than the three tokens around a short value have; of long texts the likeliest are enough to find ten. */
const OPTIONS_CONSIDERED = 64;

/** The tokens that decide a value. */
export interface FieldTokens {
  /** That carry a part of it, in order; indices into the tokens. */
  readonly value: readonly number[];
  /** That has its opening quote and nothing of the inside; −1 where none. */
  readonly opening: number;
  /** That begins where the value ends; −1 where none. */
  readonly closing: number;
  /** Whether the value's tokens cover it all. */
  readonly covered: boolean;
}

/** What the tokens say of a value. */
export interface FieldScore {
  readonly probability: number | null;
  readonly bounds: readonly [number, number];
  readonly alternatives: readonly FieldAlternative[];
  readonly isShared: boolean;
  readonly isUnknown: boolean;
  /** Whether what follows could well have continued the value. */
  readonly mayGoOn: boolean;
}

/** The mass of a token's alternatives, by what they say of the value. */
interface Mass {
  readonly same: number;
  readonly undecided: number;
  readonly unseen: number;
}

/** How the mass at a token is spread. */
interface Spread {
  /** Of the token that was generated. */
  readonly own: number;
  /** Of what was not listed. */
  readonly unseen: number;
}

const probabilityOf = (token: Token): number => (token.logprob === null ? 0 : Math.exp(token.logprob));
const boundOf = (token: Token): number => Math.exp(token.logprob ?? token.logprobBound ?? 0);

/** The mass of the token itself, and of what is neither it nor listed; `visit` gets every other alternative. */
function spreadOf(token: Token, visit: (mass: number, bytes: ArrayLike<number> | null) => void): Spread {
  let chosen: number | null = null;
  let others = 0;
  for (const alternative of token.top) {
    if (alternative.logprob === null) continue;
    const mass = Math.exp(alternative.logprob);
    if (isChosen(alternative, token)) {
      chosen = (chosen ?? 0) + mass;
      continue;
    }
    others += mass;
    visit(mass, bytesOf(alternative));
  }
  const own = chosen ?? probabilityOf(token);
  return { own, unseen: Math.max(0, 1 - own - others) };
}

function massAt(place: Place, token: Token): Mass {
  let same = 0;
  let undecided = 0;
  const { own, unseen } = spreadOf(token, (mass, bytes) => {
    const verdict = bytes === null ? "undecided" : consider(place, bytes);
    if (verdict === "same") same += mass;
    else if (verdict === "undecided") undecided += mass;
  });
  return { same: Math.min(1, own + same), undecided, unseen };
}

/** What any end leaves to other tokens. */
const GOES_ON = 0.05;

/** The share at the token behind a value that certainly ends it; 1 where less than `GOES_ON` is seen to continue it. */
function endShare(token: Token | undefined, place: (token: Token) => Place): number {
  if (token === undefined || token.logprob === null || Math.exp(token.logprob) > 1 - GOES_ON) return 1;
  let goesOn = 0;
  const { unseen } = spreadOf(token, (mass, bytes) => {
    if (bytes !== null && typeof consider(place(token), bytes) === "object") goesOn += mass;
  });
  return goesOn < GOES_ON ? 1 : Math.max(0, Math.min(1, 1 - goesOn - unseen));
}

/**
 * The probability, bounds and alternatives of one value.
 *
 * @param bytes of the answer
 * @param json of the value as it stands
 * @param previousEnd where the value before it ends
 * @param scratch used again from field to field
 */
export function scoreField(
  bytes: Uint8Array,
  leaf: Leaf,
  json: string,
  tokens: readonly Token[],
  decided: FieldTokens,
  previousEnd: number,
  scratch: Scratch,
): FieldScore {
  let log = 0;
  let lower = 0;
  let upper = 0;
  let isShared = false;
  let isUnknown = !decided.covered;
  let key: string | null | undefined;
  const place = ({ start, end }: Token): Place => {
    if (key === undefined) key = valueKey(bytes.subarray(leaf.start, leaf.complete ? bytes.length : leaf.end));
    return { bytes, leaf, start, end, previousEnd, key, scratch };
  };
  for (const k of decided.value) {
    const token = tokens[k];
    if (token === undefined) continue;
    const shared = token.start < leaf.valueStart || token.end > leaf.valueEnd;
    isShared ||= shared;
    if (token.logprob === null) {
      isUnknown = true;
      lower = -Infinity;
      upper += shared ? 0 : Math.log(boundOf(token));
      continue;
    }
    lower += token.logprob;
    if (token.top.length > 0 && (shared || decided.value.length === 1)) {
      const { same, undecided, unseen } = massAt(place(token), token);
      log += Math.log(Math.max(same, probabilityOf(token)));
      const most = carriesNeighbour(token, leaf, previousEnd) ? 1 : Math.min(1, same + undecided + unseen);
      upper += Math.log(shared ? most : Math.max(same, probabilityOf(token)));
    } else {
      log += token.logprob;
      upper += shared ? 0 : token.logprob;
    }
  }
  if (!decided.covered) {
    lower = -Infinity;
    if (decided.value.length === 0) upper = 0;
  }
  const ends = decided.value.includes(decided.closing) ? 1 : endShare(tokens[decided.closing], place);
  lower += Math.log(ends);
  const probability = isUnknown ? null : Math.min(1, Math.exp(log));
  const bounds: readonly [number, number] = [
    Math.min(Math.exp(lower), probability ?? 1),
    Math.min(1, Math.max(Math.exp(upper), probability ?? 0)),
  ];
  const alternatives = alternativesOf(leaf, json, tokens, decided, probability, place);
  return { probability, bounds, alternatives, isShared, isUnknown, mayGoOn: ends < 1 };
}

/** True where a token reaches back into the value before. */
function carriesNeighbour(token: Token, leaf: Leaf, previousEnd: number): boolean {
  return token.start < previousEnd && previousEnd <= leaf.start;
}

interface Group {
  json: string;
  best: number;
  probability: number;
  complete: boolean;
}

/** An alternative that is not the token itself, and the probability of the answer up to it. */
interface Option {
  readonly token: Token;
  readonly alternative: Alternative;
  readonly probability: number;
}

function alternativesOf(
  leaf: Leaf,
  json: string,
  tokens: readonly Token[],
  decided: FieldTokens,
  probability: number | null,
  place: (token: Token) => Place,
): readonly FieldAlternative[] {
  const options = likeliestOptions(tokens, decided);
  if (options === null) return [];
  const groups = new Map<string, Group>();
  for (const { token, alternative, probability: p } of options) {
    const bytes = bytesOf(alternative);
    const verdict = bytes === null ? "undecided" : consider(place(token), bytes);
    if (typeof verdict === "object") addTo(groups, verdict, p);
  }
  const found: FieldAlternative[] = [...groups.values()].map((group) => ({
    json: group.json,
    probability: Math.min(1, group.probability),
    complete: group.complete,
  }));
  if (probability !== null) found.unshift({ json, probability, complete: leaf.complete });
  return found.sort((a, b) => b.probability - a.probability).slice(0, ALTERNATIVES_KEPT);
}

/** The likeliest of all that stood beside the tokens of a value; null where nothing did. */
function likeliestOptions(
  tokens: readonly Token[],
  { value, opening, closing }: FieldTokens,
): readonly Option[] | null {
  const hasTop = (k: number): boolean => (tokens[k]?.top.length ?? 0) > 0;
  if (!(value.some(hasTop) || hasTop(opening) || hasTop(closing))) return null;
  let options: Option[] = [];
  let before = 0;
  const last = closing >= 0 && !value.includes(closing) ? [closing] : [];
  const likeliest = (): Option[] => options.sort((a, b) => b.probability - a.probability).slice(0, OPTIONS_CONSIDERED);
  for (const k of [...(opening < 0 ? [] : [opening]), ...value, ...last]) {
    const token = tokens[k];
    if (token === undefined) continue;
    for (const alternative of token.top) {
      if (alternative.logprob === null || isChosen(alternative, token)) continue;
      options.push({ token, alternative, probability: Math.exp(before + alternative.logprob) });
    }
    if (options.length > 16 * OPTIONS_CONSIDERED) options = likeliest();
    if (k === opening) continue;
    if (token.logprob === null) break;
    before += token.logprob;
  }
  return likeliest();
}

function addTo(groups: Map<string, Group>, { key, json, complete }: Candidate, p: number): void {
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, { json, best: p, probability: p, complete });
    return;
  }
  group.probability += p;
  group.complete &&= complete;
  if (p > group.best) {
    group.best = p;
    group.json = json;
  }
}

import { InputError, sum } from "@candor/core";
import type { Channel, Token } from "../trace/token.ts";
import { type Trace, tokensOf } from "../trace/trace.ts";
import { decisionTokenIndex } from "./decision-token.ts";
import { createPlace, LARGEST_VOCABULARY, readPlace } from "./place.ts";
import { greatestEntropy, leastEntropy } from "./place-entropy.ts";
import { greatestMargin, leastMargin, marginKnown } from "./place-margin.ts";
import type { Score } from "./score.ts";
import { createSlidingSum } from "./sliding-sum.ts";
import { whyMissing, whyUnknown } from "./why-missing.ts";

/** Which tokens are scored, and how. */
export interface ScoreOptions {
  /** Default `content`: what the user sees. */
  readonly channel?: Channel;
  /** The first token of the channel that counts. Default 0. */
  readonly from?: number;
  /** The first one that does not. Default: all count. */
  readonly to?: number;
  /**
   * Positions in `trace.tokens` of the only tokens that count, ascending, such as those of a JSON answer's values
   * (`Field.tokens`): braces, quotes and keys are nearly certain and raise every mean. Default: all. Not with `channel`, `from`
   * or `to`.
   */
  readonly indices?: readonly number[];
  /** Tokens in a window of `minWindow`. Default 8. */
  readonly window?: number;
  /** Size of the model's vocabulary, for the upper bounds of entropies. Default 2²⁰, more than any in use. */
  readonly vocabulary?: number;
}

/** The raw confidences of one answer. All probabilities are of tokens given those before them. */
export interface TraceScores {
  /** Product of the probabilities, in [0, 1]: of this very answer, word by word. Falls with length. */
  readonly sequence: Score;
  /** Their geometric mean, exp of the mean log-probability, in [0, 1]. */
  readonly lengthNormalised: Score;
  /** exp of minus the mean log-probability, ≥ 1; 1 is certain, 2 is a coin toss per token. The inverse of `lengthNormalised`. */
  readonly perplexity: Score;
  /** Probability of the least likely token, in [0, 1]. */
  readonly minToken: Score;
  /** The smallest geometric mean of any `window` tokens in a row, in [0, 1]; of all of them where there are fewer. */
  readonly minWindow: Score;
  /**
   * Mean over tokens of the entropy of what could have stood there, in nats, ≥ 0. The value is the smallest entropy that fits
   * (`leastEntropy`: the unseen tail in as few tokens as possible); the upper bound spreads the tail over the vocabulary.
   */
  readonly meanEntropy: Score;
  /** The largest of these entropies. */
  readonly maxEntropy: Score;
  /** Mean over tokens of the difference between the two most likely, in [0, 1]. Null where a second one was not listed. */
  readonly meanMargin: Score;
  /** The smallest of these differences. */
  readonly minMargin: Score;
  /** Probability of the first token, whatever it is. */
  readonly firstToken: Score;
  /** Probability of the token that decides the answer: the first after space, quotes, emphasis, `<think>` and `Answer:`. */
  readonly decisionToken: Score;
}

/** Whether `value` is a whole number of at least `least`. */
function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new InputError("out-of-range", `${name} must be a whole number ≥ ${least}, got ${value}`);
}

function missing(reason: string, bounds: readonly [number, number] | null = null, n = 0): Score {
  return { value: null, bounds, n, reason };
}

/** A score of n tokens, of which a sentence may say why its value is unknown and only the ends of its range are. */
function scoreOf(lower: number, upper: number, n: number, reason: string | null): Score {
  return { value: reason === null ? lower : null, bounds: [lower, upper], n, reason };
}

/** The largest logarithm that a token can have; `known` says whether it has it. */
function largestLogprob({ logprob, logprobBound }: Token): number {
  return logprob ?? logprobBound ?? 0;
}

function tokenScore(token: Token, reason: string): Score {
  if (token.logprob === null) return missing(reason, [0, Math.exp(largestLogprob(token))], 1);
  const p = Math.exp(token.logprob);
  return { value: p, bounds: [p, p], n: 1, reason: null };
}

function minimumOfWindows(logs: Float64Array, window: number): number {
  const width = Math.min(window, logs.length);
  const sliding = createSlidingSum(width);
  let least = 0;
  logs.forEach((log, i) => {
    sliding.push(log);
    if (i >= width - 1) least = i === width - 1 ? sliding.total() : Math.min(least, sliding.total());
  });
  return least / width;
}

/**
 * The raw confidences of an answer.
 *
 * Missing evidence never counts as certainty: where a token's log-probability is unknown the value is null, `reason` says so, and
 * the bounds hold what is known (a token outside the listed alternatives is at most as likely as the least likely of them).
 * Bounds take the log-probabilities as exact.
 *
 * @throws {InputError} `out-of-range` for a window or vocabulary that is no whole number ≥ 1, or a range that is none;
 *   `incompatible` for a range beside `indices`
 *
 * Accuracy: logarithms are added with compensation. `sequence` is 0 below 5e−324; use `lengthNormalised` for long answers.
 */
export function scoreTrace(trace: Trace, options: ScoreOptions = {}): TraceScores {
  const { channel = "content", from = 0, window = 8, vocabulary = LARGEST_VOCABULARY } = options;
  checkWhole("from", from, 0);
  checkWhole("window", window, 1);
  checkWhole("vocabulary", vocabulary, 1);
  const all = tokensOf(trace, channel);
  const { to = all.length } = options;
  checkWhole("to", to, from);
  const tokens = options.indices === undefined ? all.slice(from, to) : chosen(trace.tokens, options);
  if (tokens.length === 0) {
    const none = missing(all.length === 0 ? whyMissing(trace, channel) : "No tokens were chosen.");
    return {
      sequence: none,
      lengthNormalised: none,
      perplexity: none,
      minToken: none,
      minWindow: none,
      meanEntropy: none,
      maxEntropy: none,
      meanMargin: none,
      minMargin: none,
      firstToken: none,
      decisionToken: none,
    };
  }
  return { ...scoreTokens(trace, tokens, window), ...scorePlaces(trace, tokens, vocabulary), ...single(trace, tokens) };
}

/** The tokens at given positions. */
function chosen(all: readonly Token[], { indices = [], channel, from, to }: ScoreOptions): readonly Token[] {
  if (channel !== undefined || from !== undefined || to !== undefined)
    throw new InputError("incompatible", "indices cannot be combined with channel, from or to");
  return indices.map((index, i) => {
    const token = all[index];
    if (token === undefined || index <= (indices[i - 1] ?? -1))
      throw new InputError(
        "out-of-range",
        `indices must ascend in [0, ${all.length}), got ${index} at position ${i}`,
        i,
      );
    return token;
  });
}

type OfTokens = "sequence" | "lengthNormalised" | "perplexity" | "minToken" | "minWindow";

function scoreTokens(trace: Trace, tokens: readonly Token[], window: number): Pick<TraceScores, OfTokens> {
  const n = tokens.length;
  const logs = Float64Array.from(tokens, largestLogprob);
  const unknown = tokens.reduce((count, token) => count + (token.logprob === null ? 1 : 0), 0);
  const reason = unknown === 0 ? null : unknownReason(trace, unknown, n);
  const total = sum(logs);
  const least = logs.reduce((a, b) => Math.min(a, b), 0);
  const rangeTo = (log: number): Score => {
    const p = Math.exp(log);
    return scoreOf(reason === null ? p : 0, p, n, reason);
  };
  return {
    sequence: rangeTo(total),
    lengthNormalised: rangeTo(total / n),
    perplexity: perplexityOf(-total / n, n, reason),
    minToken: rangeTo(least),
    minWindow: rangeTo(minimumOfWindows(logs, window)),
  };
}

function perplexityOf(meanSurprise: number, n: number, reason: string | null): Score {
  if (reason !== null) return missing(reason, null, n);
  const value = Math.exp(meanSurprise);
  if (value === Infinity) return missing("The perplexity is larger than any number.", null, n);
  return { value, bounds: [value, value], n, reason: null };
}

function unknownReason(trace: Trace, unknown: number, n: number): string {
  if (unknown === n) return whyUnknown(trace);
  return `The log-probability of ${unknown} of ${n} tokens is unknown.`;
}

type OfPlaces = "meanEntropy" | "maxEntropy" | "meanMargin" | "minMargin";

function scorePlaces(trace: Trace, tokens: readonly Token[], vocabulary: number): Pick<TraceScores, OfPlaces> {
  const n = tokens.length;
  const least = new Float64Array(n);
  const greatest = new Float64Array(n);
  const narrow = new Float64Array(n);
  const wide = new Float64Array(n);
  const place = createPlace();
  let lonely = 0;
  let unsound = -1;
  let secondUnseen = 0;
  for (let i = 0; i < n; i++) {
    const token = tokens[i]!;
    readPlace(place, token, vocabulary);
    if (place.alternatives === 0) lonely++;
    if (!place.sound && unsound < 0) unsound = i;
    if (place.listed === 0 || !place.sound) {
      greatest[i] = Math.log(vocabulary);
      wide[i] = 1;
      continue;
    }
    least[i] = leastEntropy(place);
    greatest[i] = greatestEntropy(place);
    narrow[i] = leastMargin(place);
    wide[i] = greatestMargin(place);
    if (!marginKnown(place)) secondUnseen++;
  }
  const reason = placesReason(trace, tokens, lonely, unsound);
  const marginReason =
    reason ??
    (secondUnseen > 0 ? `The second most likely token is not listed at ${secondUnseen} of ${n} tokens.` : null);
  const smallest = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);
  return {
    meanEntropy: scoreOf(sum(least) / n, sum(greatest) / n, n, reason),
    maxEntropy: scoreOf(largest(least), largest(greatest), n, reason),
    meanMargin: scoreOf(sum(narrow) / n, sum(wide) / n, n, marginReason),
    minMargin: scoreOf(smallest(narrow), smallest(wide), n, marginReason),
  };
}

/** Why what stands beside the tokens cannot be scored; null where it can. */
function placesReason(trace: Trace, tokens: readonly Token[], lonely: number, unsound: number): string | null {
  const n = tokens.length;
  if (lonely === n)
    return tokens.some(({ logprob }) => logprob !== null) ? "The tokens came without alternatives." : whyUnknown(trace);
  if (lonely > 0) return `${lonely} of ${n} tokens came without alternatives.`;
  if (unsound >= 0) return `The probabilities listed at token ${unsound} add up to more than 1.`;
  return null;
}

function single(trace: Trace, tokens: readonly Token[]): Pick<TraceScores, "firstToken" | "decisionToken"> {
  const [first] = tokens;
  const deciding = tokens[decisionTokenIndex(tokens)];
  const allUnknown = tokens.every(({ logprob }) => logprob === null);
  const reason = allUnknown ? whyUnknown(trace) : "Its log-probability is unknown.";
  return {
    firstToken: first === undefined ? missing("There is no token.") : tokenScore(first, reason),
    decisionToken:
      deciding === undefined
        ? missing("The answer has nothing but formatting, labels or reasoning.")
        : tokenScore(deciding, reason),
  };
}

import { InputError } from "@candor/core";

/** An answer of one trace. */
export interface Vote {
  /** Answers that mean the same must be the same text: cluster them first. */
  readonly answer: string;
  /** Weight ≥ 0 of this vote; null where the trace has no confidence. */
  readonly confidence: number | null;
}

/** Votes for one answer. */
export interface VoteCount {
  readonly answer: string;
  readonly votes: number;
  /** Sum of their confidences. */
  readonly weight: number;
  /** Of all weight, in [0, 1]. */
  readonly share: number;
}

/** What the traces say together. */
export interface VoteResult {
  /** The answer with the largest weight; null where two have it, or no vote has a weight. */
  readonly answer: string | null;
  /** Its share of all weight, in [0, 1]; 0 where `answer` is null for lack of votes. */
  readonly share: number;
  /** By weight, largest first; equal weights in the order they came. */
  readonly counts: readonly VoteCount[];
  /** Votes that count. */
  readonly n: number;
  /** Votes without a confidence: they do not count, because missing evidence is no evidence. */
  readonly withoutConfidence: number;
  /** Votes left out because others were more confident. */
  readonly filtered: number;
}

/**
 * The majority of answers, each weighed by the confidence of its trace.
 *
 * @param votes one per trace
 * @param options.keep share in (0, 1] of the most confident traces that vote; traces that tie with the last one vote too. Default 1
 * @throws {InputError} `out-of-range` for a negative or infinite confidence, or a share that is none
 *
 * Source: Fu, Wang, Tian & Zhao (2025), "Deep Think with Confidence", arXiv 2508.15260, §3.2 (weighted voting and filtering).
 */
export function weightedVote(votes: readonly Vote[], options: { readonly keep?: number } = {}): VoteResult {
  const { keep = 1 } = options;
  if (!(keep > 0 && keep <= 1)) throw new InputError("out-of-range", `keep must be in (0, 1], got ${keep}`);
  const known: { readonly answer: string; readonly confidence: number }[] = [];
  votes.forEach(({ answer, confidence }, i) => {
    if (confidence === null) return;
    if (!(confidence >= 0 && confidence < Infinity))
      throw new InputError("out-of-range", `confidence ${confidence} of vote ${i} is not a finite number ≥ 0`, i);
    known.push({ answer, confidence });
  });
  const ranked = known.toSorted((a, b) => b.confidence - a.confidence);
  const last = ranked[Math.max(1, Math.ceil(keep * known.length - 1e-9)) - 1]?.confidence ?? 0;
  const counted = known.filter(({ confidence }) => confidence >= last);
  const tallies = new Map<string, { votes: number; weight: number }>();
  for (const { answer, confidence } of counted) {
    const tally = tallies.get(answer) ?? { votes: 0, weight: 0 };
    tally.votes++;
    tally.weight += confidence;
    tallies.set(answer, tally);
  }
  const total = counted.reduce((sum, { confidence }) => sum + confidence, 0);
  const counts = [...tallies]
    .map(([answer, tally]) => ({ answer, ...tally, share: total > 0 ? tally.weight / total : 0 }))
    .toSorted((a, b) => b.weight - a.weight);
  const [first, second] = counts;
  const decided = first !== undefined && first.weight > (second?.weight ?? 0);
  return {
    answer: decided ? first.answer : null,
    share: first?.share ?? 0,
    counts,
    n: counted.length,
    withoutConfidence: votes.length - known.length,
    filtered: known.length - counted.length,
  };
}

/** Rows by descending confidence, and the thresholds that are tested of them. */
export interface RankedLabels {
  /** 1 where a row is right. */
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array;
  /** At most 40, descending: distinct confidences, evenly spread by their numbers alone, the lowest included. */
  readonly thresholds: Float64Array;
  /** How many rows have at least the confidence of each threshold. */
  readonly ends: Uint32Array;
}

/**
 * Whether the share of errors among the rows from threshold k on is shown to be small enough, at a failure in (0, 1).
 *
 * @param times how often every row counts; more than once only to guess what more rows would tell
 */
export type ErrorTest = (k: number, failure: number, times: number) => boolean;

/** The lowest threshold that passes, and the failure that its test was given. */
export interface LowestPassing {
  readonly k: number;
  readonly failure: number;
}

/** Thresholds that are tested at most. */
const MOST_TESTED = 40;

/** Puts rows in the order of their confidence, and chooses thresholds without looking at outcomes. */
export function rankLabels(confidences: Float64Array, outcomes: Uint8Array, weights: Float64Array): RankedLabels {
  const order = Uint32Array.from(confidences, (_, i) => i).sort((a, b) => confidences[b] - confidences[a]);
  const distinct: number[] = [];
  order.forEach((row, k) => {
    if (k + 1 === order.length || confidences[order[k + 1]] !== confidences[row]) distinct.push(k + 1);
  });
  const count = Math.min(MOST_TESTED, distinct.length);
  const ends = Uint32Array.from(
    { length: count },
    (_, k) => distinct[Math.ceil(((k + 1) * distinct.length) / count) - 1],
  );
  return {
    outcomes: Uint8Array.from(order, (i) => outcomes[i]),
    weights: weights.map((_, k) => weights[order[k]]),
    thresholds: Float64Array.from(ends, (end) => confidences[order[end - 1]]),
    ends,
  };
}

/** Sequences of tests begin where these parts of the target as an error rate would pass, each with its share of the failure. */
const STARTS: readonly number[] = [0.2, 0.6];

/** The lowest threshold that passes at a failure of all tests together, in (0, 1); undefined where none does. */
export type ThresholdSearch = (failure: number, times?: number) => LowestPassing | undefined;

/**
 * Finds the lowest threshold whose errors are shown to be few. Sequences of tests go from several starts towards lower
 * thresholds, each at the failure of its start, until one fails; a sequence that reaches the next start hands its failure on.
 * Where they start follows from confidences and weights, which no outcome decides.
 *
 * @param target share of errors, in (0, 1), by which the starts are chosen
 * @param testOf the tests of these rows with some outcomes
 *
 * Source: fixed-sequence testing with several starts (Angelopoulos et al. 2021, "Learn then Test", section 4) whose shares
 * are handed on (Wiens and Dmitrienko 2005, "The fallback procedure").
 */
export function thresholdSearch(
  { outcomes, weights, ends }: RankedLabels,
  target: number,
  testOf: (outcomes: Uint8Array) => ErrorTest,
): ThresholdSearch {
  const wouldPass = STARTS.map((part) => testOf(evenErrors(weights, part * target)));
  const passes = testOf(outcomes);
  return (failure, times = 1) => {
    const starts: number[] = [];
    for (const test of wouldPass) {
      const start = firstWhere(ends.length, (k) => test(k, failure, times));
      starts.push(Math.max(start, starts.at(-1) ?? 0));
    }
    let reached: LowestPassing | undefined;
    let handedOn = 0;
    starts.forEach((begin, j) => {
      const level = failure * Math.min(1, 1 / starts.length + handedOn);
      const end = starts[j + 1] ?? ends.length;
      let k = begin;
      while (k < end && passes(k, level, times)) reached = { k: k++, failure: level };
      handedOn = k === end ? handedOn + 1 / starts.length : 0;
    });
    return reached;
  };
}

/** The first number below `count` of which something holds that then holds of all; `count` where it holds of none. */
function firstWhere(count: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Outcomes of which an even share of the weight is wrong. */
function evenErrors(weights: Float64Array, rate: number): Uint8Array {
  let owed = 0;
  return Uint8Array.from(weights, (weight) => {
    owed += rate * weight;
    if (owed < weight / 2) return 1;
    owed -= weight;
    return 0;
  });
}

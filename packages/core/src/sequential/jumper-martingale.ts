import { InputError } from "../errors.ts";

/** How a jumper bets on p-values. */
export interface JumperOptions {
  /**
   * A stake e multiplies its capital by 1 + e (p − ½): negative stakes win where p-values are small, positive ones where
   * they are large, 0 keeps what it has. In (−2, 2). Default −1, 0, 1 (the simple jumper); −1, −½, 0, ½, 1 is finer.
   */
  readonly stakes?: readonly number[];
  /** Share of the capital that is dealt out evenly over the stakes before each bet, in [0, 1]. Default 0.01. */
  readonly jump?: number;
}

/** The state of a jumper. Plain JSON. */
export interface JumperState {
  readonly stakes: readonly number[];
  readonly jump: number;
  /** Share of the capital on each stake; they sum to 1. */
  readonly shares: readonly number[];
  /** Natural logarithm of the wealth; the first wealth is 1. */
  readonly logWealth: number;
  /** The largest `logWealth` so far, ≥ 0. */
  readonly highest: number;
  /** p-values seen. */
  readonly steps: number;
}

/** Stakes of the finer jumper. */
export const FINE_STAKES: readonly number[] = [-1, -0.5, 0, 0.5, 1];

/**
 * A jumper that has not bet yet.
 *
 * @throws {InputError} `empty`, `out-of-range`
 */
export function startJumper(options: JumperOptions = {}): JumperState {
  const { stakes = [-1, 0, 1], jump = 0.01 } = options;
  if (stakes.length === 0) throw new InputError("empty", "a jumper needs at least one stake");
  stakes.forEach((stake, i) => {
    if (!(Math.abs(stake) < 2)) throw new InputError("out-of-range", `stake ${i} must be in (-2, 2), got ${stake}`, i);
  });
  if (!(jump >= 0 && jump <= 1)) throw new InputError("out-of-range", `jump must be in [0, 1], got ${jump}`);
  const shares = new Array<number>(stakes.length).fill(1 / stakes.length);
  return { stakes, jump, shares, logWealth: 0, highest: 0, steps: 0 };
}

/**
 * The jumper after one more bet. Its wealth is a martingale where p-values are independent and uniform: it reaches c ever
 * with probability ≤ 1/c (Ville's inequality).
 *
 * @param state of `startJumper` or of an earlier bet; left as it is
 * @param pValue in [0, 1]
 * @throws {InputError} `out-of-range`
 *
 * Source: Vovk, Petej, Nouretdinov, Ahlberg, Carlsson and Gammerman (2021), "Retrain or not retrain: conformal test
 * martingales for change-point detection", algorithm 1. Fine stakes as in crepes 0.9 (Boström).
 * Accuracy: shares are scaled to sum to 1 at each step and the wealth is kept as a logarithm: neither can over- or underflow.
 */
export function betJumper(state: JumperState, pValue: number): JumperState {
  if (!(pValue >= 0 && pValue <= 1)) throw new InputError("out-of-range", `a p-value must be in [0, 1], got ${pValue}`);
  const { stakes, jump } = state;
  const even = jump / stakes.length;
  const shares = stakes.map((stake, i) => ((1 - jump) * state.shares[i] + even) * (1 + stake * (pValue - 0.5)));
  let growth = 0;
  for (const share of shares) growth += share;
  const logWealth = state.logWealth + Math.log(growth);
  return {
    stakes,
    jump,
    shares: shares.map((share) => share / growth),
    logWealth,
    highest: Math.max(state.highest, logWealth),
    steps: state.steps + 1,
  };
}

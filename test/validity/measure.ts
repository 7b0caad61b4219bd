import { binomialPValue, createRandom, type Random, sha256 } from "@candor/core";
import { FAILURES, type Family, type Guarantee, SIZES } from "./guarantee.ts";

/** How often one promise was broken at one number of rows and one allowed failure. */
export interface Cell {
  readonly family: string;
  readonly name: string;
  readonly promise: Guarantee["promise"];
  readonly n: number;
  readonly failure: number;
  readonly promised: number;
  readonly runs: number;
  readonly failures: number;
  /** P(counts at least this far out | the promise holds to the letter); for `exactly`, twice the smaller tail. */
  readonly tail: number;
  /** Counts that lie in the exact binomial 99.9 % band. */
  readonly lower: number;
  readonly upper: number;
  readonly inside: boolean;
}

/** How much work goes into a scoreboard. */
export interface Effort {
  /** Seconds for each guarantee and number of rows, by the stated costs. */
  readonly seconds: number;
  /** Fewest and most draws. */
  readonly fewest: number;
  readonly most: number;
  /** Numbers of rows above this are left out. */
  readonly largest: number;
  readonly seed: number;
}

/** Probability outside the band. */
export const OUTSIDE = 0.001;

/** P(Bin(runs, p) ≤ count). */
function below(count: number, runs: number, p: number): number {
  return count < 0 ? 0 : binomialPValue(count, runs, p);
}

/** P(Bin(runs, p) ≥ count), without cancellation. */
function above(count: number, runs: number, p: number): number {
  return count > runs ? 0 : binomialPValue(runs - count, runs, 1 - p);
}

/** The counts whose tails are not below the share of the band that lies on their side. */
export function band(
  runs: number,
  p: number,
  promise: Guarantee["promise"],
): { readonly lower: number; readonly upper: number } {
  const tail = promise === "exactly" ? OUTSIDE / 2 : OUTSIDE;
  const first = (holds: (count: number) => boolean): number => {
    let low = -1;
    let high = runs + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (holds(middle)) high = middle;
      else low = middle;
    }
    return high;
  };
  return {
    lower: promise === "exactly" ? first((count) => below(count, runs, p) >= tail) : 0,
    upper: first((count) => above(count, runs, p) < tail) - 1,
  };
}

/** A stream for every guarantee and number of rows, from names alone: what is added or left out moves no other. */
export function streamOf(seed: number, family: string, name: string, n: number): Random {
  const digest = sha256(new TextEncoder().encode([seed, family, name, n].join("|")));
  return createRandom(Number.parseInt(digest.slice(0, 13), 16));
}

/** The cells of one guarantee at one number of rows: the draws are shared by all allowed failures. */
export function measure(family: string, guarantee: Guarantee, n: number, effort: Effort): Cell[] {
  const { name, promise, failures = FAILURES } = guarantee;
  const promised = (failure: number): number | null =>
    guarantee.promised === undefined ? failure : guarantee.promised(n, failure);
  const asked = failures.filter((failure) => promised(failure) !== null);
  if (asked.length === 0) return [];
  const runs = Math.max(effort.fewest, Math.min(effort.most, Math.round((1e6 * effort.seconds) / guarantee.cost(n))));
  const counts = new Map(asked.map((failure) => [failure, 0]));
  const random = streamOf(effort.seed, family, name, n);
  for (let run = 0; run < runs; run++) {
    const hasFailed = guarantee.draw(n, random.fork());
    for (const failure of asked) if (hasFailed(failure)) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  }
  return asked.map((failure) => {
    const p = promised(failure) ?? 0;
    const count = counts.get(failure) ?? 0;
    const { lower, upper } = band(runs, p, promise);
    const high = above(count, runs, p);
    const tail = promise === "exactly" ? Math.min(1, 2 * Math.min(below(count, runs, p), high)) : high;
    const inside = count >= lower && count <= upper;
    return { family, name, promise, n, failure, promised: p, runs, failures: count, tail, lower, upper, inside };
  });
}

/** The cells of a family, and those that no chance explains. */
export interface Measured {
  readonly cells: Cell[];
  /** Outside their band, and outside again with ten times the draws from another stream. */
  readonly refuted: Cell[];
}

/**
 * The cells of a family. One in a thousand lies outside its band by chance: each that does is measured again with ten times
 * the draws from a stream of its own, and the first measurement stays in the table.
 */
export function measureFamily({ name, guarantees }: Family, effort: Effort, note: (text: string) => void): Measured {
  const cells: Cell[] = [];
  const refuted: Cell[] = [];
  for (const guarantee of guarantees) {
    const times: string[] = [];
    for (const n of guarantee.sizes ?? SIZES) {
      if (n > effort.largest) continue;
      const begun = performance.now();
      const found = measure(name, guarantee, n, effort);
      const [first] = found;
      if (first) times.push(`${n}: ${Math.round((1e3 * (performance.now() - begun)) / first.runs)}`);
      cells.push(...found);
      const outside = found.filter(({ inside }) => !inside);
      if (outside.length === 0) continue;
      const more = {
        ...effort,
        seconds: 10 * effort.seconds,
        fewest: 10 * effort.fewest,
        most: 10 * effort.most,
        seed: effort.seed + 1,
      };
      const again = measure(name, guarantee, n, more);
      for (const cell of outside) {
        const second = again.find(({ failure }) => failure === cell.failure);
        note(`outside: ${described(cell)}; again: ${second ? described(second) : "–"}`);
        if (second && !second.inside) refuted.push(second);
      }
    }
    note(`${name} · ${guarantee.name}: microseconds per draw ${times.join(", ")}`);
  }
  return { cells, refuted };
}

function described({ name, n, failure, promised, runs, failures, lower, upper }: Cell): string {
  return `${name}, n = ${n}, allowed ${failure}: ${failures} of ${runs}, promised ${promised}, band ${lower} to ${upper}`;
}

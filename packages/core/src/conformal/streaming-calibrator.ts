import { InputError } from "../errors.ts";
import type { ConformalQuantile } from "./conformal-quantile.ts";
import type { Decimal, Fraction } from "./exact-decimal.ts";
import { conformalRank } from "./rank.ts";

/** The scores that a streaming calibrator holds, oldest first. Plain JSON; infinite scores are words. */
export interface StreamingSnapshot {
  readonly kind: "streaming-calibrator";
  /** Most scores held at a time; null: all. */
  readonly window: number | null;
  readonly scores: readonly (number | "Infinity" | "-Infinity")[];
}

/** A conformal calibration set that scores enter and leave one at a time. Equal scores are kept apart and counted. */
export interface StreamingCalibrator {
  /** Scores held. */
  readonly n: number;
  /** Most scores held at a time; null: all. */
  readonly window: number | null;
  /**
   * Takes a score in; where the window is full, the oldest score leaves. O(log n).
   *
   * @param score ±Infinity allowed
   * @returns the score that left, undefined where none did
   * @throws {InputError} `not-finite`
   */
  add(score: number): number | undefined;
  /** Drops the oldest score and returns it; undefined where none is held. O(log n). */
  dropOldest(): number | undefined;
  /**
   * What `conformalQuantile` gives for the scores held. O(log n).
   *
   * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
   * @throws {InputError} `out-of-range`
   */
  quantile(level: Decimal | Fraction): ConformalQuantile;
  /**
   * What `smoothedPValue` gives against the scores held; with tau = 1, what `conformalPValue` gives. O(log n).
   *
   * @param tau in [0, 1]. Default 1
   * @throws {InputError} `not-finite`, `out-of-range`
   */
  pValue(score: number, tau?: number): number;
  /** The scores held, from which `restoreStreamingCalibrator` makes a calibrator that answers alike. */
  snapshot(): StreamingSnapshot;
}

/** Choices of `createStreamingCalibrator`. */
export interface StreamingOptions {
  /** Most scores held at a time, an integer ≥ 1; the oldest leaves when one more comes. Default: all are held. */
  readonly window?: number;
}

/**
 * An empty streaming calibrator.
 *
 * @throws {InputError} `out-of-range`
 *
 * Source: order statistics in a treap (Seidel and Aragon 1996, "Randomized search trees", Algorithmica 16), the scores in
 * order of arrival in a ring beside it. Equal scores share a node. Priorities come from a fixed sequence.
 */
export function createStreamingCalibrator(options: StreamingOptions = {}): StreamingCalibrator {
  const { window } = options;
  if (window !== undefined && !(Number.isSafeInteger(window) && window >= 1))
    throw new InputError("out-of-range", `window must be an integer >= 1, got ${window}`);
  return new Treap(window ?? null);
}

/**
 * A calibrator that holds the scores of a snapshot, in their order.
 *
 * @throws {InputError} `incompatible`, `out-of-range`, `not-finite` with the position of the first bad score
 */
export function restoreStreamingCalibrator(snapshot: StreamingSnapshot): StreamingCalibrator {
  const { kind, window, scores } = snapshot;
  if (kind !== "streaming-calibrator")
    throw new InputError("incompatible", `expected the snapshot of a streaming calibrator, got ${kind}`);
  const calibrator = createStreamingCalibrator(window === null ? {} : { window });
  if (window !== null && scores.length > window)
    throw new InputError("incompatible", `the snapshot holds ${scores.length} scores in a window of ${window}`);
  scores.forEach((score, i) => {
    const value = Number(score);
    if (Number.isNaN(value) || score === null)
      throw new InputError("not-finite", `score ${i} of the snapshot is not a number`, i);
    calibrator.add(value);
  });
  return calibrator;
}

function encode(score: number): number | "Infinity" | "-Infinity" {
  if (score === Infinity) return "Infinity";
  return score === -Infinity ? "-Infinity" : score;
}

function grown<T extends Float64Array | Int32Array>(into: T, from: T): T {
  into.set(from);
  return into;
}

/** Node 0 is "no node": its size stays 0. */
class Treap implements StreamingCalibrator {
  readonly window: number | null;
  #value = new Float64Array(16);
  #left = new Int32Array(16);
  #right = new Int32Array(16);
  #size = new Int32Array(16);
  #count = new Int32Array(16);
  #priority = new Int32Array(16);
  #root = 0;
  #used = 1;
  #free = 0;
  #drawn = 0;
  #ring = new Float64Array(16);
  #oldest = 0;

  constructor(window: number | null) {
    this.window = window;
  }

  get n(): number {
    return this.#size[this.#root];
  }

  add(score: number): number | undefined {
    if (Number.isNaN(score)) throw new InputError("not-finite", "the score is NaN and has no rank");
    const left = this.n === this.window ? this.dropOldest() : undefined;
    const n = this.n;
    if (n === this.#ring.length) {
      const ring = new Float64Array(2 * n);
      for (let i = 0; i < n; i++) ring[i] = this.#ring[(this.#oldest + i) % n];
      this.#ring = ring;
      this.#oldest = 0;
    }
    this.#ring[(this.#oldest + n) % this.#ring.length] = score;
    this.#root = this.#insert(this.#root, score);
    return left;
  }

  dropOldest(): number | undefined {
    if (this.n === 0) return undefined;
    const score = this.#ring[this.#oldest];
    this.#oldest = (this.#oldest + 1) % this.#ring.length;
    this.#root = this.#remove(this.#root, score);
    return score;
  }

  quantile(level: Decimal | Fraction): ConformalQuantile {
    const n = this.n;
    const rank = conformalRank(n, level);
    return { n, rank, quantile: rank > n ? Infinity : this.#ofRank(rank) };
  }

  pValue(score: number, tau = 1): number {
    if (Number.isNaN(score)) throw new InputError("not-finite", "the score is NaN and has no rank");
    if (!(tau >= 0 && tau <= 1)) throw new InputError("out-of-range", `tau must be in [0, 1], got ${tau}`);
    let below = 0;
    let node = this.#root;
    while (node !== 0 && this.#value[node] !== score) {
      if (this.#value[node] > score) node = this.#left[node];
      else {
        below += this.#size[this.#left[node]] + this.#count[node];
        node = this.#right[node];
      }
    }
    below += this.#size[this.#left[node]];
    const equal = this.#count[node];
    return (this.n - below - equal + tau * (equal + 1)) / (this.n + 1);
  }

  snapshot(): StreamingSnapshot {
    const capacity = this.#ring.length;
    const scores = Array.from({ length: this.n }, (_, i) => encode(this.#ring[(this.#oldest + i) % capacity]));
    return { kind: "streaming-calibrator", window: this.window, scores };
  }

  #ofRank(rank: number): number {
    let rest = rank;
    let node = this.#root;
    for (;;) {
      const below = this.#size[this.#left[node]];
      if (rest <= below) node = this.#left[node];
      else if (rest <= below + this.#count[node]) return this.#value[node];
      else {
        rest -= below + this.#count[node];
        node = this.#right[node];
      }
    }
  }

  #create(score: number): number {
    let node = this.#free;
    if (node !== 0) this.#free = this.#left[node];
    else {
      node = this.#used++;
      if (node === this.#value.length) this.#grow();
    }
    this.#value[node] = score;
    this.#left[node] = 0;
    this.#right[node] = 0;
    this.#size[node] = 1;
    this.#count[node] = 1;
    this.#priority[node] = scrambled(++this.#drawn);
    return node;
  }

  #grow(): void {
    const length = 2 * this.#value.length;
    this.#value = grown(new Float64Array(length), this.#value);
    this.#left = grown(new Int32Array(length), this.#left);
    this.#right = grown(new Int32Array(length), this.#right);
    this.#size = grown(new Int32Array(length), this.#size);
    this.#count = grown(new Int32Array(length), this.#count);
    this.#priority = grown(new Int32Array(length), this.#priority);
  }

  #insert(node: number, score: number): number {
    if (node === 0) return this.#create(score);
    const value = this.#value[node];
    if (value === score) {
      this.#count[node]++;
      this.#size[node]++;
      return node;
    }
    if (score < value) {
      const child = this.#insert(this.#left[node], score);
      this.#left[node] = child;
      if (this.#priority[child] > this.#priority[node]) {
        this.#left[node] = this.#right[child];
        this.#right[child] = node;
        this.#measure(node);
        return this.#measure(child);
      }
      return this.#measure(node);
    }
    const child = this.#insert(this.#right[node], score);
    this.#right[node] = child;
    if (this.#priority[child] > this.#priority[node]) {
      this.#right[node] = this.#left[child];
      this.#left[child] = node;
      this.#measure(node);
      return this.#measure(child);
    }
    return this.#measure(node);
  }

  #remove(node: number, score: number): number {
    const value = this.#value[node];
    if (value === score) {
      if (this.#count[node] > 1) {
        this.#count[node]--;
        this.#size[node]--;
        return node;
      }
      const merged = this.#merge(this.#left[node], this.#right[node]);
      this.#left[node] = this.#free;
      this.#free = node;
      return merged;
    }
    if (score < value) this.#left[node] = this.#remove(this.#left[node], score);
    else this.#right[node] = this.#remove(this.#right[node], score);
    return this.#measure(node);
  }

  #merge(a: number, b: number): number {
    if (a === 0) return b;
    if (b === 0) return a;
    if (this.#priority[a] > this.#priority[b]) {
      this.#right[a] = this.#merge(this.#right[a], b);
      return this.#measure(a);
    }
    this.#left[b] = this.#merge(a, this.#left[b]);
    return this.#measure(b);
  }

  #measure(node: number): number {
    this.#size[node] = this.#size[this.#left[node]] + this.#size[this.#right[node]] + this.#count[node];
    return node;
  }
}

/** The finaliser of MurmurHash3 (Appleby, public domain): a bijection of 32 bits without visible pattern. */
function scrambled(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

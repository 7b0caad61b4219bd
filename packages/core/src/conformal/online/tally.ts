import { InputError } from "../../errors.ts";
import { type Decimal, exactDecimal, type Fraction } from "../exact-decimal.ts";
import type { LongRun } from "./online-method.ts";

/** Counts of an online calibrator. Thresholds follow from counts, never from sums of steps, so that no rounding builds up. */
export class Tally {
  readonly level: Fraction;
  steps = 0;
  missed = 0;
  lowest: number = Infinity;
  highest: number = -Infinity;

  constructor(level: Decimal) {
    this.level = exactDecimal(level);
    const { numerator, denominator } = this.level;
    if (numerator === 0n || numerator === denominator)
      throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  }

  /** (Misses minus expected misses) · denominator of the level, exactly. */
  scaledExcess(): bigint {
    const { numerator, denominator } = this.level;
    return BigInt(this.missed) * denominator - BigInt(this.steps) * (denominator - numerator);
  }

  excess(): number {
    return Number(this.scaledExcess()) / Number(this.level.denominator);
  }

  widen(value: number): void {
    if (value < this.lowest) this.lowest = value;
    if (value > this.highest) this.highest = value;
  }

  count(score: number, covered: boolean): void {
    this.steps++;
    if (!covered) this.missed++;
    this.widen(score);
  }

  /** How the excess stands where no miss can happen at an excess ≥ above, and no hit at one < −below. */
  longRun(below: number, above: number): LongRun {
    const { steps, missed } = this;
    if (steps === 0) return { steps, missed, deviation: 0, lower: 0, upper: 0 };
    const level = Number(this.level.numerator) / Number(this.level.denominator);
    return {
      steps,
      missed,
      deviation: this.excess() / steps,
      lower: -(below + 1 - level) / steps,
      upper: (above + level) / steps,
    };
  }

  range(): readonly [number, number] | null {
    return this.lowest <= this.highest ? [this.lowest, this.highest] : null;
  }
}

/** The score, refused where it is not finite. */
export function finiteScore(score: number): number {
  if (!Number.isFinite(score)) throw new InputError("not-finite", `the score must be finite, got ${score}`);
  return score;
}

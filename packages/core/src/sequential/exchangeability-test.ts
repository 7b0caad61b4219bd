import {
  createStreamingCalibrator,
  restoreStreamingCalibrator,
  type StreamingCalibrator,
  type StreamingSnapshot,
} from "../conformal/streaming-calibrator.ts";
import { InputError } from "../errors.ts";
import { betJumper, FINE_STAKES, type JumperOptions, type JumperState, startJumper } from "./jumper-martingale.ts";

/** Choices of `createExchangeabilityTest`. */
export interface ExchangeabilityOptions extends JumperOptions {
  /** Probability of an alarm, ever, where scores are exchangeable; in (0, 1). Default 0.05. */
  readonly falseAlarms?: number;
}

/** What the test says after a score. */
export interface ExchangeabilityOutcome {
  /** Smoothed p-value of the score among all so far: uniform and independent where scores are exchangeable. */
  readonly pValue: number;
  /** Natural logarithm of the evidence against exchangeability now. */
  readonly logWealth: number;
  /** Whether the evidence has ever reached 1 / falseAlarms. */
  readonly alarmed: boolean;
}

/** The whole state of a test. Plain JSON. */
export interface ExchangeabilitySnapshot {
  readonly kind: "exchangeability-test";
  readonly falseAlarms: number;
  readonly jumper: JumperState;
  readonly alarmedAt: number | null;
  readonly scores: StreamingSnapshot;
}

/** A test, one score at a time, of whether the order of the scores carries any sign of change. */
export interface ExchangeabilityTest {
  readonly falseAlarms: number;
  readonly jumper: JumperState;
  /** How many scores had been seen when the alarm rang, the last one counted; null: it has not. */
  readonly alarmedAt: number | null;
  /**
   * P(evidence as strong as the strongest so far, ever | scores are exchangeable): at most this. It may be read at any time.
   */
  readonly pValue: number;
  /**
   * Takes the next score in. O(log n).
   *
   * @param score ±Infinity allowed
   * @param tau drawn uniformly from [0, 1) and anew for each score; it breaks ties
   * @throws {InputError} `not-finite`, `out-of-range`
   */
  observe(score: number, tau: number): ExchangeabilityOutcome;
  /** All that `restoreExchangeabilityTest` needs to go on. */
  snapshot(): ExchangeabilitySnapshot;
}

/**
 * A test that has seen nothing yet. Scores of one kind of row (nonconformity scores, losses, confidences) are exchangeable
 * while nothing changes; where it does, evidence grows exponentially.
 *
 * All scores are kept, because p-values against a window or a fixed set are not independent and alarms would come too often.
 *
 * @throws {InputError} `empty`, `out-of-range`
 *
 * Source: Vovk, Nouretdinov and Gammerman (2003), "Testing exchangeability on-line"; the alarm by Ville's inequality. The
 * p-value is (#{sᵢ > s} + τ #{sᵢ = s})/n with the new score counted on both sides.
 */
export function createExchangeabilityTest(options: ExchangeabilityOptions = {}): ExchangeabilityTest {
  const { falseAlarms = 0.05, stakes = FINE_STAKES, jump = 0.01 } = options;
  return new Test(checkedRate(falseAlarms), startJumper({ stakes, jump }), null, createStreamingCalibrator());
}

/**
 * The test that a snapshot was taken of, which goes on alike.
 *
 * @throws {InputError} `incompatible`, `out-of-range`, `not-finite`
 */
export function restoreExchangeabilityTest(snapshot: ExchangeabilitySnapshot): ExchangeabilityTest {
  const { kind, falseAlarms, jumper, alarmedAt, scores } = snapshot;
  if (kind !== "exchangeability-test")
    throw new InputError("incompatible", `expected the snapshot of an exchangeability test, got ${kind}`);
  if (jumper.steps !== scores.scores.length)
    throw new InputError(
      "incompatible",
      `the snapshot counts ${jumper.steps} scores but holds ${scores.scores.length}`,
    );
  startJumper(jumper);
  if (jumper.shares.length !== jumper.stakes.length || !Number.isFinite(jumper.logWealth + jumper.highest))
    throw new InputError("incompatible", "the snapshot holds a jumper that is not whole");
  return new Test(checkedRate(falseAlarms), jumper, alarmedAt, restoreStreamingCalibrator(scores));
}

class Test implements ExchangeabilityTest {
  readonly falseAlarms: number;
  jumper: JumperState;
  alarmedAt: number | null;
  readonly #scores: StreamingCalibrator;

  constructor(falseAlarms: number, jumper: JumperState, alarmedAt: number | null, scores: StreamingCalibrator) {
    this.falseAlarms = falseAlarms;
    this.jumper = jumper;
    this.alarmedAt = alarmedAt;
    this.#scores = scores;
  }

  get pValue(): number {
    return Math.exp(-this.jumper.highest);
  }

  observe(score: number, tau: number): ExchangeabilityOutcome {
    const pValue = this.#scores.pValue(score, tau);
    this.#scores.add(score);
    this.jumper = betJumper(this.jumper, pValue);
    const { logWealth, steps } = this.jumper;
    if (this.alarmedAt === null && logWealth >= -Math.log(this.falseAlarms)) this.alarmedAt = steps;
    return { pValue, logWealth, alarmed: this.alarmedAt !== null };
  }

  snapshot(): ExchangeabilitySnapshot {
    const { falseAlarms, jumper, alarmedAt } = this;
    return { kind: "exchangeability-test", falseAlarms, jumper, alarmedAt, scores: this.#scores.snapshot() };
  }
}

function checkedRate(falseAlarms: number): number {
  if (!(falseAlarms > 0 && falseAlarms < 1))
    throw new InputError("out-of-range", `falseAlarms must be in (0, 1), got ${falseAlarms}`);
  return falseAlarms;
}

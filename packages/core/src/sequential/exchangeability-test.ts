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
  checkJumper(jumper);
  const rate = checkedRate(falseAlarms);
  const { highest, steps } = jumper;
  const hasAlarmed = alarmedAt !== null;
  if (hasAlarmed !== highest >= -Math.log(rate))
    throw new InputError(
      "incompatible",
      `the snapshot holds evidence of e^${highest} and ${hasAlarmed ? `an alarm at ${alarmedAt}` : "no alarm"}`,
    );
  if (hasAlarmed && !(Number.isInteger(alarmedAt) && alarmedAt >= 1 && alarmedAt <= steps))
    throw new InputError("incompatible", `the alarm of the snapshot must be in [1, ${steps}], got ${alarmedAt}`);
  return new Test(rate, jumper, alarmedAt, restoreStreamingCalibrator(scores));
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

/** Lets a jumper pass that can go on. */
function checkJumper(jumper: JumperState): void {
  startJumper(jumper);
  const { stakes, shares, logWealth, highest } = jumper;
  const total = shares.reduce((sum, share) => sum + share, 0);
  const isWhole = shares.length === stakes.length && shares.every((share) => share >= 0) && Math.abs(total - 1) < 1e-6;
  if (!isWhole)
    throw new InputError(
      "incompatible",
      `the jumper must hold ${stakes.length} shares >= 0 that sum to 1, got ${shares}`,
    );
  if (!(Number.isFinite(logWealth) && Number.isFinite(highest) && highest >= Math.max(0, logWealth)))
    throw new InputError(
      "incompatible",
      `the jumper must hold a wealth and a highest one that is not below it, got logarithms ${logWealth} and ${highest}`,
    );
}

function checkedRate(falseAlarms: number): number {
  if (!(falseAlarms > 0 && falseAlarms < 1))
    throw new InputError("out-of-range", `falseAlarms must be in (0, 1), got ${falseAlarms}`);
  return falseAlarms;
}

import type { CalibrationSummary } from "../cells/calibration-summary.ts";
import type { Estimate } from "../estimate.ts";
import type { NoiseFloor, Verdict } from "./document.ts";

/** What a verdict rests on. */
export interface VerdictEvidence {
  /** What the probabilities are about, e.g. "confidence" or "probability of fraud". */
  readonly label: "confidence" | "probability";
  readonly ece: Pick<Estimate, "value" | "lower" | "upper" | "level">;
  /** Debiased ECE: the size of the miscalibration once noise is taken off. */
  readonly debiased: Pick<Estimate, "lower" | "upper">;
  readonly noiseFloor: Pick<NoiseFloor, "value" | "pValue" | "moreLabels" | "wantedWidth">;
  /** P-value of a test of intercept and slope that can be trusted for few rows too (`calibrationEvidence`). */
  readonly scorePValue: number;
  /** Parts of the ECE in bins where the model says more, resp. less, than happens; their sum is the ECE. */
  readonly overconfidence: Pick<Estimate, "value">;
  readonly underconfidence: Pick<Estimate, "value">;
  /** Mean probability and observed frequency. */
  readonly stated: number;
  readonly observed: number;
}

/** An error this small is calibrated for practical purposes, however significant at large n. */
const NEGLIGIBLE = 0.01;

/** An interval of the error wider than this leaves the question open. */
const TOO_WIDE = 0.1;

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const error = (x: number): string => (x === 0 ? "0" : x < 0.001 ? x.toFixed(4) : x.toFixed(3));

/**
 * One plain sentence that answers whether the scores can be trusted, with its evidence.
 *
 * Miscalibrated when the ECE exceeds its noise floor or the score test rejects (each at half of 5 %), unless the
 * debiased error is surely below 0.01. The direction is named when three quarters of the error lie on one side.
 */
export function verdict(evidence: VerdictEvidence): Verdict {
  const { ece, debiased, noiseFloor, scorePValue, overconfidence, underconfidence, stated, observed } = evidence;
  const significant = noiseFloor.pValue <= 0.025 || scorePValue <= 0.025;
  const floor = `a perfect model would show ${error(noiseFloor.value)} at this n`;
  const size = `calibration error ${error(ece.value)} (${Math.round(100 * ece.level)} % interval ${error(ece.lower)} to ${error(ece.upper)}; ${floor})`;
  if (debiased.upper <= NEGLIGIBLE)
    return {
      status: "calibrated",
      sentence: `These scores can be read as probabilities: ${size}.`,
    };
  if (!significant) {
    if (debiased.upper - debiased.lower > TOO_WIDE || ece.upper > TOO_WIDE)
      return {
        status: "too-few-labels",
        sentence: `Too few labels to tell: ${size}, so the true error may be anything up to ${error(ece.upper)}${more(noiseFloor)}.`,
      };
    return {
      status: "calibrated",
      sentence: `No sign of miscalibration: ${size}.`,
    };
  }
  const total = overconfidence.value + underconfidence.value;
  const means =
    evidence.label === "confidence"
      ? `the model states ${percent(stated)} on average and is right ${percent(observed)} of the time`
      : `the mean score is ${percent(stated)} where ${percent(observed)} happen`;
  if (overconfidence.value >= 0.75 * total)
    return {
      status: "overconfident",
      sentence: `Do not read these scores as probabilities: they are too high; ${means}; ${size}.`,
    };
  if (underconfidence.value >= 0.75 * total)
    return {
      status: "underconfident",
      sentence: `Do not read these scores as probabilities: they are too low; ${means}; ${size}.`,
    };
  return {
    status: "miscalibrated",
    sentence: `Do not read these scores as probabilities: they are too high in places and too low in others; ${means}; ${size}.`,
  };
}

/** Width of the interval of the error that the labels still needed aim for. */
const WANTED_WIDTH = 0.02;

/**
 * The verdict of `verdict` from the numbers of a point of a series, without resamples: the error exceeds its noise floor
 * where the lower end of its 95 % interval, which rests on the distribution under perfect calibration, is above 0.
 *
 * @param summary at a level of 0.95
 * @param pValue of `calibrationEvidence` on the same pairs
 */
export function summaryVerdict(
  summary: CalibrationSummary,
  { label, pValue }: { readonly label: VerdictEvidence["label"]; readonly pValue: number },
): Verdict {
  const { ece, plugInEce, noiseFloor, tooHigh, tooLow, n } = summary;
  const growth = ((ece.upper - ece.lower) / WANTED_WIDTH) ** 2;
  return verdict({
    label,
    ece: {
      value: plugInEce,
      lower: Math.min(ece.lower, plugInEce),
      upper: Math.max(ece.upper, plugInEce),
      level: 0.95,
    },
    debiased: ece,
    noiseFloor: {
      value: noiseFloor,
      pValue: ece.lower > 0 ? 0 : 1,
      wantedWidth: WANTED_WIDTH,
      moreLabels: growth > 1 ? Math.ceil(n * (growth - 1)) : 0,
    },
    scorePValue: pValue,
    overconfidence: { value: tooHigh },
    underconfidence: { value: tooLow },
    stated: summary.meanProbability.value,
    observed: summary.rate.value,
  });
}

function more({ moreLabels, wantedWidth }: VerdictEvidence["noiseFloor"]): string {
  return moreLabels > 0 ? `; about ${moreLabels} more labels would narrow it to a width of ${wantedWidth}` : "";
}

import type { Estimate, TestEstimate } from "../estimate.ts";
import { binomialTwoSided } from "./group-report.ts";
import type { LevelCoverage, RegressionReport } from "./regression-report.ts";
import { nearestShare } from "./ties.ts";

/** What a verdict rests on. */
export interface RegressionVerdictInput {
  /** Central intervals, ascending by level. */
  readonly intervals: readonly { readonly level: number; readonly coverage: Estimate }[];
  /** The one nearest to 90 %; undefined where there is none. */
  readonly main: { readonly level: number; readonly coverage: Estimate } | undefined;
  /** Share of outcomes inside the main interval without its ends: less than its coverage where outcomes equal an end. */
  readonly within: number | undefined;
  /** Share of outcomes below the middle forecast, those that equal it left out. */
  readonly belowMiddle: number | undefined;
  readonly curve: readonly LevelCoverage[];
  readonly pitTest: TestEstimate | null;
  readonly mae: Estimate | null;
  readonly bias: Estimate | null;
}

type Verdict = RegressionReport["verdict"];

/** Evidence at which coverage, and the side of the outcomes, count as off: together 5 %. */
const SIGNIFICANT = 0.025;
/** The same of the probability integral transform. */
const SIGNIFICANT_ELSEWHERE = 0.01;
/** A share off by less than this is as promised for practical purposes, however significant at large n. */
const NEGLIGIBLE = 0.01;
/** An interval of the coverage wider than this leaves the question open. */
const TOO_WIDE = 0.2;

/**
 * One plain sentence that answers whether the stated uncertainty can be trusted, with its evidence.
 *
 * Biased when outcomes fall on one side of the middle and the intervals fail on that side; too narrow or too wide when the
 * interval nearest to 90 % does not hold its level; miscalibrated when other levels are off. Differences below one point
 * are passed over, and so are those that outcomes equal to a forecast explain: of counts, no forecast holds exactly its level.
 */
export function regressionVerdict(input: RegressionVerdictInput): Verdict {
  const { main, curve, pitTest, within, belowMiddle } = input;
  if (curve.length === 0) return withoutUncertainty(input);
  const side = sideOf(curve, belowMiddle);
  if (!main) return withoutIntervals(curve, side, pitTest);
  const { level, coverage } = main;
  const held = `The ${percent(level, 1)} intervals hold the outcome in ${shareText(coverage)} of rows (${rangeText(coverage)})`;
  const suited = nearestShare(level, within ?? coverage.value, coverage.value);
  const off = suited - level;
  const isOff = binomialTwoSided(suited, coverage.effectiveN, level) <= SIGNIFICANT && Math.abs(off) > NEGLIGIBLE;
  if (side && (!isOff || (off < 0 && side.isOneSided)))
    return { status: "biased", sentence: `${side.sentence}. ${held}.` };
  const also = side ? `, and ${side.clause}` : "";
  if (isOff && off < 0) return { status: "too-narrow", sentence: `${held}: they are too narrow${also}.` };
  if (isOff) return { status: "too-wide", sentence: `${held}: they are wider than they need to be${also}.` };
  if (coverage.upper - coverage.lower > TOO_WIDE)
    return {
      status: "too-few-rows",
      sentence: `Too few rows to tell: ${lowerFirst(held)}, so the true share may be anything from ${rangeText(coverage)}.`,
    };
  const elsewhere = pitTest && pitTest.pValue <= SIGNIFICANT_ELSEWHERE ? worst(input) : undefined;
  if (elsewhere) return { status: "miscalibrated", sentence: `${held}, as promised, but ${elsewhere}.` };
  return { status: "calibrated", sentence: `${held}: they keep what they promise.` };
}

interface Side {
  readonly sentence: string;
  readonly clause: string;
  /** The share beyond the far end of the intervals is no larger than promised: only one side fails. */
  readonly isOneSided: boolean;
}

/** Outcomes that lie on one side of the middle forecast, or beyond one end of an interval without middle. */
function sideOf(curve: readonly LevelCoverage[], belowMiddle: number | undefined): Side | undefined {
  const first = curve[0];
  const last = curve[curve.length - 1];
  const below = first.observed.value - first.level;
  const above = last.level - last.observed.value;
  const middle = curve.find(({ level }) => level === 0.5);
  if (middle) {
    const { observed } = middle;
    const suited = nearestShare(0.5, belowMiddle ?? observed.value, observed.value);
    const gap = suited - 0.5;
    if (!(binomialTwoSided(suited, observed.effectiveN, 0.5) <= SIGNIFICANT && Math.abs(gap) > NEGLIGIBLE))
      return undefined;
    const isHigh = gap > 0;
    const share = isHigh ? observed : mirrored(observed);
    return {
      sentence: `The forecasts are too ${isHigh ? "high" : "low"}: ${shareText(share)} of outcomes (${rangeText(share)}) are ${isHigh ? "at or below" : "above"} the middle forecast, where half should be`,
      clause: `the forecasts are too ${isHigh ? "high" : "low"} (${shareText(share)} of outcomes are ${isHigh ? "at or below" : "above"} the middle)`,
      isOneSided: (isHigh ? above : below) <= 0,
    };
  }
  if (curve.length < 2) return undefined;
  const { n, effectiveN } = first.observed;
  const low = first.observed.value;
  const high = 1 - last.observed.value;
  const outside = low + high;
  const promised = first.level / (first.level + 1 - last.level);
  if (!(outside > 0 && n > 0)) return undefined;
  const p = binomialTwoSided(low / outside, outside * effectiveN, promised);
  if (!(p <= SIGNIFICANT && Math.max(Math.abs(below), Math.abs(above)) > NEGLIGIBLE)) return undefined;
  const isHigh = low / outside > promised;
  return {
    sentence: `The forecasts are too ${isHigh ? "high" : "low"}: ${percent(low)} of outcomes are below the intervals and ${percent(high)} above them`,
    clause: `the forecasts are too ${isHigh ? "high" : "low"} (${percent(low)} of outcomes are below, ${percent(high)} above)`,
    isOneSided: (isHigh ? above : below) <= 0,
  };
}

function withoutUncertainty({ mae, bias }: RegressionVerdictInput): Verdict {
  const missed = mae
    ? `On average they miss by ${number(mae.value)} (${number(mae.lower)} to ${number(mae.upper)})`
    : "How far they miss is not known";
  const isBiased = bias && (bias.lower > 0 || bias.upper < 0);
  const direction = isBiased
    ? ` and are too ${bias.value > 0 ? "high" : "low"} by ${number(Math.abs(bias.value))}`
    : "";
  return {
    status: "no-uncertainty",
    sentence: `The forecasts are single numbers and do not say how far off they may be. ${missed}${direction}.`,
  };
}

function withoutIntervals(
  curve: readonly LevelCoverage[],
  side: Side | undefined,
  pitTest: TestEstimate | null,
): Verdict {
  if (side) return { status: "biased", sentence: `${side.sentence}.` };
  const [{ level, observed }] = furthest(curve);
  const said = `${shareText(observed)} of outcomes (${rangeText(observed)}) are at or below the ${percent(level, 1)} quantile`;
  if (
    binomialTwoSided(observed.value, observed.effectiveN, level) <= SIGNIFICANT / curve.length &&
    Math.abs(observed.value - level) > NEGLIGIBLE
  )
    return { status: "miscalibrated", sentence: `The forecast quantiles are off: ${said}.` };
  if (observed.upper - observed.lower > TOO_WIDE)
    return { status: "too-few-rows", sentence: `Too few rows to tell: ${said}.` };
  const isOff = pitTest !== null && pitTest.pValue <= SIGNIFICANT_ELSEWHERE;
  return isOff
    ? { status: "miscalibrated", sentence: `The forecast quantiles are off together; the one furthest off: ${said}.` }
    : {
        status: "calibrated",
        sentence: `The forecast quantiles hold what they promise; the one furthest off: ${said}.`,
      };
}

/** What is furthest off beside the main interval, in words; undefined where nothing is off by a point. */
function worst({ intervals, curve }: RegressionVerdictInput): string | undefined {
  const [interval] = intervals
    .filter(({ level, coverage }) => level < coverage.lower || level > coverage.upper)
    .sort((a, b) => Math.abs(b.coverage.value - b.level) - Math.abs(a.coverage.value - a.level));
  if (interval && Math.abs(interval.coverage.value - interval.level) > NEGLIGIBLE) {
    const { level, coverage } = interval;
    return `the ${percent(level, 1)} intervals in ${shareText(coverage)} (${rangeText(coverage)})`;
  }
  const [{ level, observed }] = furthest(curve);
  if (!(Math.abs(observed.value - level) > NEGLIGIBLE)) return undefined;
  return `${shareText(observed)} of outcomes (${rangeText(observed)}) are at or below the ${percent(level, 1)} quantile`;
}

function furthest(curve: readonly LevelCoverage[]): LevelCoverage[] {
  const off = ({ level, observed }: LevelCoverage): number => Math.abs(observed.value - level);
  return [...curve].sort((a, b) => off(b) - off(a));
}

function mirrored(share: Estimate): Estimate {
  return { ...share, value: 1 - share.value, lower: 1 - share.upper, upper: 1 - share.lower };
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
/** At most `digits` decimals, as few as the number needs. */
const percent = (share: number, digits = 0): string => `${Number((100 * share).toFixed(digits))} %`;
const digitsOf = ({ lower, upper }: Estimate): number => (upper - lower < 0.02 ? 1 : 0);
const shareText = (share: Estimate): string => `${(100 * share.value).toFixed(digitsOf(share))} %`;
const rangeText = (share: Estimate): string =>
  `${(100 * share.lower).toFixed(digitsOf(share))} to ${(100 * share.upper).toFixed(digitsOf(share))} %`;
const number = (x: number): string => (Number.isFinite(x) ? `${Number(x.toPrecision(3))}` : "anything");

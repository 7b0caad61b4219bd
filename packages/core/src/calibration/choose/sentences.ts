import type { FitDocument, FitScores } from "../fit-document.ts";

/** What a verdict rests on. */
export interface FitVerdictInput {
  readonly label: string;
  /** Share of the map, in [0, 1]; 0 where the scores are left alone. */
  readonly weight: number;
  readonly before: FitScores;
  readonly after: FitScores;
  readonly improvement: FitDocument["improvement"];
  /** Too few rows for any method but the most careful. */
  readonly isTiny: boolean;
}

/** Whether calibrating helps, in one sentence with its evidence. */
export function fitVerdict(input: FitVerdictInput): FitDocument["verdict"] {
  const { label, weight, before, after, improvement, isTiny } = input;
  if (weight === 0)
    return isTiny
      ? { status: "too-few-labels", sentence: "Too few labels to improve on the scores: they are left as they are." }
      : {
          status: "identity",
          sentence: `Nothing tried was better than the scores as they are (log loss ${loss(before.logLoss.value)}): they are left alone.`,
        };
  const { value, lower, upper, level } = improvement.logLoss;
  if (value === 0 && lower === upper)
    return {
      status: "identity",
      sentence: `The scores are left as they are (log loss ${loss(before.logLoss.value)}).`,
    };
  const name = capitalised(label);
  const digits = decimalsFor(value);
  const change = `log loss ${before.logLoss.value.toFixed(digits)} before, ${after.logLoss.value.toFixed(digits)} after on rows held out`;
  const interval = `${Number((100 * level).toPrecision(6))} % interval of the gain ${end(lower, digits)} to ${end(upper, digits)}`;
  const ece = `calibration error ${loss(before.ece.value)} to ${loss(after.ece.value)}`;
  if (isTiny)
    return {
      status: "too-few-labels",
      sentence: `${name} is a guess from too few labels to prove anything: ${change} (${interval}).`,
    };
  if (lower > 0)
    return { status: "improved", sentence: `${name} improves the scores: ${change} (${interval}); ${ece}.` };
  if (upper < 0) return { status: "worse", sentence: `${name} makes the scores worse: ${change} (${interval}).` };
  if (value > 0)
    return {
      status: "likely-improved",
      sentence: `${name} probably improves the scores, but these rows do not prove it: ${change} (${interval}).`,
    };
  return {
    status: "identity",
    sentence: `${name} is not shown to improve the scores: ${change} (${interval}).`,
  };
}

/** Enough decimals that two losses, and the bounds of their difference, can be told apart. */
const decimalsFor = (difference: number): number =>
  Math.min(6, Math.max(3, 1 - Math.floor(Math.log10(Math.max(1e-9, Math.abs(difference))))));
/** Never -0.000, and never 0.000 for an end that decides between proven and not. */
function end(x: number, digits: number): string {
  let text = x.toFixed(digits);
  for (let more = digits + 1; Number(text) === 0 && x !== 0 && more <= 8; more++) text = x.toFixed(more);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}
const loss = (x: number): string => (Math.abs(x) < 0.01 ? x.toFixed(4) : x.toFixed(3));
const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

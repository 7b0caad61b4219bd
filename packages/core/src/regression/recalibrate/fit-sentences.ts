import type { Estimate } from "../../estimate.ts";
import type { RegressionFitDocument } from "../regression-calibrator.ts";
import type { RegressionReport } from "../regression-report.ts";
import { isRounding } from "./select-method.ts";

/** What the verdict of a fit rests on. */
export interface RegressionFitVerdictInput {
  readonly method: string;
  readonly label: string;
  readonly before: RegressionReport;
  readonly after: RegressionReport;
  readonly loss: { readonly before: number; readonly after: number; readonly improvement: Estimate };
  readonly isTiny: boolean;
  /** The method was asked for. */
  readonly isForced: boolean;
}

/** Whether the repair helps, in one sentence with its evidence. */
export function regressionFitVerdict(input: RegressionFitVerdictInput): RegressionFitDocument["verdict"] {
  const { method, label, before, after, loss, isTiny, isForced } = input;
  const { value, lower, upper, level } = loss.improvement;
  if (method === "identity" && isForced)
    return { status: "identity", sentence: `The forecasts are left as they are (loss ${number(loss.before)}).` };
  if (method === "identity")
    return isTiny
      ? { status: "too-few-rows", sentence: "Too few rows to improve on the forecasts: they are left as they are." }
      : {
          status: "identity",
          sentence: `Nothing tried was better than the forecasts as they are (loss ${number(loss.before)}): they are left alone.`,
        };
  const name = label.slice(0, 1).toUpperCase() + label.slice(1);
  const change = `loss ${beside(loss.before, value)} before, ${beside(loss.after, value)} after on rows held out (${Number((100 * level).toPrecision(6))} % interval of the gain ${number(lower)} to ${number(upper)})`;
  const held = coverageChange(before, after);
  if (isTiny)
    return {
      status: "too-few-rows",
      sentence: `${name}: a guess from too few rows to prove anything; ${change}${held}.`,
    };
  if (isRounding(value, loss.before))
    return { status: "identity", sentence: `${name} does not change the loss of the forecasts: ${change}${held}.` };
  if (lower > 0) return { status: "improved", sentence: `${name} improves the forecasts: ${change}${held}.` };
  if (upper < 0) return { status: "worse", sentence: `${name} makes the forecasts worse: ${change}${held}.` };
  if (value > 0)
    return {
      status: "likely-improved",
      sentence: `${name} probably improves the forecasts, but these rows do not prove it: ${change}${held}.`,
    };
  return { status: "identity", sentence: `${name} is not shown to improve the forecasts: ${change}${held}.` };
}

/** How often the interval nearest to 90 % held, before and after. */
function coverageChange(before: RegressionReport, after: RegressionReport): string {
  const main = (report: RegressionReport) =>
    [...report.intervals].sort((a, b) => Math.abs(a.level - 0.9) - Math.abs(b.level - 0.9)).find(() => true);
  const then = main(after);
  if (!then) return "";
  const now = main(before);
  const level = `${Number((100 * then.level).toPrecision(4))} %`;
  const share = (estimate: Estimate): string => `${(100 * estimate.value).toFixed(0)} %`;
  const was = now && now.level === then.level ? `, ${share(now.coverage)} before` : "";
  return `; the ${level} intervals hold the outcome in ${share(then.coverage)} of those rows${was}`;
}

/** With enough digits that a number can be told from another that differs by so much. */
function beside(x: number, difference: number): string {
  const digits = Math.ceil(Math.log10(Math.abs(x) / Math.max(1e-12 * Math.abs(x), Math.abs(difference)))) + 2;
  return x === 0 || difference === 0 ? number(x) : `${Number(x.toPrecision(Math.min(15, Math.max(3, digits))))}`;
}

const number = (x: number): string => (Number.isFinite(x) ? `${Number(x.toPrecision(3))}` : "unknown");

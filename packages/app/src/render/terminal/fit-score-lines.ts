import type { Estimate, FitDocument, FitScores } from "@candor/core";
import { formatCount, formatInterval, formatNumber, formatPercent, metricName } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import type { Pen } from "./pen.ts";

const nameColumns = 18;
const valueColumns = 10;
const intervalColumns = 20;

type Row = readonly [keyof FitScores, "number" | "percent"];

const rows: readonly Row[] = [
  ["logLoss", "number"],
  ["brier", "number"],
  ["ece", "number"],
  ["smoothEce", "number"],
  ["accuracy", "percent"],
  ["meanConfidence", "percent"],
];

function valueText({ value }: Estimate, kind: Row[1]): string {
  return kind === "percent" ? formatPercent(value) : formatNumber(value);
}

function intervalText({ lower, upper, interval }: Estimate, kind: Row[1]): string {
  if (interval === "none") return "";
  return kind === "percent"
    ? formatInterval({ lower: lower * 100, upper: upper * 100 }, 1)
    : formatInterval({ lower, upper });
}

function nameOf(key: keyof FitScores): string {
  return metricName(key).replace(/ \(.*\)$/, "");
}

function howHeldOut({ validation, n }: FitDocument): string {
  const { scheme, folds, heldOut, by } = validation;
  const rowsHeldOut = heldOut < n ? `, ${formatCount(heldOut)} rows` : "";
  if (scheme === "time") return `each fold predicted from earlier rows${rowsHeldOut}`;
  if (scheme === "grouped") return `${folds} folds, rows of one ${by ?? "group"} together`;
  return `${folds} folds`;
}

/** Before and after on rows held out, and what changed. */
export function fitScoreLines(document: FitDocument, pen: Pen): string[] {
  const { before, after, improvement } = document;
  const title = `${" ".repeat(2 + nameColumns)}${padStart("before", valueColumns)}${" ".repeat(intervalColumns + 1)}${padStart("after", valueColumns)}`;
  const lines = rows.map(([key, kind]) => {
    const [was, is] = [before[key], after[key]];
    return [
      `  ${padEnd(nameOf(key), nameColumns)}`,
      padStart(valueText(was, kind), valueColumns),
      ` ${padEnd(intervalText(was, kind), intervalColumns)}`,
      padStart(valueText(is, kind), valueColumns),
      ` ${intervalText(is, kind)}`,
    ].join("");
  });
  const gains = (["logLoss", "brier"] as const).map((key) => {
    const { value } = improvement[key];
    const word = value > 0 ? "lower" : value < 0 ? "higher" : "the same";
    const size = value === 0 ? "" : `${formatNumber(Math.abs(value), decimals(value))} `;
    return `  ${padEnd(nameOf(key), nameColumns)}${size}${word} after, improvement ${formatInterval(improvement[key])}`;
  });
  return [...heading(pen, "Held out", howHeldOut(document)), pen.style("dim", title), ...lines, "", ...gains];
}

function decimals(value: number): number {
  const size = Math.abs(value);
  return size >= 0.001 ? 4 : Math.min(8, Math.ceil(-Math.log10(size)) + 2);
}

import type { GroupReport, ReportDocument } from "@candor/core";
import { formatNumber, formatPercent } from "@candor/pages";
import { padEnd } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const labelColumns = 10;

/** One sign per value, from the lowest level at `least` to the highest at `most`. */
export function sparkline(values: readonly number[], least: number, most: number, { levels }: Pen): string {
  const top = levels.length - 1;
  return values
    .map((value) => levels.charAt(most > least ? Math.round(((value - least) / (most - least)) * top) : 0))
    .join("");
}

function ends(values: readonly number[]): { least: number; most: number } {
  return { least: Math.min(...values), most: Math.max(...values) };
}

function signed(share: number): string {
  return (share > 0 ? "+" : "") + formatNumber(share * 100, 1);
}

/** Calibration over time: what was stated, what was observed, and the error, period by period. */
export function timeLines({ overTime }: ReportDocument, pen: Pen): string[] {
  if (overTime.length < 2) return [];
  const shown = overTime.slice(-(pen.columns - 2 - labelColumns - 24));
  const pick = (of: (group: GroupReport) => number): number[] => shown.map(of);
  const stated = pick(({ bins }) => bins.reduce((sum, bin) => sum + bin.share * bin.meanConfidence, 0));
  const observed = pick(({ bins }) => bins.reduce((sum, bin) => sum + bin.share * bin.observed, 0));
  const gaps = pick(({ gap }) => gap.value);
  const errors = pick(({ ece }) => ece.value);
  const both = ends([...stated, ...observed]);
  const line = (label: string, values: readonly number[], least: number, most: number, words: string): string =>
    `  ${padEnd(label, labelColumns)}${pen.style("mark", sparkline(values, least, most, pen))}  ${pen.style("dim", words)}`;

  const { signs } = pen;
  const marks = shown.map(({ flagged, gap }) =>
    !flagged ? " " : gap.lower > 0 ? signs.over : gap.upper < 0 ? signs.under : signs.off,
  );
  const flagged = marks.filter((mark) => mark !== " ").length;
  const [first, last] = [shown[0]?.name ?? "", shown.at(-1)?.name ?? ""];
  const range = (values: readonly number[], write: (value: number) => string): string => {
    const { least, most } = ends(values);
    return `${write(least)} to ${write(most)}`;
  };
  const percent = (share: number): string => formatPercent(share);
  return [
    ...heading(pen, "Over time", `${shown.length} periods, ${safeName(first, 24)} to ${safeName(last, 24)}`),
    line("stated", stated, both.least, both.most, range(stated, percent)),
    line("observed", observed, both.least, both.most, range(observed, percent)),
    line("gap", gaps, ends(gaps).least, ends(gaps).most, `${range(gaps, signed)} points`),
    line(
      "ECE",
      errors,
      0,
      ends(errors).most,
      range(errors, (value) => formatNumber(value)),
    ),
    flagged === 0
      ? `  ${padEnd("evidence", labelColumns)}${pen.style("dim", "none in any period")}`
      : `  ${padEnd("evidence", labelColumns)}${pen.style("bad", marks.join(""))}  ${pen.style("dim", `in ${flagged} of ${shown.length} periods`)}`,
  ];
}

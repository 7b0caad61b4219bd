import type { RegressionGroup, RegressionReport } from "@candor/core";
import {
  formatCount,
  formatInterval,
  formatLevel,
  formatMeasureInterval,
  formatMeasureValue,
  formatPercent,
  formatPValue,
  groupLevel,
  groupWords,
  measureDecimals,
  periodName,
} from "@candor/pages";
import { padEnd, padStart } from "../display-width.ts";
import { heading } from "../heading.ts";
import { type Pen, safeName } from "../pen.ts";

const shownPerColumn = 8;
const shownPeriods = 12;
const wordColumns = 13;
const widths = { rows: 9, held: 8, interval: 15, bias: 11, q: 9 };

const signOf = { "▲": "over", "▼": "under", "◆": "off", "○": "none" } as const;

function measure(group: RegressionGroup): string {
  return measureDecimals([group.bias.value]) === undefined
    ? group.bias.value.toExponential(1)
    : formatMeasureValue({ ...group.bias, interval: "none" });
}

function row(group: RegressionGroup, promised: number | undefined, nameColumns: number, pen: Pen): string {
  const { symbol, words } = groupWords(group, promised);
  const sign = pen.signs[signOf[symbol]];
  const { coverage, bias, n, qValue, flagged } = group;
  const numbers =
    coverage === null
      ? [
          padStart(formatMeasureValue(bias), widths.bias),
          ` ${padEnd(formatMeasureInterval(bias), widths.held + widths.interval - 1)}`,
        ]
      : [
          padStart(formatPercent(coverage.value), widths.held),
          ` ${padEnd(formatInterval({ lower: coverage.lower * 100, upper: coverage.upper * 100 }, 1), widths.interval - 1)}`,
          padStart(measure(group), widths.bias),
        ];
  return [
    "  ",
    pen.style(flagged ? "bad" : "dim", padEnd(`${sign} ${words}`, wordColumns)),
    padEnd(safeName(group.name, nameColumns), nameColumns),
    padStart(formatCount(n), widths.rows),
    ...numbers,
    padStart(formatPValue(qValue, ""), widths.q),
  ].join("");
}

function table(
  title: string,
  groups: readonly RegressionGroup[],
  shown: readonly RegressionGroup[],
  promised: number | undefined,
  pen: Pen,
): string[] {
  const nameColumns =
    pen.columns - 2 - wordColumns - widths.rows - widths.held - widths.interval - widths.bias - widths.q;
  const head =
    promised === undefined
      ? [padStart("bias", widths.bias), " ".repeat(widths.held + widths.interval)]
      : [padStart("held", widths.held), " ".repeat(widths.interval), padStart("bias", widths.bias)];
  const rest = groups.filter((group) => !shown.includes(group));
  const flagged = rest.filter((group) => group.flagged).length;
  const more =
    rest.length === 0
      ? []
      : [`  and ${formatCount(rest.length)} more, ${flagged === 0 ? "none" : formatCount(flagged)} with evidence`];
  return [
    pen.style(
      "dim",
      `  ${padEnd(title, wordColumns + nameColumns)}${padStart("rows", widths.rows)}${head.join("")}${padStart("q", widths.q)}`,
    ),
    ...shown.map((group) => row(group, promised, nameColumns, pen)),
    ...more.map((line) => pen.style("dim", line)),
  ];
}

function detail(promised: number | undefined, order: string): string {
  return promised === undefined ? order : `${order}; share inside the ${formatLevel(promised)} interval`;
}

/** Segments, those with the strongest evidence first. */
export function regressionGroupLines(document: RegressionReport, pen: Pen, when = ""): string[] {
  const { segments } = document;
  if (segments.length === 0) return [];
  const promised = groupLevel(document);
  const columns = [...new Set(segments.map(({ by }) => by))];
  return [
    ...heading(pen, when === "" ? "Segments" : `Segments ${when}`, detail(promised, "strongest evidence first")),
    ...columns.flatMap((by) => {
      const own = segments.filter((group) => group.by === by);
      const order = own.toSorted((a, b) => a.qValue - b.qValue || b.n - a.n).slice(0, shownPerColumn);
      return table(`by ${safeName(by, 24)}`, own, order, promised, pen);
    }),
  ];
}

/** Stretches of time, the latest last. */
export function regressionTimeLines(document: RegressionReport, pen: Pen): string[] {
  const { overTime } = document;
  if (overTime.length < 2) return [];
  const promised = groupLevel(document);
  const periods = overTime.map((group) => ({ ...group, name: periodName(group.name) }));
  const shown = periods.slice(-shownPeriods);
  return [
    ...heading(pen, "Over time", detail(promised, "latest last")),
    ...table("from", periods, shown, promised, pen),
  ];
}

import type { ConformalDocument, Estimate } from "@candor/core";
import {
  formatCount,
  formatInterval,
  formatLevel,
  formatMeasure,
  formatMeasureInterval,
  formatMeasureValue,
  formatNumber,
  formatPercent,
  formatPValue,
} from "@candor/pages";
import {
  type CoveredPart,
  conditionWords,
  conformalNouns,
  isInfinite,
  isOneWidth,
  leastCovered,
  partName,
  partRank,
  partThreshold,
  rangeWords,
  sizeWords,
} from "../conformal-words.ts";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const nameColumns = 24;
const valueColumns = 10;
const allClasses = 12;
const someClasses = 5;
const groupsShown = 12;
const partsShown = 8;

function row(name: string, value: string, detail = ""): string {
  return `  ${padEnd(name, nameColumns)}${padStart(value, valueColumns)}  ${detail}`;
}

function percentInterval({ lower, upper }: Estimate): string {
  return formatInterval({ lower: lower * 100, upper: upper * 100 }, 1);
}

/** The level, for whom it holds, the threshold and how far the true coverage can be off. */
export function guaranteeLines(document: ConformalDocument, pen: Pen): string[] {
  const { level, condition, parts } = document;
  const [part] = parts;
  const range = rangeWords(document);
  const isOne = part !== undefined && parts.length === 1;
  const infinite = parts.filter(isInfinite).length;
  return [
    ...heading(pen, "Guarantee", `${formatLevel(level)} ${safeName(conditionWords(condition), 50)}`),
    ...(isOne
      ? [
          `  ${padEnd("Threshold", nameColumns)}${partThreshold(part)}`,
          pen.style("dim", `  ${padEnd("", nameColumns)}${partRank(part)}`),
        ]
      : [
          `  ${padEnd("Thresholds", nameColumns)}${formatCount(parts.length)}${infinite === 0 ? "" : `, ${formatCount(infinite)} infinite`}`,
        ]),
    ...(range === ""
      ? []
      : [
          `  ${padEnd("True coverage", nameColumns)}${range}`,
          pen.style("dim", `  ${padEnd("", nameColumns)}for nine of ten calibration files of this size`),
        ]),
  ];
}

/** What test rows say. */
export function testLines(document: ConformalDocument, pen: Pen): string[] {
  const { evaluation } = document;
  if (evaluation === null) return [];
  const { n, coverage, meanSize, medianSize, empty, unbounded, singletons, pValue } = evaluation;
  const { everything } = conformalNouns(document);
  const share = (count: number) => formatPercent(count / n);
  const isSets = document.task === "classification";
  return [
    ...heading(pen, "Test", `${formatCount(n)} rows, intervals at ${formatLevel(coverage.level)}`),
    row("Coverage", formatPercent(coverage.value), percentInterval(coverage)),
    ...(pValue === null ? [] : [row("  as far off by chance", "", formatPValue(pValue))]),
    ...(meanSize === null
      ? []
      : isSets
        ? [row("Mean size", formatNumber(meanSize.value, 2), formatInterval(meanSize, 2))]
        : [row("Mean width", formatMeasureValue(meanSize), formatMeasureInterval(meanSize))]),
    ...(medianSize === null
      ? []
      : [row(isSets ? "Median size" : "Median width", isSets ? formatCount(medianSize) : formatMeasure(medianSize))]),
    ...(singletons === null ? [] : [row("Exactly one class", share(singletons))]),
    ...(empty === 0 ? [] : [row("Empty", share(empty))]),
    ...(unbounded === 0 ? [] : [row(`${everything.charAt(0).toUpperCase()}${everything.slice(1)}`, share(unbounded))]),
  ];
}

function coverageTable(parts: readonly CoveredPart[], level: number, pen: Pen): string[] {
  return [
    pen.style(
      "dim",
      `  ${padEnd("", nameColumns)}${padStart("rows", valueColumns)}${padStart("coverage", valueColumns)}`,
    ),
    ...parts.map(({ name, n, coverage }) => {
      const isBelow = coverage.upper < level;
      const text = `  ${padEnd(safeName(name, nameColumns - 1), nameColumns)}${padStart(formatCount(n), valueColumns)}${padStart(formatPercent(coverage.value), valueColumns)}  ${percentInterval(coverage)}`;
      return isBelow ? pen.style("doubt", `${text} ${pen.signs.under}`) : text;
    }),
  ];
}

/** Coverage by size of the set or width of the interval. */
export function sizeLines(document: ConformalDocument, pen: Pen): string[] {
  const { evaluation, level } = document;
  if (evaluation === null) return [];
  const parts = evaluation.sizeCoverage.map((bin) => ({ ...bin, name: sizeWords(document, bin) }));
  if (new Set(parts.map(({ name }) => name)).size < 2 || isOneWidth(document, evaluation)) return [];
  return [
    ...heading(pen, document.task === "classification" ? "By size of the set" : "By width of the interval"),
    ...coverageTable(parts, level, pen),
  ];
}

/** The classes that are covered least. */
export function classLines({ evaluation, level, condition }: ConformalDocument, pen: Pen): string[] {
  if (evaluation === null) return [];
  const classes = leastCovered(evaluation);
  if (classes.length === 0) return [];
  const shown = classes.length <= allClasses ? classes : classes.slice(0, someClasses);
  const below = classes.filter(({ coverage }) => coverage.upper < level).length;
  const detail =
    classes.length === shown.length ? "the least covered first" : `least covered ${shown.length} of ${classes.length}`;
  const marked =
    below === 0
      ? []
      : [
          pen.style(
            "dim",
            `  ${pen.signs.under} interval below ${formatLevel(level)}: ${formatCount(below)} of ${formatCount(classes.length)} classes${condition.kind === "none" ? "; --condition class evens them out" : ""}`,
          ),
        ];
  return [...heading(pen, "Classes", detail), ...coverageTable(shown, level, pen), ...marked];
}

/** Coverage of groups. */
export function groupLines({ evaluation, level }: ConformalDocument, pen: Pen): string[] {
  if (evaluation === null || evaluation.groupCoverage.length === 0) return [];
  const groups = evaluation.groupCoverage.toSorted((a, b) => a.coverage.value - b.coverage.value || b.n - a.n);
  const rest = groups.length - groupsShown;
  return [
    ...heading(pen, "Groups", "the least covered first"),
    ...coverageTable(groups.slice(0, groupsShown), level, pen),
    ...(rest > 0 ? [pen.style("dim", `  and ${formatCount(rest)} more: --html or --json`)] : []),
  ];
}

/** The thresholds, where there are several. */
export function partLines({ parts, condition }: ConformalDocument, pen: Pen): string[] {
  if (parts.length < 2) return [];
  const order = parts.toSorted((a, b) => a.n - b.n);
  const rest = order.length - partsShown;
  return [
    ...heading(pen, "Thresholds", "the fewest rows first"),
    ...order.slice(0, partsShown).map((part) => {
      const name = padEnd(safeName(partName(condition, part, 2), nameColumns - 1), nameColumns);
      return `  ${name}${padEnd(partRank(part), 22)}  ${partThreshold(part)}`.slice(0, pen.columns);
    }),
    ...(rest > 0 ? [pen.style("dim", `  and ${formatCount(rest)} more: --html or --json`)] : []),
  ];
}

/** What has to be true for the guarantee to hold. */
export function assumptionLines({ assumptions }: ConformalDocument, pen: Pen): string[] {
  return [
    ...heading(pen, "It holds if"),
    ...assumptions.flatMap((text) =>
      wrapText(safeName(text, 400), pen.columns - 4).map((line, i) => `  ${i === 0 ? pen.signs.bullet : " "} ${line}`),
    ),
  ];
}

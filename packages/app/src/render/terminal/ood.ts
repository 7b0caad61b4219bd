import type { Estimate, OodReportDocument } from "@candor/core";
import { formatCount, formatInterval, formatLevel, formatNumber, formatPercent, formatPValue } from "@candor/pages";
import { detectorWords, oodTone, type orderNames } from "../ood-words.ts";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { dimLines, verdictLines } from "./verdict-head.ts";

const nameColumns = 30;
const valueColumns = 9;

/**
 * A report on a detector of unlike rows as text for a terminal: whether it tells them, what its p-values do, what it is worth
 * for acting on predictions, and which other detector would do better.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderOod(document: OodReportDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    metricLines(document, pen),
    pValueLines(document, pen),
    batchLines(document, pen),
    groupLines(document, pen),
    rankingLines(document, pen),
    selectiveLines(document, pen),
    noteLines(document, pen),
  ]);
}

function headLines(document: OodReportDocument, pen: Pen): string[] {
  const { tone } = oodTone(document);
  const { signs } = pen;
  const { detector, source, rows, verdict } = document;
  const outside =
    rows.outside === 0
      ? ""
      : ` ${signs.bullet} ${formatCount(rows.outside)} outside rows: ${source.outside.map((name) => safeName(name, 40)).join(", ")}`;
  const facts = [
    `${safeName(detector.name, 50)}: ${detectorWords(detector)}, learned from ${formatCount(detector.n)} rows`,
    `${formatCount(rows.inside)} inside rows: ${safeName(source.inside, 40)}${outside}`,
  ];
  return [...verdictLines(verdict.sentence, tone, pen), "", ...facts.flatMap((fact) => dimLines(fact, pen))];
}

function row(name: string, value: string, detail = "", columns = nameColumns): string {
  return `  ${padEnd(name, columns)}${padStart(value, valueColumns)}  ${detail}`;
}

const number = ({ value }: Estimate): string => formatNumber(value, 3);
const range = (estimate: Estimate): string => formatInterval(estimate, 3);
const percents = ({ lower, upper }: Estimate): string => formatInterval({ lower: 100 * lower, upper: 100 * upper }, 1);

function metricLines(document: OodReportDocument, pen: Pen): string[] {
  const { auroc, auprIn, auprOut, auprInTrapezoid, auprOutTrapezoid, fpr95, fpr95Outside } = document;
  if (!auroc || !auprIn || !auprOut || !auprInTrapezoid || !auprOutTrapezoid || !fpr95 || !fpr95Outside) return [];
  return [
    ...heading(pen, "Inside against outside", `intervals at ${formatLevel(auroc.level)}`),
    row("AUROC", number(auroc), range(auroc)),
    row("AUPR, inside positive", number(auprIn), `${range(auprIn)}  by trapezoids ${number(auprInTrapezoid)}`),
    row("AUPR, outside positive", number(auprOut), `${range(auprOut)}  by trapezoids ${number(auprOutTrapezoid)}`),
    row("Outside let in, 95 % inside in", formatPercent(fpr95.value), `${percents(fpr95)}  FPR95, inside positive`),
    row(
      "Inside out, 95 % outside found",
      formatPercent(fpr95Outside.value),
      `${percents(fpr95Outside)}  FPR95, outside positive`,
    ),
  ];
}

function pValueLines({ pValues }: OodReportDocument, pen: Pen): string[] {
  if (pValues === null) return [];
  const { level, size, power, sizePValue, uniformity, calibrationRows } = pValues;
  const cut = formatLevel(level);
  return [
    ...heading(pen, "P-values", `they rest on ${formatCount(calibrationRows)} held-out rows`),
    row(`Inside rows at or below ${cut}`, formatPercent(size.value), `${percents(size)}  promised: ${cut} or less`),
    row("  so many by chance", formatPValue(sizePValue), pValues.areValid ? "" : "too many: the p-values do not hold"),
    ...(power === null ? [] : [row(`Outside rows at or below ${cut}`, formatPercent(power.value), percents(power))]),
    row(
      "Scores unlike the held-out",
      formatNumber(uniformity.value, 3),
      `by chance: ${formatPValue(uniformity.pValue)}`,
    ),
  ];
}

function batchLines({ falseDiscovery, falseDiscoveryRate }: OodReportDocument, pen: Pen): string[] {
  if (falseDiscovery === null) return [];
  const { target, rows, found, wrong, power, method } = falseDiscovery;
  return [
    ...heading(pen, "All test rows as one batch", `${method}, on average ${formatLevel(target)} wrong at most`),
    row("Found", formatCount(found), `of ${formatCount(rows)} rows`),
    ...(found === 0
      ? []
      : [
          row(
            "  of them inside",
            formatPercent(falseDiscovery.value),
            `${percents(falseDiscovery)}  ${formatCount(wrong)} rows`,
          ),
        ]),
    row("Outside rows found", formatPercent(power.value), percents(power)),
    ...(falseDiscoveryRate === null
      ? []
      : [
          row(
            `Over ${formatCount(falseDiscoveryRate.n)} draws`,
            formatPercent(falseDiscoveryRate.value),
            `${percents(falseDiscoveryRate)}  inside, on average`,
          ),
        ]),
  ];
}

function groupLines({ perOutside }: OodReportDocument, pen: Pen): string[] {
  if (perOutside.length === 0) return [];
  return [
    ...heading(pen, "Kinds of outside rows", "AUROC; outside let in at 95 % inside; found at the level"),
    ...perOutside.map(({ name, auroc, fpr95, power }) =>
      row(
        safeName(name, nameColumns - 1),
        number(auroc),
        `${range(auroc)}  ${formatPercent(fpr95.value)}${power === null ? "" : `  ${formatPercent(power.value)}`}`,
      ),
    ),
  ];
}

function rankingLines({ ranking }: OodReportDocument, pen: Pen): string[] {
  if (ranking.length < 2) return [];
  return [
    ...heading(pen, "Detectors on these rows", "AUROC and its difference from the one reported"),
    ...ranking.map(({ name, auroc, difference, isReported }) => {
      const against =
        difference === null
          ? "the one reported"
          : `${difference.value > 0 ? "+" : ""}${formatNumber(difference.value, 3)} ${range(difference)}`;
      const line = row(safeName(name, 23), number(auroc), `${range(auroc)}  ${against}`, 24);
      return isReported ? pen.style("bold", line) : line;
    }),
  ];
}

function selectiveLines({ selective }: OodReportDocument, pen: Pen): string[] {
  if (selective === null) return [];
  const columns = 13;
  const percentOf = (estimate: Estimate | null | undefined): string =>
    padStart(estimate ? formatPercent(estimate.value) : "-", columns);
  const demanded = selective.some((part) => part.demanded !== null);
  const head = [
    ["all", "rows"],
    ["surest", "half"],
    demanded ? ["surest half,", "inside first"] : ["half most", "like training"],
    ...(demanded
      ? [
          ["inside", "only"],
          ["share", "acted on"],
        ]
      : []),
  ];
  const headLine = (line: number): string =>
    pen.style(
      "dim",
      `  ${padEnd(["Outside", ""][line] ?? "", 10)}${head.map((words) => padStart(words[line] ?? "", columns)).join("")}`,
    );
  return [
    ...heading(pen, "Accuracy among rows acted on", "acting on an outside row is an error"),
    headLine(0),
    headLine(1),
    ...selective.map(({ outsideShare, accuracy, curves, demanded: own }) => {
      const half = (order: keyof typeof orderNames) =>
        curves.find((curve) => curve.order === order)?.accuracy.find(({ coverage }) => coverage === 0.5)?.estimate;
      const cells = [accuracy, half("confidence"), half("both") ?? half("detector")];
      const further = own === null ? [] : [own.accuracy, own.coverage];
      return `  ${padEnd(formatPercent(outsideShare), 10)}${[...cells, ...further].map(percentOf).join("")}`;
    }),
  ];
}

function noteLines({ warnings, detector, source }: OodReportDocument, pen: Pen): string[] {
  const lines = (text: string, style: Style): string[] =>
    wrapText(safeName(text, 800), pen.columns - 4).map((part, i) =>
      pen.style(style, `  ${i === 0 ? pen.signs.bullet : " "} ${part}`),
    );
  return [
    ...warnings.flatMap((text) => lines(text, "doubt")),
    ...[...detector.notes, ...source.notes].flatMap((text) => lines(text, "dim")),
  ];
}

import type { Estimate, MixedSelective, OodReportDocument } from "@candor/core";
import {
  codeText,
  factList,
  figure,
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatName,
  formatNumber,
  formatPercent,
  formatPValue,
  type KeyNumber,
  keyNumberList,
  madeFacts,
  type Page,
  type Section,
  section,
  specDetails,
  specRow,
  table,
  warningsSection,
  wholePage,
} from "@candor/pages";
import { mixedRiskCoverage, pValueHistogram, rocCurve } from "@candor/plots";
import { detectorWords, oodTone, orderNames } from "../ood-words.ts";
import { fitStyles } from "./fit/fit-styles.ts";
import { createPage } from "./page.ts";
import { policyStyles } from "./policy/policy-styles.ts";

const symbols = { good: "✓", neutral: "?", bad: "✗" } as const;
const TEXT_LIMIT = 800;

function percentRange({ lower, upper }: Estimate): string {
  return formatInterval({ lower: 100 * lower, upper: 100 * upper }, 1);
}

function percentCard(label: string, estimate: Estimate, note: string): KeyNumber {
  return { label, value: formatPercent(estimate.value), interval: percentRange(estimate), note };
}

function areaCard(label: string, estimate: Estimate, note: string): KeyNumber {
  return { label, value: formatNumber(estimate.value, 3), interval: formatInterval(estimate, 3), note };
}

function metricsSection(page: Page, document: OodReportDocument): Section | undefined {
  const { auroc, auprIn, auprOut, auprInTrapezoid, auprOutTrapezoid, fpr95, fpr95Outside, roc } = document;
  if (!auroc || !auprIn || !auprOut || !fpr95 || !fpr95Outside) return undefined;
  const { make } = page;
  const picture = figure(page, {
    title: "Outside rows found, inside rows lost",
    finding: `In ${formatPercent(auroc.value)} of pairs the inside row scores above the outside one: AUROC ${formatEstimate(auroc)}.`,
    draw: (label) => rocCurve(roc, { document: page.document, target: "outside", label }),
    reading:
      "Each point is a threshold: how many outside rows it finds, and how many inside rows it calls outside. A detector that tells nothing stays on the diagonal.",
    data: table(
      page,
      roc.filter((_, i) => i % Math.max(1, Math.ceil(roc.length / 20)) === 0),
      [
        { title: "Inside called outside", numeric: true, cell: ({ x }) => formatPercent(x) },
        { title: "Outside found", numeric: true, cell: ({ y }) => formatPercent(y) },
        { title: "Score at most", numeric: true, cell: ({ threshold }) => formatNumber(threshold, 4) },
      ],
      { caption: "Points of the curve", hidden: true },
    ),
  });
  return section(
    page,
    { id: "metrics", short: "Inside and outside", title: "Inside against outside rows" },
    make("p", { class: "lead" }, `Brackets: ${formatLevel(auroc.level)} intervals.`),
    keyNumberList(page, [
      areaCard("AUROC", auroc, "inside above outside, of random pairs"),
      percentCard("FPR95, inside positive", fpr95, "of outside rows let in where 95 % of inside rows are"),
      percentCard(
        "FPR95, outside positive",
        fpr95Outside,
        "of inside rows called outside where 95 % of outside rows are found",
      ),
      areaCard(
        "AUPR, inside positive",
        auprIn,
        `average precision; ${formatNumber(auprInTrapezoid?.value ?? null, 3)} by trapezoids`,
      ),
      areaCard(
        "AUPR, outside positive",
        auprOut,
        `average precision; ${formatNumber(auprOutTrapezoid?.value ?? null, 3)} by trapezoids`,
      ),
    ]),
    make("div", { class: "grid two" }, picture),
    ...rankingTable(page, document),
  );
}

function rankingTable(page: Page, { ranking, perOutside }: OodReportDocument): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (ranking.length > 1)
    parts.push(
      table(
        page,
        ranking,
        [
          {
            title: "Detector",
            cell: ({ name, isReported }) => `${formatName(name, 60)}${isReported ? " (reported)" : ""}`,
          },
          { title: "AUROC", numeric: true, cell: ({ auroc }) => formatEstimate(auroc) },
          { title: "FPR95, inside positive", numeric: true, cell: ({ fpr95 }) => formatPercent(fpr95.value) },
          {
            title: "AUROC minus reported",
            numeric: true,
            cell: ({ difference }) => (difference === null ? "" : formatEstimate(difference)),
          },
        ],
        { caption: "Detectors on these rows" },
      ),
    );
  if (perOutside.length > 0)
    parts.push(
      table(
        page,
        perOutside,
        [
          { title: "Outside rows", cell: ({ name }) => formatName(name, 60) },
          { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
          { title: "AUROC", numeric: true, cell: ({ auroc }) => formatEstimate(auroc) },
          { title: "FPR95, inside positive", numeric: true, cell: ({ fpr95 }) => formatPercent(fpr95.value) },
          {
            title: "Found at the level",
            numeric: true,
            cell: ({ power }) => (power ? formatPercent(power.value) : ""),
          },
        ],
        { caption: "Kinds of outside rows" },
      ),
    );
  return parts;
}

function pValueSection(page: Page, document: OodReportDocument): Section | undefined {
  const { pValues, falseDiscovery, falseDiscoveryRate } = document;
  if (pValues === null) return undefined;
  const { make } = page;
  const { level, size, power, sizePValue, uniformity, calibrationRows, histogram } = pValues;
  const cut = formatLevel(level);
  const kept = !pValues.areValid
    ? ": more than promised"
    : size.value <= level
      ? ", as promised"
      : ": not more than promised but for chance";
  const cards: KeyNumber[] = [
    percentCard(
      `Inside rows at or below ${cut}`,
      size,
      `${cut} or less promised; so many by chance: ${formatPValue(sizePValue)}`,
    ),
    ...(power === null ? [] : [percentCard(`Outside rows at or below ${cut}`, power, "found")]),
    ...(falseDiscovery === null || falseDiscovery.found === 0
      ? []
      : [
          percentCard(
            "False discoveries in this batch",
            falseDiscovery,
            `${formatCount(falseDiscovery.wrong)} of ${formatCount(falseDiscovery.found)} rows found; ${formatLevel(falseDiscovery.target)} or less on average`,
          ),
        ]),
    ...(falseDiscovery === null
      ? []
      : [percentCard("Outside rows found by the batch", falseDiscovery.power, falseDiscovery.method)]),
    ...(falseDiscoveryRate === null
      ? []
      : [
          percentCard(
            "False discoveries on average",
            falseDiscoveryRate,
            `over ${formatCount(falseDiscoveryRate.n)} draws of calibration and inside rows`,
          ),
        ]),
  ];
  return section(
    page,
    { id: "p-values", short: "P-values", title: "What the p-values do" },
    make(
      "p",
      { class: "lead" },
      `They rest on ${formatCount(calibrationRows)} held-out rows: the least that one can be is ${formatNumber(pValues.smallest, 4)}.`,
    ),
    keyNumberList(page, cards),
    make(
      "div",
      { class: "grid two" },
      figure(page, {
        title: "Where the p-values lie",
        finding: `Of the inside rows ${formatPercent(size.value)} are at or below ${cut}${kept}.`,
        draw: (label) => pValueHistogram(histogram, { document: page.document, label }),
        reading: `Bars of inside rows are of even height where the p-values keep their promise (distance of their scores from the held-out ones ${formatNumber(uniformity.value, 3)}, as far by chance: ${formatPValue(uniformity.pValue)}).${power === null ? "" : " Outside rows that are found pile up at the left."}`,
        data: table(
          page,
          histogram,
          [
            {
              title: "P-value",
              numeric: true,
              cell: ({ lower, upper }) => `${formatNumber(lower, 2)}–${formatNumber(upper, 2)}`,
            },
            { title: "Inside rows", numeric: true, cell: ({ inside }) => formatPercent(inside) },
            {
              title: "Outside rows",
              numeric: true,
              cell: ({ outside }) => (outside === null ? "" : formatPercent(outside)),
            },
          ],
          { caption: "Histogram of the p-values", hidden: true },
        ),
      }),
    ),
  );
}

function accuracyAt(part: MixedSelective, order: keyof typeof orderNames, coverage: number): Estimate | undefined {
  return part.curves.find((curve) => curve.order === order)?.accuracy.find((one) => one.coverage === coverage)
    ?.estimate;
}

function selectiveSection(page: Page, { selective }: OodReportDocument): Section | undefined {
  if (selective === null) return undefined;
  const { make } = page;
  const shown = selective.find(({ outsideShare }) => outsideShare === 0.25) ?? selective.at(-1);
  if (shown === undefined) return undefined;
  const text = (estimate: Estimate | null | undefined) => (estimate ? formatPercent(estimate.value) : "–");
  const orders = shown.curves.map(({ order }) => order);
  const rows = table(
    page,
    selective,
    [
      { title: "Outside rows", cell: ({ outsideShare }) => formatLevel(outsideShare) },
      { title: "Act on all", numeric: true, cell: ({ accuracy }) => text(accuracy) },
      ...orders.map((order) => ({
        title: `Half, ${orderNames[order]}`,
        numeric: true,
        cell: (part: MixedSelective) => text(accuracyAt(part, order, 0.5)),
      })),
      { title: "All called inside", numeric: true, cell: ({ demanded }) => text(demanded?.accuracy) },
      { title: "How many these are", numeric: true, cell: ({ demanded }) => text(demanded?.coverage) },
    ],
    { caption: "Accuracy among rows acted on" },
  );
  return section(
    page,
    { id: "selective", short: "Acting", title: "Acting on predictions when some rows are from outside" },
    make("p", { class: "lead" }, "Acting on an outside row is an error, whatever the prediction."),
    make(
      "div",
      { class: "grid two" },
      figure(page, {
        title: `Errors with ${formatLevel(shown.outsideShare)} outside rows`,
        finding: `Area under the line: ${shown.curves.map(({ order, aurc }) => `${formatNumber(aurc.value, 3)} ${orderNames[order]}`).join("; ")}.`,
        draw: (label) => mixedRiskCoverage(shown.curves, { document: page.document, label }),
        reading:
          "Rows are acted on from the left, each line in an order of its own. The lower it is, the fewer errors.",
        data: table(
          page,
          shown.curves,
          [
            { title: "Order", cell: ({ order }) => orderNames[order] },
            { title: "Area", numeric: true, cell: ({ aurc }) => formatEstimate(aurc) },
          ],
          { caption: "Area under risk over coverage", hidden: true },
        ),
      }),
    ),
    rows,
  );
}

function originSection(page: Page, document: OodReportDocument): Section {
  const { created, version, schema, detector, source, rows } = document;
  const { auroc, auprIn, auprOut, auprInTrapezoid, auprOutTrapezoid, fpr95, fpr95Outside } = document;
  const { falseDiscovery, falseDiscoveryRate, pValues } = document;
  const { make } = page;
  return section(
    page,
    { id: "specs", short: "Details", title: "What this rests on" },
    factList(page, [
      ...madeFacts(created, version, schema),
      ["Detector", `${formatName(detector.name, 80)}: ${detectorWords(detector)}`],
      ["Learned from", `${formatCount(detector.n)} rows`],
      ["Fingerprint", codeText(page, detector.fingerprint), "long"],
      ["Inside rows", `${formatCount(rows.inside)}: ${formatName(source.inside, 80)}`],
      [
        "Outside rows",
        rows.outside === 0 ? "none" : `${formatCount(rows.outside)}: ${formatName(source.outside.join(", "), 200)}`,
      ],
    ]),
    make("h3", {}, "Notes"),
    make(
      "ul",
      { class: "steps" },
      ...[...detector.notes, ...source.notes].map((text) => make("li", {}, formatName(text, TEXT_LIMIT))),
    ),
    specDetails(page, [
      ...specRow("AUROC", auroc),
      ...specRow("AUPR, inside positive", auprIn),
      ...specRow("AUPR, outside positive", auprOut),
      ...specRow("AUPR, inside positive, trapezoids", auprInTrapezoid),
      ...specRow("AUPR, outside positive, trapezoids", auprOutTrapezoid),
      ...specRow("FPR95, inside positive", fpr95),
      ...specRow("FPR95, outside positive", fpr95Outside),
      ...specRow("False discoveries in this batch", falseDiscovery),
      ...specRow("False discoveries on average", falseDiscoveryRate),
      ...specRow("Inside rows at or below the level", pValues?.size),
      ...specRow("Outside rows at or below the level", pValues?.power),
      ...specRow("Distance of the scores", pValues?.uniformity),
    ]),
  );
}

/**
 * A report on a detector of unlike rows as one self-contained HTML page: no network, no script, light and dark, printable. Names
 * from the data are text.
 *
 * @param document a `candor.ood/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderOodHtml(document: OodReportDocument): string {
  const page = createPage();
  const { detector, rows, schema, source, verdict, version, warnings } = document;
  const { tone, word } = oodTone(document);
  return wholePage(page, {
    title: `Detector: ${formatName(detector.name)}`,
    eyebrow: "Rows unlike the training data",
    status: { symbol: symbols[tone], word, tone },
    sentence: verdict.sentence,
    facts: [
      page.name(detector.name, 120),
      ` · ${detectorWords(detector)} · ${formatCount(rows.inside)} inside rows of ${formatName(source.inside, 60)}${rows.outside === 0 ? "" : ` · ${formatCount(rows.outside)} outside rows`}`,
    ],
    sections: [
      warningsSection(page, warnings),
      metricsSection(page, document),
      pValueSection(page, document),
      selectiveSection(page, document),
      originSection(page, document),
    ].filter((part) => part !== undefined),
    contents: true,
    styles: `${fitStyles}${policyStyles}.cards+.grid,.facts+h3{margin-top:2rem}`,
    version,
    schema,
  });
}

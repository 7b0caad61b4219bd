import type { Decomposition, Estimate, ReportDocument, TestEstimate } from "@candor/core";
import type { Child, Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { describeSpec } from "./words/describe-spec.ts";
import { intervalHolds, isTest, testReading } from "./words/estimate-words.ts";
import { formatEstimate, formatInterval, formatLevel, formatName, formatNumber, formatPValue } from "./words/format.ts";
import { metricName } from "./words/metric-name.ts";

const TEXT_LIMIT = 600;

function metricTable(page: Page, document: ReportDocument): HTMLElement {
  const named: [string, Estimate | TestEstimate | null][] = [
    ["accuracy", document.accuracy],
    ["meanConfidence", document.meanConfidence],
    ["baseRate", document.baseRate],
    ["meanProbability", document.meanProbability],
    ...Object.entries(document.metrics),
  ];
  const { noiseFloor } = document;
  const floor = {
    name: "Noise floor: ECE of a perfect model at this n",
    value: `${formatNumber(noiseFloor.value)} ${formatInterval(noiseFloor)}`,
    interval: `range at ${formatLevel(noiseFloor.level)}`,
  };
  const rows = named.flatMap(([key, estimate]) => {
    if (estimate === null || isTest(estimate)) return [];
    const row = {
      name: metricName(key),
      value: formatEstimate(estimate),
      interval: intervalHolds(estimate),
    };
    return key === "ece" ? [row, floor] : [row];
  });
  return table(
    page,
    rows,
    [
      { title: "Metric", cell: ({ name }) => page.name(name) },
      { title: "Value and interval", numeric: true, cell: ({ value }) => value },
      { title: "The interval holds", cell: ({ interval }) => interval },
    ],
    { caption: "Every metric, with its interval" },
  );
}

function testTable(page: Page, document: ReportDocument): HTMLElement[] {
  const rows = Object.entries(document.metrics).flatMap(([key, estimate]) =>
    estimate === null || !isTest(estimate) ? [] : [{ key, estimate }],
  );
  if (rows.length === 0) return [];
  return [
    table(
      page,
      rows,
      [
        { title: "Test", cell: ({ key }) => page.name(metricName(key)) },
        { title: "Statistic", numeric: true, cell: ({ estimate }) => formatNumber(estimate.value) },
        { title: "z", numeric: true, cell: ({ estimate }) => formatNumber(estimate.z, 2) },
        { title: "p", numeric: true, cell: ({ estimate }) => formatPValue(estimate.pValue, "") },
        {
          title: "Reading",
          words: true,
          cell: ({ estimate }) => testReading(estimate),
        },
      ],
      { caption: "Tests of calibration" },
    ),
  ];
}

function decompositionTable(page: Page, { decompositions }: ReportDocument): HTMLElement[] {
  const named: [string, Decomposition | null][] = [
    ["Brier score, CORP", decompositions.brierCorp],
    ["Log loss, CORP", decompositions.logLossCorp],
    ["Brier score, Murphy", decompositions.brierMurphy],
  ];
  const rows = named.flatMap(([name, parts]) => (parts === null ? [] : [{ name, ...parts }]));
  if (rows.length === 0) return [];
  return [
    table(
      page,
      rows,
      [
        { title: "Score", cell: ({ name }) => page.name(name) },
        { title: "Miscalibration", numeric: true, cell: ({ miscalibration }) => formatEstimate(miscalibration) },
        { title: "Discrimination", numeric: true, cell: ({ discrimination }) => formatEstimate(discrimination) },
        { title: "Uncertainty", numeric: true, cell: ({ uncertainty }) => formatEstimate(uncertainty) },
      ],
      { caption: "Score = miscalibration − discrimination + uncertainty" },
    ),
  ];
}

function presetTable(page: Page, { presets, metrics }: ReportDocument): HTMLElement[] {
  if (presets.length === 0) return [];
  const words = (text: string): Child => (text === "" ? "same value as the ECE above" : formatName(text, TEXT_LIMIT));
  return [
    table(
      page,
      presets,
      [
        { title: "Preset", cell: ({ preset }) => page.name(preset) },
        { title: "Its number", numeric: true, cell: ({ value }) => formatNumber(value) },
        { title: "Minus ECE", numeric: true, cell: ({ value }) => formatNumber(value - metrics.ece.value) },
        { title: "Why it differs", words: true, cell: ({ difference }) => words(difference) },
        { title: "Its choices", words: true, cell: ({ spec }) => formatName(describeSpec(spec), TEXT_LIMIT) },
      ],
      { caption: "What other tools would print for the same data" },
    ),
  ];
}

/**
 * All numbers as tables: metrics, tests, decompositions, and other tools' numbers with why they differ.
 *
 * @param page the page it is for
 * @param document the report
 */
export function numbersSection(page: Page, document: ReportDocument): Section {
  return section(
    page,
    { id: "numbers", short: "All numbers", title: "All numbers" },
    metricTable(page, document),
    ...testTable(page, document),
    ...decompositionTable(page, document),
    ...presetTable(page, document),
  );
}

import type { MultiLabelDocument, MultiLabelEvaluation } from "@candor/core";
import {
  codeText,
  factList,
  formatCount,
  formatInterval,
  formatLevel,
  formatName,
  formatNumber,
  formatPercent,
  keyNumberList,
  leftOut,
  madeFacts,
  type Page,
  rowFacts,
  type Section,
  section,
  sourceOf,
  warningsSection,
  wholePage,
} from "@candor/pages";
import { formatThreshold, multiLabelMethod, multiLabelVerdict, riskName } from "../multi-label-words.ts";
import { fitStyles } from "./fit/fit-styles.ts";
import { createPage } from "./page.ts";
import { policyStyles } from "./policy/policy-styles.ts";

const TEXT_LIMIT = 600;
const NAMES_LIMIT = 200;

const symbols = { good: "✓", neutral: "?", bad: "✗" } as const;

function testSection(page: Page, document: MultiLabelDocument, evaluation: MultiLabelEvaluation): Section {
  const { make } = page;
  const { rows, n, risk, meanLabels, empty } = evaluation;
  const counted = n === rows ? "" : `, ${formatCount(n)} of them with a true label,`;
  return section(
    page,
    { id: "test", short: "Test", title: "On the test rows" },
    make(
      "p",
      { class: "lead" },
      `Measured on ${formatCount(rows)} rows${counted} that calibrated nothing. Brackets: ${formatLevel(risk.level)} intervals.`,
    ),
    keyNumberList(page, [
      {
        label: riskName(document),
        value: formatPercent(risk.value),
        interval: formatInterval({ lower: risk.lower * 100, upper: risk.upper * 100 }, 1),
        note: `at most ${formatLevel(document.target)} was asked for`,
      },
      {
        label: "Labels per row",
        value: formatNumber(meanLabels.value, 2),
        interval: formatInterval(meanLabels, 2),
        note: "given",
      },
      { label: "Without any label", value: formatPercent(empty / rows), interval: "", note: "of the rows" },
    ]),
  );
}

function thresholdSection(page: Page, document: MultiLabelDocument): Section {
  const { make } = page;
  const { attained, assumptions, candidates, calibrationRisk, meanLabels, qualifying, threshold, upperBound } =
    document;
  const { from, to, count } = candidates;
  const items = assumptions.map((text) => make("li", {}, formatName(text, TEXT_LIMIT)));
  return section(
    page,
    { id: "threshold", short: "Threshold", title: attained ? "What is promised" : "The most careful threshold" },
    make(
      "div",
      { class: `certificate ${attained ? "good" : "warn"}` },
      make("h3", {}, `A row is given the labels with a score of ${formatThreshold(threshold)} or more`),
      make("p", {}, "It holds if"),
      make("ul", { class: "steps" }, ...items),
      factList(page, [
        ["Rows that count", formatCount(document.n)],
        [`${riskName(document)}, calibration rows`, formatPercent(calibrationRisk, 2)],
        ["With allowance", `${formatPercent(upperBound, 2)}, may be ${formatLevel(document.target)} at most`],
        ["Labels per row", formatNumber(meanLabels, 2)],
        [
          "Thresholds that qualify",
          `${formatCount(qualifying)} of ${formatCount(count)} from ${formatThreshold(from)} to ${formatThreshold(to)}`,
        ],
      ]),
    ),
    ...(attained && document.sure === null
      ? [
          make(
            "p",
            { class: "note" },
            "The promise is an average over calibration files: with this one it can be more. --sure makes certain of this one.",
          ),
        ]
      : []),
  );
}

function labelsSection(page: Page, { labelNames }: MultiLabelDocument): Section {
  const { make } = page;
  const shown = labelNames.slice(0, NAMES_LIMIT).map((name) => formatName(name, 80));
  const rest = leftOut(labelNames.length, shown.length);
  return section(
    page,
    { id: "labels", short: "Labels", title: "Labels" },
    make("p", {}, shown.join(", ")),
    ...(rest === "" ? [] : [make("p", { class: "note" }, rest)]),
  );
}

function originSections(page: Page, document: MultiLabelDocument): Section[] {
  const { created, version, schema, fingerprint, dataHash, source, rows } = document;
  return [
    section(
      page,
      { id: "specs", short: "Fingerprints", title: "Fingerprints" },
      factList(page, [
        ...madeFacts(created, version, schema),
        ["Method", multiLabelMethod(document)],
        ["Fingerprint", codeText(page, fingerprint), "long"],
        ["Calibration rows", codeText(page, dataHash), "long"],
      ]),
    ),
    sourceOf(page, source, rowFacts(page, source, rows)),
  ];
}

/**
 * A threshold of labels as one self-contained HTML page: no network, no script, light and dark, printable. Names from the
 * data are text.
 *
 * @param document a `candor.multi-label/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderMultiLabelHtml(document: MultiLabelDocument): string {
  const page = createPage();
  const { evaluation, labelNames, rows, schema, source, version, warnings } = document;
  const { sentence, tone, word } = multiLabelVerdict(document);
  return wholePage(page, {
    title: `Labels: ${formatName(source.name)}`,
    eyebrow: "Labels with a bounded risk",
    status: { symbol: symbols[tone], word, tone },
    sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(rows)} calibration rows · ${formatCount(labelNames.length)} labels · ${multiLabelMethod(document)}`,
    ],
    sections: [
      evaluation === null ? undefined : testSection(page, document, evaluation),
      warningsSection(page, warnings),
      thresholdSection(page, document),
      labelsSection(page, document),
      ...originSections(page, document),
    ].filter((part) => part !== undefined),
    contents: true,
    styles: fitStyles + policyStyles,
    version,
    schema,
  });
}

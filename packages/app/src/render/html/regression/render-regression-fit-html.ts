import type { Estimate, RegressionCandidate, RegressionFitDocument } from "@candor/core";
import {
  codeText,
  confidenceLevel,
  factList,
  forecastWords,
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatMeasure,
  formatMeasureInterval,
  formatMeasureValue,
  formatName,
  formatPercent,
  type Page,
  promisesSection,
  regressionSegments,
  regressionSource,
  regressionSpecRows,
  regressionStyles,
  type Section,
  section,
  table,
  warningsSection,
  wholePage,
} from "@candor/pages";
import {
  type ChangedNumber,
  changedNumbers,
  excessWords,
  lossWords,
  mapWords,
  regressionFitStatus,
} from "../../regression/fit-words.ts";
import { fingerprintsSection } from "../fingerprints-section.ts";
import { type ChangeCard, changeCards } from "../fit/change-cards.ts";
import { fitStyles } from "../fit/fit-styles.ts";
import { createPage } from "../page.ts";

const TEXT_LIMIT = 600;

function valueText(estimate: Estimate | null, unit: ChangedNumber["unit"]): string {
  if (estimate === null) return "–";
  if (unit === "percent") return formatPercent(estimate.value);
  return unit === "measure" ? formatMeasureValue(estimate) : (formatEstimate(estimate).split(" ")[0] ?? "");
}

function intervalText(estimate: Estimate | null, unit: ChangedNumber["unit"]): string {
  if (estimate === null || estimate.interval === "none") return "";
  if (unit === "measure") return formatMeasureInterval(estimate);
  return unit === "percent"
    ? formatInterval({ lower: estimate.lower * 100, upper: estimate.upper * 100 }, 1)
    : formatInterval(estimate);
}

function gainText(gain: Estimate, unit: ChangedNumber["unit"]): string {
  if (gain.value === 0) return "unchanged";
  const word = gain.value > 0 ? "lower" : "higher";
  return `${valueText({ ...gain, value: Math.abs(gain.value) }, unit)} ${word} ${intervalText(gain, unit)}`.trim();
}

function gainOf({ improvement }: RegressionFitDocument, { key, before }: ChangedNumber): Estimate | undefined {
  if (key === "miscalibrationArea") return improvement.miscalibrationArea ?? undefined;
  return before !== null && improvement.loss.spec.metric === before.spec.metric ? improvement.loss : undefined;
}

function changeCard(document: RegressionFitDocument, number: ChangedNumber): ChangeCard {
  const { name, unit, before, after, meaning } = number;
  const gain = gainOf(document, number);
  return {
    name,
    before: valueText(before, unit),
    after: valueText(after, unit),
    interval: intervalText(after, unit),
    gain: gain && { estimate: gain, text: gainText(gain, unit) },
    meaning,
  };
}

function lossSentence(document: RegressionFitDocument): string {
  return `Held-out loss: ${gainText(document.improvement.loss, "measure")}. ${lossWords(document)}`;
}

function changeSection(page: Page, document: RegressionFitDocument): Section {
  const { make } = page;
  const numbers = changedNumbers(document);
  const level = formatLevel(confidenceLevel(document.after));
  return section(
    page,
    { id: "numbers", short: "Before and after", title: "Before and after" },
    make(
      "p",
      { class: "lead" },
      `All numbers are of rows that the calibrator judging them had not seen. Brackets: ${level} intervals; those of a change are paired.`,
    ),
    changeCards(
      page,
      numbers.map((number) => changeCard(document, number)),
    ),
    make("p", { class: "note after-cards" }, lossSentence(document)),
    make(
      "details",
      {},
      make("summary", {}, "All of it as a table"),
      table(
        page,
        numbers,
        [
          { title: "Number", cell: ({ name }) => name },
          {
            title: "Before",
            numeric: true,
            cell: ({ before, unit }) => `${valueText(before, unit)} ${intervalText(before, unit)}`,
          },
          {
            title: "After",
            numeric: true,
            cell: ({ after, unit }) => `${valueText(after, unit)} ${intervalText(after, unit)}`,
          },
          {
            title: "Change on the same rows",
            numeric: true,
            cell: (number) => {
              const gain = gainOf(document, number);
              return gain === undefined ? "" : gainText(gain, number.unit);
            },
          },
          { title: "What it measures", words: true, cell: ({ meaning }) => meaning },
        ],
        { caption: "Before and after, with intervals", hidden: true },
      ),
    ),
  );
}

function methodSection(page: Page, { candidates, label, reason, calibrator }: RegressionFitDocument): Section {
  const { make } = page;
  const order = candidates.toSorted(
    (a, b) => Number(b.chosen) - Number(a.chosen) || (a.loss ?? Infinity) - (b.loss ?? Infinity),
  );
  const name = ({ label: text, chosen }: RegressionCandidate) =>
    chosen ? make("span", { class: "chosen" }, page.name(text), " ✓") : page.name(text);
  return section(
    page,
    { id: "method", short: "Method", title: "Which method, and why" },
    make(
      "p",
      { class: "lead" },
      make("strong", {}, page.name(`${label.slice(0, 1).toUpperCase()}${label.slice(1)}`, 120)),
      `. ${mapWords(calibrator.map).join(" ")} ${formatName(reason, TEXT_LIMIT)}`,
    ),
    ...mapTable(page, calibrator),
    ...(order.length === 0
      ? []
      : [
          table(
            page,
            order,
            [
              { title: "Method", cell: name },
              {
                title: "Loss",
                numeric: true,
                cell: ({ loss }) => (loss === null ? "not fitted" : formatMeasure(loss)),
              },
              { title: "Above the best repair", numeric: true, cell: excessWords },
              { title: "Why", words: true, cell: ({ reason: text }) => formatName(text, TEXT_LIMIT) },
            ],
            { caption: "Every method tried" },
          ),
        ]),
  );
}

function mapTable(page: Page, { map }: RegressionFitDocument["calibrator"]): HTMLElement[] {
  if (map.kind !== "levels" && map.kind !== "quantile-shifts") return [];
  const values = map.kind === "levels" ? map.from : map.shifts;
  const rows = map.levels.map((level, i) => ({ level, value: values[i] }));
  return [
    page.make(
      "details",
      {},
      page.make("summary", {}, "Show what was fitted"),
      table(
        page,
        rows,
        [
          { title: "Level wanted", numeric: true, cell: ({ level }) => formatLevel(level) },
          {
            title: map.kind === "levels" ? "Level read" : "Moved by",
            numeric: true,
            cell: ({ value }) =>
              value === undefined ? "" : map.kind === "levels" ? formatLevel(value) : formatMeasure(value),
          },
        ],
        { caption: "What was fitted", hidden: true },
      ),
    ),
  ];
}

function validationSection(page: Page, { validation, n }: RegressionFitDocument): Section {
  const { scheme, folds, seed } = validation;
  const words =
    scheme === "time"
      ? "in order of time: each fold was forecast from earlier rows only"
      : scheme === "grouped"
        ? "at random, rows of one group together"
        : "at random";
  return section(
    page,
    { id: "validation", short: "Validation", title: "How it was tested" },
    factList(page, [
      ["Rows", formatCount(n)],
      ["Folds", `${formatCount(folds)}, ${words}`],
      ["Seed", String(seed)],
    ]),
  );
}

function fingerprints(page: Page, { calibrator, before }: RegressionFitDocument): Section {
  return fingerprintsSection(page, {
    created: calibrator.created,
    version: calibrator.version,
    schema: calibrator.schema,
    facts: [
      ["Fingerprint of the data", codeText(page, calibrator.data.fingerprint), "long"],
      ["Fingerprint of the calibrator", codeText(page, calibrator.fingerprint), "long"],
      ["Spec of the fit", codeText(page, JSON.stringify(calibrator.spec)), "long"],
    ],
    rows: regressionSpecRows(before),
    name: page.name,
  });
}

function sections(page: Page, document: RegressionFitDocument): Section[] {
  const { before, after, warnings, source, n, calibrator } = document;
  const { effectiveN } = calibrator;
  return [
    changeSection(page, document),
    warningsSection(page, warnings),
    promisesSection(page, { report: after, before }),
    methodSection(page, document),
    after.segments.length === 0 ? undefined : regressionSegments(page, after, "Where it still does not hold"),
    validationSection(page, document),
    fingerprints(page, document),
    regressionSource(page, { source, n, effectiveN, weighted: before.weighted }),
  ].filter((part) => part !== undefined);
}

/**
 * A fit of forecasts as one self-contained HTML page: no network, no script, light and dark, printable. Names from the data
 * are text.
 *
 * @param document a `candor.regression-fit/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderRegressionFitHtml(document: RegressionFitDocument): string {
  const page = createPage();
  const { source, n, before, version, schema, verdict } = document;
  return wholePage(page, {
    title: `Calibrator of forecasts: ${formatName(source.name)}`,
    eyebrow: "Calibrator of forecasts, before and after",
    status: regressionFitStatus(document),
    sentence: verdict.sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(n)} rows · ${forecastWords(before)} · ${formatLevel(confidenceLevel(before))} confidence`,
    ],
    sections: sections(page, document),
    contents: true,
    styles: fitStyles + regressionStyles,
    version,
    schema,
  });
}

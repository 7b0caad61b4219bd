import type { RegressionReport } from "@candor/core";
import type { Page } from "../page.ts";
import type { PageParts } from "../page-content.ts";
import type { Section } from "../section.ts";
import { formatCount, formatLevel, formatName } from "../words/format.ts";
import { confidenceLevel, forecastWords, regressionStatus } from "../words/regression-words.ts";
import { forecastEnsembleSection } from "./forecast-ensemble-section.ts";
import { promisesSection } from "./promises-section.ts";
import { regressionOverTime, regressionSegments } from "./regression-groups.ts";
import { regressionKeyNumbers } from "./regression-key-numbers.ts";
import { regressionStyles } from "./regression-styles.ts";
import { regressionAllNumbers, regressionSource, regressionSpecs } from "./regression-tables.ts";

/** The sections of the page of a report on forecasts, each made when it is asked for. */
export function* regressionSections(page: Page, document: RegressionReport): Generator<Section> {
  yield regressionKeyNumbers(page, document);
  const promises = promisesSection(page, { report: document });
  if (promises !== undefined) yield promises;
  if (document.overTime.length > 0) yield regressionOverTime(page, document);
  if (document.segments.length > 0) yield regressionSegments(page, document);
  if (document.ensemble !== undefined) yield forecastEnsembleSection(page, document.ensemble);
  yield regressionAllNumbers(page, document);
  yield regressionSpecs(page, document);
  yield regressionSource(page, document);
}

/**
 * What the page of a report on forecasts of numbers holds. Draws 24 groups and lists 200 rows per table; what is left out is
 * counted and stands in the JSON document.
 *
 * @param page the page it is for
 * @param document a `candor.regression-report/1`
 * @param sections where they are made already
 */
export function regressionPage(
  page: Page,
  document: RegressionReport,
  sections: readonly Section[] = [...regressionSections(page, document)],
): PageParts {
  const { verdict, source, n, version, schema } = document;
  return {
    title: `Forecast report: ${formatName(source.name)}`,
    eyebrow: "Forecast report",
    status: regressionStatus(document),
    sentence: verdict.sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(n)} rows · ${forecastWords(document)} · ${formatLevel(confidenceLevel(document))} confidence`,
    ],
    sections,
    contents: true,
    styles: regressionStyles,
    version,
    schema,
  };
}

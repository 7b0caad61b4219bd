import type { RegressionReport } from "@candor/core";
import type { Page } from "../page.ts";
import type { PageParts } from "../page-content.ts";
import type { Section } from "../section.ts";
import { formatCount, formatLevel, formatName } from "../words/format.ts";
import { confidenceLevel, forecastWords, regressionStatus } from "../words/regression-words.ts";
import { promisesSection } from "./promises-section.ts";
import { regressionOverTime, regressionSegments } from "./regression-groups.ts";
import { regressionKeyNumbers } from "./regression-key-numbers.ts";
import { regressionStyles } from "./regression-styles.ts";
import { regressionAllNumbers, regressionSource, regressionSpecs } from "./regression-tables.ts";

function sections(page: Page, document: RegressionReport): Section[] {
  const promises = promisesSection(page, { report: document });
  return [
    regressionKeyNumbers(page, document),
    ...(promises === undefined ? [] : [promises]),
    ...(document.overTime.length > 0 ? [regressionOverTime(page, document)] : []),
    ...(document.segments.length > 0 ? [regressionSegments(page, document)] : []),
    regressionAllNumbers(page, document),
    regressionSpecs(page, document),
    regressionSource(page, document),
  ];
}

/**
 * What the page of a report on forecasts of numbers holds. Draws 24 groups and lists 200 rows per table; what is left out is
 * counted and stands in the JSON document.
 *
 * @param page the page it is for
 * @param document a `candor.regression-report/1`
 */
export function regressionPage(page: Page, document: RegressionReport): PageParts {
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
    sections: sections(page, document),
    contents: true,
    styles: regressionStyles,
    version,
    schema,
  };
}

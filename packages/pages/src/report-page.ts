import type { ReportDocument } from "@candor/core";
import { ensembleSection } from "./ensemble-section.ts";
import { groupsSection, overTimeSection } from "./groups-section.ts";
import { keyNumbers } from "./key-numbers.ts";
import { numbersSection } from "./numbers-section.ts";
import type { Page } from "./page.ts";
import type { PageParts } from "./page-content.ts";
import { accuracySection, rankingNumbers } from "./ranking-only-sections.ts";
import { rankingSection } from "./ranking-section.ts";
import { reliabilitySection } from "./reliability-section.ts";
import { scoreComparisonSection } from "./score-comparison-section.ts";
import type { Section } from "./section.ts";
import { selectedLabelsSection } from "./selected-labels-section.ts";
import { sourceSection } from "./source-section.ts";
import { specsSection } from "./specs-section.ts";
import { verdictWords } from "./verdict-words.ts";
import { versusSection } from "./versus-section.ts";
import { formatCount, formatLevel, formatName } from "./words/format.ts";

function factWords(document: ReportDocument): string {
  const { source, n, classes, task, metrics } = document;
  const kind =
    document.score !== undefined
      ? `${document.score.name} of the outputs`
      : task === "binary"
        ? "binary scores"
        : task === "multiclass"
          ? `${formatCount(classes)} classes`
          : "confidences";
  return [
    `${formatCount(n)} rows`,
    kind,
    `${formatLevel(metrics.ece.level)} intervals`,
    ...(source.approximate ? ["approximate, from cells"] : []),
  ].join(" · ");
}

/** The sections of the page of a report, each made when it is asked for: together they take a while. */
export function* reportSections(page: Page, document: ReportDocument): Generator<Section> {
  const { segments, perClass, overTime, versus, verdict, scoreComparison } = document;
  if (verdict.status === "not-a-probability") {
    yield rankingNumbers(page, document);
    yield rankingSection(page, document);
    if (segments.length > 0) yield accuracySection(page, document);
    if (scoreComparison !== undefined) yield scoreComparisonSection(page, scoreComparison);
    yield sourceSection(page, document);
    return;
  }
  yield keyNumbers(page, document);
  if (document.selectedLabels !== undefined)
    yield selectedLabelsSection(page, document.selectedLabels, document.reliability.axis);
  yield reliabilitySection(page, document);
  yield rankingSection(page, document);
  if (overTime.length > 0) yield overTimeSection(page, overTime);
  if (segments.length > 0)
    yield groupsSection(page, segments, {
      id: "segments",
      short: "Segments",
      title: "Which segments can be trusted less?",
      noun: "segments",
      showColumn: true,
    });
  if (perClass.length > 0)
    yield groupsSection(page, perClass, {
      id: "classes",
      short: "Classes",
      title: "Which classes can be trusted less?",
      noun: "classes",
      showColumn: false,
    });
  if (scoreComparison !== undefined) yield scoreComparisonSection(page, scoreComparison);
  if (document.ensemble !== undefined) yield ensembleSection(page, document.ensemble);
  if (versus !== null) yield versusSection(page, versus);
  yield numbersSection(page, document);
  yield specsSection(page, document);
  yield sourceSection(page, document);
}

/**
 * What the page of a report holds. Draws the 24 groups with the strongest evidence and 200 rows per table, so the size
 * stays under 2 MB for any n; what is left out is counted and stands in the JSON document.
 *
 * @param page the page it is for
 * @param document a `candor.report/1`
 * @param sections where they are made already
 */
export function reportPage(
  page: Page,
  document: ReportDocument,
  sections: readonly Section[] = [...reportSections(page, document)],
): PageParts {
  const { verdict, source, task, version, schema } = document;
  return {
    title: `Calibration report: ${formatName(source.name)}`,
    eyebrow: "Calibration report",
    status: verdictWords(verdict.status, task),
    sentence: verdict.sentence,
    facts: [page.name(source.name, 120), ` · ${factWords(document)}`],
    sections,
    contents: true,
    version,
    schema,
  };
}

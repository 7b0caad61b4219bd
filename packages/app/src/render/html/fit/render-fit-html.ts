import type { FitDocument } from "@candor/core";
import {
  formatCount,
  formatLevel,
  formatName,
  type Page,
  type Section,
  warningsSection,
  wholePage,
} from "@candor/pages";
import { scoresAre } from "../../card/scores-are.ts";
import { statusWords } from "../../card/status-words.ts";
import { schemeWords } from "../../card/validation-words.ts";
import { createPage } from "../page.ts";
import { changeNumbers } from "./change-numbers.ts";
import { changeReliability } from "./change-reliability.ts";
import { fitStyles } from "./fit-styles.ts";
import { learningSection } from "./learning-section.ts";
import { methodSection } from "./method-section.ts";
import { sourceSection, specsSection, validationSection } from "./origin-sections.ts";
import { parametersSection } from "./parameters-section.ts";
import { auditSection, segmentsSection } from "./segments-section.ts";

function sections(page: Page, document: FitDocument): Section[] {
  const { warnings, learningCurve, segments, audit, n } = document;
  return [
    changeNumbers(page, document),
    warningsSection(page, warnings),
    changeReliability(page, document),
    methodSection(page, document),
    parametersSection(page, document),
    segments.length === 0 ? undefined : segmentsSection(page, document),
    audit.length === 0 ? undefined : auditSection(page, audit),
    learningCurve === null ? undefined : learningSection(page, learningCurve, n),
    validationSection(page, document),
    specsSection(page, document),
    sourceSection(page, document),
  ].filter((part) => part !== undefined);
}

/**
 * A fit as one self-contained HTML page: no network, no script, light and dark, printable. Names from the data are text. Draws
 * 16 methods and 16 segments and lists 200 rows per table; what is left out is counted and stands in the JSON document.
 *
 * @param document a `candor.fit/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderFitHtml(document: FitDocument): string {
  const page = createPage();
  const { source, n, before, version, schema } = document;
  const { text, positive } = scoresAre(document);
  return wholePage(page, {
    title: `Calibrator: ${formatName(source.name)}`,
    eyebrow: "Calibrator, before and after",
    status: statusWords(document),
    sentence: document.verdict.sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(n)} rows · ${text}`,
      ...(positive === null ? [] : [" ", page.name(positive, 30)]),
      ` · ${schemeWords(document)} · ${formatLevel(before.logLoss.level)} intervals`,
      ...(source.approximate ? [" · approximate, in one pass"] : []),
    ],
    sections: sections(page, document),
    contents: true,
    styles: fitStyles,
    version,
    schema,
  });
}

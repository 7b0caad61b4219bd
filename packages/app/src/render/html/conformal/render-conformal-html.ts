import type { ConformalDocument } from "@candor/core";
import {
  formatCount,
  formatLevel,
  formatName,
  type Page,
  type Section,
  warningsSection,
  wholePage,
} from "@candor/pages";
import { conformalNouns, conformalVerdict, methodWords, rowsWords } from "../../conformal-words.ts";
import { fitStyles } from "../fit/fit-styles.ts";
import { createPage } from "../page.ts";
import { policyStyles } from "../policy/policy-styles.ts";
import { classesSection, groupsSection } from "./coverage-sections.ts";
import { guaranteeSection } from "./guarantee-section.ts";
import { sourceSection, specsSection } from "./origin-sections.ts";
import { sizesSection } from "./sizes-section.ts";
import { testSection } from "./test-section.ts";
import { thresholdsSection } from "./thresholds-section.ts";

function sections(page: Page, document: ConformalDocument): Section[] {
  const { evaluation } = document;
  return [
    evaluation === null ? undefined : testSection(page, document, evaluation),
    warningsSection(page, document.warnings),
    guaranteeSection(page, document),
    evaluation === null ? undefined : sizesSection(page, document, evaluation),
    evaluation === null ? undefined : classesSection(page, document, evaluation),
    evaluation === null ? undefined : groupsSection(page, document, evaluation),
    thresholdsSection(page, document),
    specsSection(page, document),
    sourceSection(page, document),
  ].filter((part) => part !== undefined);
}

/**
 * Prediction sets or intervals as one self-contained HTML page: no network, no script, light and dark, printable. Names from
 * the data are text. Draws 24 classes or groups with their names and lists 200 rows per table; what is left out is counted
 * and stands in the JSON document.
 *
 * @param document a `candor.conformal/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderConformalHtml(document: ConformalDocument): string {
  const page = createPage();
  const { source, n, version, schema, level } = document;
  const { symbol, word, tone, sentence } = conformalVerdict(document);
  const { many } = conformalNouns(document);
  return wholePage(page, {
    title: `Prediction ${many}: ${formatName(source.name)}`,
    eyebrow: `Prediction ${many}`,
    status: { symbol, word, tone },
    sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(n)} calibration rows · ${rowsWords(document)} · ${methodWords(document)} · level ${formatLevel(level)}`,
    ],
    sections: sections(page, document),
    contents: true,
    styles: fitStyles + policyStyles,
    version,
    schema,
  });
}

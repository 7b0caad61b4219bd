import type { PolicyDocument } from "@candor/core";
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
import { policyStatus } from "../../policy-words.ts";
import { fitStyles } from "../fit/fit-styles.ts";
import { createPage } from "../page.ts";
import { certificateSection } from "./certificate-section.ts";
import { capacitySection, choiceSection } from "./choice-section.ts";
import { expectedSection } from "./expected-section.ts";
import { sourceSection, specsSection } from "./origin-sections.ts";
import { policyStyles } from "./policy-styles.ts";
import { ruleSection } from "./rule-section.ts";
import { segmentsSection } from "./segments-section.ts";

function sections(page: Page, document: PolicyDocument): Section[] {
  const { warnings, expected, certificate, perSegment, source } = document;
  return [
    ruleSection(page, document),
    expected === null ? undefined : expectedSection(page, document, expected),
    certificate === null ? undefined : certificateSection(page, document, certificate),
    warningsSection(page, warnings),
    choiceSection(page, document),
    capacitySection(page, document),
    perSegment.length === 0 ? undefined : segmentsSection(page, document),
    specsSection(page, document),
    source === null ? undefined : sourceSection(page, document, source),
  ].filter((part) => part !== undefined);
}

/**
 * A policy as one self-contained HTML page: no network, no script, light and dark, printable. Names from the data are text.
 * Lists 200 rows per table; what is left out is counted and stands in the JSON document.
 *
 * @param document a `candor.policy/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderPolicyHtml(document: PolicyDocument): string {
  const page = createPage();
  const { source, n, version, schema, choices } = document;
  const { text, positive } = scoresAre(document);
  return wholePage(page, {
    title: `Policy: ${source === null ? "from costs" : formatName(source.name)}`,
    eyebrow: "Policy: act, review or abstain",
    status: policyStatus(document),
    sentence: document.verdict.sentence,
    facts: [
      ...(source === null ? ["from costs alone"] : [page.name(source.name, 120), ` · ${formatCount(n)} rows`]),
      ` · ${text}`,
      ...(positive === null ? [] : [" ", page.name(positive, 30)]),
      ...(source === null ? [] : [` · ${formatLevel(choices.level)} intervals`]),
    ],
    sections: sections(page, document),
    contents: true,
    styles: fitStyles + policyStyles,
    version,
    schema,
  });
}

import type { ConformalDocument } from "@candor/core";
import {
  codeText,
  formatLevel,
  type Page,
  rowFacts,
  type Section,
  type SpecRow,
  sourceOf,
  specRow,
} from "@candor/pages";
import { methodWords } from "../../conformal-words.ts";
import { fingerprintsSection } from "../fingerprints-section.ts";

function specRows({ evaluation, task }: ConformalDocument): SpecRow[] {
  if (evaluation === null) return [];
  const { coverage, meanSize, classCoverage, groupCoverage, sizeCoverage } = evaluation;
  return [
    ...specRow("Coverage", coverage),
    ...specRow(task === "classification" ? "Mean size" : "Mean width", meanSize),
    ...specRow("Coverage of a class", classCoverage.find((row) => row.coverage !== null)?.coverage),
    ...specRow("Coverage of a group", groupCoverage[0]?.coverage),
    ...specRow("Coverage by size", sizeCoverage[0]?.coverage),
  ];
}

/** What identifies the document, and how every number is computed. */
export function specsSection(page: Page, document: ConformalDocument): Section {
  const { created, version, schema, fingerprint, dataHash, level } = document;
  return fingerprintsSection(page, {
    created,
    version,
    schema,
    facts: [
      ["Method", methodWords(document)],
      ["Level", formatLevel(level)],
      ...(document.task === "classification" ? [["Seed", String(document.seed)] as const] : []),
      ["Fingerprint", codeText(page, fingerprint), "long"],
      ["Calibration rows", codeText(page, dataHash), "long"],
    ],
    rows: specRows(document),
  });
}

/** Where the rows come from. */
export function sourceSection(page: Page, { source, n }: ConformalDocument): Section {
  return sourceOf(page, source, rowFacts(page, source, n));
}

import type { Estimate, PolicyDocument } from "@candor/core";
import {
  codeText,
  formatNumber,
  metricName,
  type Page,
  rowFacts,
  type Section,
  sourceOf,
  specRow,
} from "@candor/pages";

import { fingerprintsSection } from "../fingerprints-section.ts";

/** What identifies the policy, and how every number is computed. */
export function specsSection(page: Page, document: PolicyDocument): Section {
  const { created, version, schema, fingerprint, dataHash, calibrator, expected, alternatives, choices } = document;
  const saving = alternatives.find((alternative) => alternative.saving !== null)?.saving ?? null;
  const estimates: [string, Estimate | null][] = [
    ...(expected === null ? [] : Object.entries(expected)),
    ["saving", saving],
  ];
  return fingerprintsSection(page, {
    created,
    version,
    schema,
    facts: [
      ["Seed", String(choices.seed)],
      ["Fingerprint of the policy", codeText(page, fingerprint), "long"],
      ...(dataHash === null ? [] : [["Rows and outcomes", codeText(page, dataHash), "long"] as const]),
      ...(calibrator === null
        ? []
        : ([
            ["Calibrated by", page.name(calibrator.method, 40)],
            ["Fingerprint of the calibrator", codeText(page, calibrator.fingerprint), "long"],
          ] as const)),
    ],
    rows: estimates.flatMap(([name, estimate]) => specRow(metricName(name), estimate)),
  });
}

/** Where the rows come from. */
export function sourceSection(
  page: Page,
  { n, effectiveN }: PolicyDocument,
  source: NonNullable<PolicyDocument["source"]>,
): Section {
  return sourceOf(page, source, [
    ...rowFacts(page, source, n),
    ["Effective rows", formatNumber(effectiveN, effectiveN === n ? 0 : 1)],
  ]);
}

import type { Decomposition, GroupReport, ReportDocument } from "@candor/core";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { type SpecRow, specDetails, specRow } from "./spec-parts.ts";
import { formatName } from "./words/format.ts";
import { metricName } from "./words/metric-name.ts";

function fromDecomposition(name: string, parts: Decomposition | null): SpecRow[] {
  return parts === null ? [] : specRow(name, parts.miscalibration);
}

function fromGroups(name: string, groups: readonly GroupReport[]): SpecRow[] {
  const first = groups[0];
  if (first === undefined) return [];
  const rows = [
    ...specRow(`${name}: accuracy`, first.accuracy),
    ...specRow(`${name}: mean confidence`, first.meanConfidence),
    ...specRow(`${name}: ECE`, first.ece),
    ...specRow(`${name}: gap`, first.gap),
  ];
  return rows.map((row) => ({
    name: row.name,
    spec: row.spec,
    ...(row.level === undefined ? {} : { level: row.level }),
  }));
}

function specRows(document: ReportDocument): SpecRow[] {
  const { decompositions, noiseFloor, reliability, presets } = document;
  return [
    ...specRow(metricName("accuracy"), document.accuracy),
    ...specRow(metricName("meanConfidence"), document.meanConfidence),
    ...specRow(metricName("baseRate"), document.baseRate),
    ...specRow(metricName("meanProbability"), document.meanProbability),
    ...Object.entries(document.metrics).flatMap(([key, estimate]) => specRow(metricName(key), estimate)),
    { name: metricName("noiseFloor"), spec: noiseFloor.spec, level: noiseFloor.level, n: noiseFloor.n },
    ...fromDecomposition("Brier score, CORP parts", decompositions.brierCorp),
    ...fromDecomposition("Log loss, CORP parts", decompositions.logLossCorp),
    ...fromDecomposition("Brier score, Murphy parts", decompositions.brierMurphy),
    { name: "Reliability by bins", spec: reliability.specs.bins, level: reliability.level },
    { name: "Smooth reliability", spec: reliability.specs.smooth, level: reliability.level },
    { name: "CORP reliability", spec: reliability.specs.corp, level: reliability.level },
    ...fromGroups("Per segment", document.segments),
    ...fromGroups("Per class", document.perClass),
    ...fromGroups("Over time", document.overTime),
    ...presets.map(({ preset, spec }) => ({ name: `Preset ${formatName(preset, 40)}`, spec })),
  ];
}

/**
 * The spec of every number: each choice that changes its value, in words, and as it stands in the JSON document.
 *
 * @param page the page it is for
 * @param document the report
 */
export function specsSection(page: Page, document: ReportDocument): Section {
  const { make } = page;
  return section(
    page,
    { id: "specs", short: "Specs", title: "How every number is computed" },
    make(
      "p",
      { class: "lead" },
      "Two numbers with the same name can mean different things. Each number here has a spec: every choice that changes its value.",
    ),
    specDetails(page, specRows(document), page.name),
  );
}

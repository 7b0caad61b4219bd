import type { Decomposition, Estimate, GroupReport, ReportDocument, Spec } from "@candor/core";
import { describeSpec } from "../describe-spec.ts";
import { formatCount, formatLevel, formatName } from "../format.ts";
import { metricName } from "../metric-name.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";

interface SpecRow {
  readonly name: string;
  readonly spec: Spec;
  readonly level?: number;
  readonly n?: number;
}

function fromEstimate(name: string, estimate: Estimate | null): SpecRow[] {
  return estimate === null ? [] : [{ name, spec: estimate.spec, level: estimate.level, n: estimate.n }];
}

function fromDecomposition(name: string, parts: Decomposition | null): SpecRow[] {
  return parts === null ? [] : fromEstimate(name, parts.miscalibration);
}

function fromGroups(name: string, groups: readonly GroupReport[]): SpecRow[] {
  const first = groups[0];
  if (first === undefined) return [];
  const rows = [
    ...fromEstimate(`${name}: accuracy`, first.accuracy),
    ...fromEstimate(`${name}: mean confidence`, first.meanConfidence),
    ...fromEstimate(`${name}: ECE`, first.ece),
    ...fromEstimate(`${name}: gap`, first.gap),
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
    ...fromEstimate(metricName("accuracy"), document.accuracy),
    ...fromEstimate(metricName("meanConfidence"), document.meanConfidence),
    ...fromEstimate(metricName("baseRate"), document.baseRate),
    ...fromEstimate(metricName("meanProbability"), document.meanProbability),
    ...Object.entries(document.metrics).flatMap(([key, estimate]) => fromEstimate(metricName(key), estimate)),
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
  const content = table(
    page,
    specRows(document),
    [
      { title: "Number", cell: ({ name }) => page.name(name) },
      { title: "How it is computed", words: true, cell: ({ spec }) => formatName(describeSpec(spec), 400) },
      { title: "Level", numeric: true, cell: ({ level }) => (level === undefined ? "" : formatLevel(level)) },
      { title: "Rows", numeric: true, cell: ({ n }) => (n === undefined ? "" : formatCount(n)) },
      { title: "Spec", words: true, cell: ({ spec }) => make("code", {}, formatName(JSON.stringify(spec), 400)) },
    ],
    { caption: "The spec of every number", hidden: true },
  );
  return section(
    page,
    { id: "specs", short: "Specs", title: "How every number is computed" },
    make(
      "p",
      { class: "lead" },
      "Two numbers with the same name can mean different things. Each number here has a spec: every choice that changes its value.",
    ),
    make("details", {}, make("summary", {}, "Show the spec of every number"), content),
  );
}

import type { Estimate, PolicyDocument } from "@candor/core";
import { describeSpec } from "../../describe-spec.ts";
import { formatCount, formatLevel, formatName, formatNumber } from "../../format.ts";
import { metricName } from "../../metric-name.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { factList, rowFacts, sourceTables } from "../source-parts.ts";
import { table } from "../table.ts";

const TEXT_LIMIT = 400;

/** What identifies the policy, and how every number is computed. */
export function specsSection(page: Page, document: PolicyDocument): Section {
  const { make } = page;
  const { created, version, schema, fingerprint, dataHash, calibrator, expected, alternatives, choices } = document;
  const code = (text: string) => make("code", {}, formatName(text, TEXT_LIMIT));
  const saving = alternatives.find((alternative) => alternative.saving !== null)?.saving ?? null;
  const estimates: [string, Estimate | null][] = [
    ...(expected === null ? [] : Object.entries(expected)),
    ["saving", saving],
  ];
  const rows = estimates.flatMap(([name, estimate]) => (estimate === null ? [] : [{ name, ...estimate }]));
  return section(
    page,
    { id: "specs", short: "Fingerprints", title: "Fingerprints and specs" },
    factList(page, [
      ["Made", created === null ? "date not given" : formatName(created, 40)],
      ["By", `Candor ${formatName(version, 40)}, ${schema}`],
      ["Seed", String(choices.seed)],
      ["Fingerprint of the policy", code(fingerprint), "long"],
      ...(dataHash === null ? [] : [["Rows and outcomes", code(dataHash), "long"] as const]),
      ...(calibrator === null
        ? []
        : ([
            ["Calibrated by", page.name(calibrator.method, 40)],
            ["Fingerprint of the calibrator", code(calibrator.fingerprint), "long"],
          ] as const)),
    ]),
    ...(rows.length === 0
      ? []
      : [
          make(
            "details",
            {},
            make("summary", {}, "Show the spec of every number"),
            table(
              page,
              rows,
              [
                { title: "Number", cell: ({ name }) => metricName(name) },
                { title: "How it is computed", words: true, cell: ({ spec }) => formatName(describeSpec(spec), 400) },
                { title: "Level", numeric: true, cell: ({ level }) => formatLevel(level) },
                { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
                { title: "Spec", words: true, cell: ({ spec }) => code(JSON.stringify(spec)) },
              ],
              { caption: "The spec of every number", hidden: true },
            ),
          ),
        ]),
  );
}

/** Where the rows come from. */
export function sourceSection(
  page: Page,
  { n, effectiveN }: PolicyDocument,
  source: NonNullable<PolicyDocument["source"]>,
): Section {
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, [
      ...rowFacts(page, source, n),
      ["Effective rows", formatNumber(effectiveN, effectiveN === n ? 0 : 1)],
    ]),
    ...sourceTables(page, source),
  );
}

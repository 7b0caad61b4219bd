import type { ConformalDocument, Estimate } from "@candor/core";
import { methodWords } from "../../conformal-words.ts";
import { describeSpec } from "../../describe-spec.ts";
import { formatCount, formatLevel, formatName } from "../../format.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { factList, rowFacts, sourceTables } from "../source-parts.ts";
import { table } from "../table.ts";

const TEXT_LIMIT = 400;

function estimates({ evaluation, task }: ConformalDocument): { name: string; estimate: Estimate }[] {
  if (evaluation === null) return [];
  const { coverage, meanSize, classCoverage, groupCoverage, sizeCoverage } = evaluation;
  const first = (name: string, estimate: Estimate | null | undefined) =>
    estimate === null || estimate === undefined ? [] : [{ name, estimate }];
  return [
    ...first("Coverage", coverage),
    ...first(task === "classification" ? "Mean size" : "Mean width", meanSize),
    ...first("Coverage of a class", classCoverage.find((row) => row.coverage !== null)?.coverage),
    ...first("Coverage of a group", groupCoverage[0]?.coverage),
    ...first("Coverage by size", sizeCoverage[0]?.coverage),
  ];
}

/** What identifies the document, and how every number is computed. */
export function specsSection(page: Page, document: ConformalDocument): Section {
  const { make } = page;
  const { created, version, schema, fingerprint, dataHash, level } = document;
  const code = (text: string) => make("code", {}, formatName(text, TEXT_LIMIT));
  const rows = estimates(document);
  return section(
    page,
    { id: "specs", short: "Fingerprints", title: "Fingerprints and specs" },
    factList(page, [
      ["Made", created === null ? "date not given" : formatName(created, 40)],
      ["By", `Candor ${formatName(version, 40)}, ${schema}`],
      ["Method", methodWords(document)],
      ["Level", formatLevel(level)],
      ...(document.task === "classification" ? [["Seed", String(document.seed)] as const] : []),
      ["Fingerprint", code(fingerprint), "long"],
      ["Calibration rows", code(dataHash), "long"],
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
                { title: "Number", cell: ({ name }) => name },
                {
                  title: "How it is computed",
                  words: true,
                  cell: ({ estimate }) => formatName(describeSpec(estimate.spec), TEXT_LIMIT),
                },
                { title: "Level", numeric: true, cell: ({ estimate }) => formatLevel(estimate.level) },
                { title: "Rows", numeric: true, cell: ({ estimate }) => formatCount(estimate.n) },
                { title: "Spec", words: true, cell: ({ estimate }) => code(JSON.stringify(estimate.spec)) },
              ],
              { caption: "The spec of every number", hidden: true },
            ),
          ),
        ]),
  );
}

/** Where the rows come from. */
export function sourceSection(page: Page, { source, n }: ConformalDocument): Section {
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, rowFacts(page, source, n)),
    ...sourceTables(page, source),
  );
}

import type { Estimate, Spec } from "@candor/core";
import type { Child, Page } from "./page.ts";
import type { Fact } from "./source-parts.ts";
import { table } from "./table.ts";
import { describeSpec } from "./words/describe-spec.ts";
import { formatCount, formatLevel, formatName } from "./words/format.ts";

const TEXT_LIMIT = 400;

/** A number and every choice that changes its value. */
export interface SpecRow {
  readonly name: string;
  readonly spec: Spec;
  readonly level?: number;
  readonly n?: number;
}

/** The row of an estimate; none where there is no estimate. */
export function specRow(name: string, estimate: Estimate | null | undefined): SpecRow[] {
  if (estimate === null || estimate === undefined) return [];
  const { spec, level, n } = estimate;
  return [{ name, spec, level, n }];
}

/** Text of the machine: a fingerprint or a spec, cut where it is very long. */
export function codeText({ make }: Page, text: string): HTMLElement {
  return make("code", {}, formatName(text, TEXT_LIMIT));
}

/** When and by which version a document was made. */
export function madeFacts(created: string | null, version: string, schema: string): Fact[] {
  return [
    ["Made", created === null ? "date not given" : formatName(created, 40)],
    ["By", `Candor ${formatName(version, 40)}, ${schema}`],
  ];
}

/**
 * The specs as a table, in words and as they stand in the JSON document; closed until asked for.
 *
 * @param page the page it is for
 * @param rows one per number
 * @param name how its name is written. Default: as it is, for names that Candor gave
 */
export function specDetails(
  page: Page,
  rows: readonly SpecRow[],
  name: (text: string) => Child = (text) => text,
): HTMLElement {
  const { make } = page;
  const content = table(
    page,
    rows,
    [
      { title: "Number", cell: (row) => name(row.name) },
      { title: "How it is computed", words: true, cell: ({ spec }) => formatName(describeSpec(spec), TEXT_LIMIT) },
      { title: "Level", numeric: true, cell: ({ level }) => (level === undefined ? "" : formatLevel(level)) },
      { title: "Rows", numeric: true, cell: ({ n }) => (n === undefined ? "" : formatCount(n)) },
      { title: "Spec", words: true, cell: ({ spec }) => codeText(page, JSON.stringify(spec)) },
    ],
    { caption: "The spec of every number", hidden: true },
  );
  return make("details", {}, make("summary", {}, "Show the spec of every number"), content);
}

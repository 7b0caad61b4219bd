import {
  type Child,
  type Fact,
  factList,
  madeFacts,
  type Page,
  type Section,
  type SpecRow,
  section,
  specDetails,
} from "@candor/pages";

/** What a document says of itself and its numbers. */
export interface DocumentOrigin {
  readonly created: string | null;
  readonly version: string;
  readonly schema: string;
  /** What else identifies it, its fingerprints above all. */
  readonly facts: readonly Fact[];
  /** One per number. */
  readonly rows: readonly SpecRow[];
  /** How the name of a number is written. Default: as it is, for names that Candor gave. */
  readonly name?: (text: string) => Child;
}

/** What identifies a document, and how every number is computed. */
export function fingerprintsSection(
  page: Page,
  { created, version, schema, facts, rows, name }: DocumentOrigin,
): Section {
  return section(
    page,
    { id: "specs", short: "Fingerprints", title: "Fingerprints and specs" },
    factList(page, [...madeFacts(created, version, schema), ...facts]),
    ...(rows.length === 0 ? [] : [specDetails(page, rows, name)]),
  );
}

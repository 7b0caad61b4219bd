import type { FitDocument } from "@candor/core";
import type { StatusWords } from "@candor/pages";
import { evidenceSection } from "./evidence-section.ts";
import { assumptionsSection, limitsSection } from "./limits-sections.ts";
import { methodSection } from "./method-section.ts";
import { recheckSection } from "./recheck-section.ts";
import { reproduceSection } from "./reproduce-section.ts";
import { segmentsSection } from "./segments-section.ts";
import { statusWords } from "./status-words.ts";
import { subjectSection } from "./subject-section.ts";

/**
 * A piece of a sentence. A string is Candor's own words; everything that came with the data or the document is marked, so that
 * each format escapes it: `name` is a name from the data, `said` a sentence that may contain some, `code` is copied verbatim.
 */
export type Run = string | { readonly name: string } | { readonly said: string } | { readonly code: string };

/** A cell or a sentence. */
export type Runs = readonly Run[];

/** A part of a card, independent of the format. */
export type Block =
  | { readonly kind: "paragraph"; readonly runs: Runs }
  | { readonly kind: "list"; readonly items: readonly Runs[] }
  | { readonly kind: "facts"; readonly items: readonly (readonly [term: string, value: Runs])[] }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly columns: readonly { readonly title: string; readonly numeric?: boolean }[];
      readonly rows: readonly (readonly Runs[])[];
    }
  | { readonly kind: "command"; readonly text: string }
  /** Both reliability curves, in formats that have pictures. */
  | { readonly kind: "reliability" };

/** A heading with what stands below it. */
export interface CardSection {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Everything a calibration card says. */
export interface CardContent {
  /** Name of the data. */
  readonly subject: string;
  readonly status: StatusWords;
  readonly sentence: string;
  readonly sections: readonly CardSection[];
}

/**
 * What a calibration card says of a fit, in plain words and independent of the format.
 *
 * @param document a `candor.fit/1`
 */
export function cardContent(document: FitDocument): CardContent {
  return {
    subject: document.source.name,
    status: statusWords(document),
    sentence: document.verdict.sentence,
    sections: [
      subjectSection(document),
      evidenceSection(document),
      methodSection(document),
      segmentsSection(document),
      assumptionsSection(document),
      limitsSection(document),
      recheckSection(document),
      reproduceSection(document),
    ],
  };
}

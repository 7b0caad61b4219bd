import type { OodDetector } from "@candor/core";
import { formatCount, formatName } from "@candor/pages";
import { padEnd, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";

/** What came out of a fit. */
export interface OodFitResult {
  readonly detector: OodDetector;
  readonly source: {
    readonly name: string;
    readonly rows: number;
    readonly columns: Readonly<Record<string, string>>;
    readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  };
  /** Where the calibration rows come from, in words; null without. */
  readonly calibrationFrom: string | null;
  readonly notes: readonly string[];
}

const nameColumns = 22;

/**
 * A fitted detector as text for a terminal: what it is made of, what it reads, and what its p-values rest on.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed
 */
export function renderOodFit(result: OodFitResult, options: TerminalOptions): string {
  return renderSections(options, (pen) => [headLines(result, pen), factLines(result, pen), noteLines(result, pen)]);
}

function headLines({ detector, source }: OodFitResult, pen: Pen): string[] {
  const { method, parts } = detector;
  const names = parts.map((part) => part.method).join(" + ");
  const title = names === method ? method : `${method}: ${names}`;
  return [
    ...wrapText(`A detector of rows unlike ${formatName(source.name, 60)}: ${title}`, pen.columns).map((line) =>
      pen.style("bold", line),
    ),
  ];
}

function factLines({ detector, calibrationFrom, source }: OodFitResult, pen: Pen): string[] {
  const { n, calibration, fingerprint, reads } = detector;
  const used = Object.entries(source.columns)
    .map(([role, title]) => `${role} ${safeName(title, 30)}`)
    .join(", ");
  const needs = [
    ...(reads.features === "given" ? [`${formatCount(reads.width)} features`] : []),
    ...(reads.logits === "given" ? [`${formatCount(reads.classes)} logits`] : []),
    ...(reads.probabilities === "given" ? [`${formatCount(reads.classes)} probabilities`] : []),
  ].join(", ");
  const facts: [string, string][] = [
    ["Learned from", `${formatCount(n)} rows (${used})`],
    ["Reads of each row", needs],
    [
      "P-values rest on",
      calibration === null
        ? "nothing: there are none"
        : `${formatCount(calibration.n)} held-out rows, from ${calibrationFrom ?? "those given"}`,
    ],
    ["Fingerprint", fingerprint.slice(0, 19)],
  ];
  return [
    ...heading(pen, "What it is"),
    ...facts.flatMap(([name, text]) =>
      wrapText(text, pen.columns - nameColumns - 2).map(
        (line, i) => `  ${padEnd(i === 0 ? name : "", nameColumns)}${line}`,
      ),
    ),
  ];
}

function noteLines({ detector, notes, source }: OodFitResult, pen: Pen): string[] {
  const left = source.skipped.map(({ reason, count }) => `${formatCount(count)} rows left out: ${reason}`);
  return [...detector.notes, ...left, ...notes].flatMap((text) =>
    wrapText(safeName(text, 600), pen.columns - 4).map((line, i) =>
      pen.style("dim", `  ${i === 0 ? pen.signs.bullet : " "} ${line}`),
    ),
  );
}

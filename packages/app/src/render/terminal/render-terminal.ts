import type { ReportDocument } from "@candor/core";
import { toAscii } from "./display-width.ts";
import { groupLines } from "./group-lines.ts";
import { headLines } from "./head-lines.ts";
import { noteLines } from "./note-lines.ts";
import { numberLines } from "./number-lines.ts";
import { createPen } from "./pen.ts";
import { reliabilityLines } from "./reliability-lines.ts";
import { timeLines } from "./time-lines.ts";
import { versusLines } from "./versus-lines.ts";

export interface TerminalOptions {
  /** Columns of a line, used from 80 to 120. Default 80. */
  readonly columns?: number;
  /** Whether to write colour. Everything is said without it too. */
  readonly color: boolean;
  /** Whether the terminal shows signs outside ASCII; where it does not, names from the data lose them. */
  readonly unicode: boolean;
}

/**
 * A report as text for a terminal: the verdict first, then the numbers behind it, a reliability diagram, the segments
 * ranked by evidence, and what to do next.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderTerminal(document: ReportDocument, { columns = 80, color, unicode }: TerminalOptions): string {
  const pen = createPen({ columns: Math.min(120, Math.max(80, Math.floor(columns))), color, unicode });
  const sections = [
    headLines(document, pen),
    numberLines(document, pen),
    reliabilityLines(document, pen),
    groupLines(document, pen),
    timeLines(document, pen),
    versusLines(document, pen),
    noteLines(document, pen),
  ];
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => ["", ...section]);
  const text = `${lines
    .slice(1)
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
  return unicode ? text : text.split("\n").map(asciiLine).join("\n");
}

/** An ASCII line that keeps its colours. */
function asciiLine(line: string): string {
  const start = "\u001b[";
  const [plain = "", ...rest] = line.split(start);
  const parts = rest.map((part) => {
    const end = part.indexOf("m") + 1;
    return start + part.slice(0, end) + toAscii(part.slice(end));
  });
  return toAscii(plain) + parts.join("");
}

import { toAscii } from "./display-width.ts";
import { createPen, type Pen } from "./pen.ts";

export interface TerminalOptions {
  /** Columns of a line, used from 80 to 120. Default 80. */
  readonly columns?: number;
  /** Whether to write colour. Everything is said without it too. */
  readonly color: boolean;
  /** Whether the terminal shows signs outside ASCII; where it does not, names from the data lose them. */
  readonly unicode: boolean;
}

/** Sections of lines as one text, an empty line between them; sections without lines are left out. */
export function renderSections(
  { columns = 80, color, unicode }: TerminalOptions,
  write: (pen: Pen) => readonly (readonly string[])[],
): string {
  const pen = createPen({ columns: Math.min(120, Math.max(80, Math.floor(columns))), color, unicode });
  const lines = write(pen)
    .filter((section) => section.length > 0)
    .flatMap((section) => ["", ...section]);
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

import { styleText } from "node:util";
import { formatName } from "@candor/pages";
import { fitText } from "./display-width.ts";

/** How text is written: its width, its signs and its colours. */
export interface Pen {
  /** Columns of a line. */
  readonly columns: number;
  readonly signs: Signs;
  /** Levels of a sparkline, lowest first. */
  readonly levels: string;
  /** Parts of a block from an eighth to a whole one; a single sign where there are no parts. */
  readonly blocks: string;
  style(style: Style, text: string): string;
}

export type Style = "bold" | "dim" | "good" | "bad" | "doubt" | "mark";

interface Signs {
  readonly line: string;
  readonly calibrated: string;
  readonly notCalibrated: string;
  readonly unknown: string;
  readonly over: string;
  readonly under: string;
  readonly off: string;
  readonly none: string;
  readonly shade: string;
  readonly point: string;
  readonly whisker: string;
  /** A whisker where it crosses the shade. */
  readonly agreeing: string;
  readonly left: string;
  readonly right: string;
  readonly edge: string;
  readonly tick: string;
  readonly bullet: string;
}

const unicodeSigns: Signs = {
  line: "─",
  calibrated: "✓",
  notCalibrated: "✗",
  unknown: "?",
  over: "▲",
  under: "▼",
  off: "◆",
  none: "○",
  shade: "░",
  point: "●",
  whisker: "─",
  agreeing: "━",
  left: "├",
  right: "┤",
  edge: "│",
  tick: "┴",
  bullet: "·",
};

const asciiSigns: Signs = {
  line: "-",
  calibrated: "[ok]",
  notCalibrated: "[no]",
  unknown: "[??]",
  over: "^",
  under: "v",
  off: "#",
  none: "o",
  shade: ":",
  point: "O",
  whisker: "-",
  agreeing: "=",
  left: "[",
  right: "]",
  edge: "|",
  tick: "+",
  bullet: "*",
};

const formats = {
  bold: ["bold"],
  dim: ["dim"],
  good: ["green"],
  bad: ["red"],
  doubt: ["yellow"],
  mark: ["cyan"],
} as const;

/** What a terminal can show. */
export interface PenOptions {
  /** Columns of a line. */
  readonly columns: number;
  /** Whether to write colour; nothing else depends on it. */
  readonly color: boolean;
  /** Whether signs outside ASCII can be shown. */
  readonly unicode: boolean;
}

/** A pen for a terminal. */
export function createPen({ columns, color, unicode }: PenOptions): Pen {
  return {
    columns,
    signs: unicode ? unicodeSigns : asciiSigns,
    levels: unicode ? "▁▂▃▄▅▆▇█" : "_.-=+*%#",
    blocks: unicode ? "▏▎▍▌▋▊▉█" : "=",
    style: (style, text) => (color ? styleText([...formats[style]], text, { validateStream: false }) : text),
  };
}

/**
 * A name from the data as text that can do nothing to a terminal: no control characters, no changes of direction.
 *
 * @param columns the most it may take
 */
export function safeName(name: string, columns: number): string {
  const visible = formatName(name, columns + 1).replace(
    /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    "\ufffd",
  );
  return fitText(visible, columns);
}

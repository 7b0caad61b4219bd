import { visibleText } from "@candor/core";
import type { TimeFrame } from "./time-frame.ts";

/** Something that was changed: a version that went into use, or a calibrator or policy that became active. */
export interface TimeChange {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: "deploy" | "promotion";
  /** A word or two; cut after 20 characters. */
  readonly label: string;
}

/** A change with the place of its label; `lane` is undefined where there is no room for one. */
export interface PlacedChange extends TimeChange {
  readonly x: number;
  readonly text: string;
  /** 0 is next to the plotted area. */
  readonly lane: number | undefined;
  readonly anchor: "start" | "end";
}

/** Pixels that a letter of a label takes on average, at 11 pixels. */
const LETTER = 6.1;
const LANES = 3;
const SYMBOLS = { deploy: "▼", promotion: "▽" } as const;

/**
 * The changes inside a frame with labels that do not overlap, on at most three lanes; what finds no room keeps its line.
 * Changes of the same moment and kind share a label.
 *
 * @param changes in any order
 */
export function placeChanges(changes: readonly TimeChange[], frame: TimeFrame): readonly PlacedChange[] {
  const inside = changes.filter(({ time }) => time >= frame.from && time <= frame.to);
  const sorted = joined([...inside].sort((a, b) => a.time - b.time));
  const taken = Array.from({ length: LANES }, () => -Infinity);
  return sorted.map((change): PlacedChange => {
    const x = frame.positionOf(change.time);
    const text = `${SYMBOLS[change.kind]} ${visibleText(change.label, 20)}`;
    const width = [...text].length * LETTER;
    const anchor = x + width > frame.right + 8 ? "end" : "start";
    const [from, to] = anchor === "start" ? [x, x + width] : [x - width, x];
    const lane = from < 0 ? -1 : taken.findIndex((end) => end + 4 <= from);
    if (lane < 0) return { ...change, x, text, anchor, lane: undefined };
    taken[lane] = to;
    return { ...change, x, text, anchor, lane };
  });
}

function joined(sorted: readonly TimeChange[]): TimeChange[] {
  const kept: TimeChange[] = [];
  for (const change of sorted) {
    const last = kept.at(-1);
    if (last === undefined || last.time !== change.time || last.kind !== change.kind) kept.push(change);
    else if (last.label !== change.label) kept[kept.length - 1] = { ...last, label: `${last.label}, ${change.label}` };
  }
  return kept;
}

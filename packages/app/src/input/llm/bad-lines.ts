import { BadInput } from "@candor/input";

/** What becomes of lines that cannot be used. */
export interface BadLines {
  /**
   * Counts a bad line where bad lines are left out.
   *
   * @param place of the line, in words
   * @param reason what was expected and what came, without any content
   * @throws {BadInput} where they are not
   */
  complain(line: number, place: string, reason: string, cause?: unknown): void;
  /** Lines left out, by reason, most frequent first. */
  skipped(): readonly { readonly reason: string; readonly count: number }[];
  readonly count: number;
}

/**
 * Refuses the first bad line, or counts all of them.
 *
 * @param file for messages
 */
export function createBadLines(file: string, skipBad: boolean): BadLines {
  const counts = new Map<string, number>();
  let count = 0;
  return {
    complain(line, place, reason, cause) {
      if (!skipBad)
        throw new BadInput(`${file}: ${place}: ${reason}`, {
          file,
          row: line,
          hint: "--skip-bad leaves such lines out",
          cause,
        });
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      count++;
    },
    skipped: () =>
      [...counts.entries()].map(([reason, n]) => ({ reason, count: n })).toSorted((a, b) => b.count - a.count),
    get count() {
      return count;
    },
  };
}

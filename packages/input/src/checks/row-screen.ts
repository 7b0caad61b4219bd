import type { BadInput } from "../bad-input.ts";
import type { ReadContext } from "../input-options.ts";
import type { Column } from "../table.ts";

/** A bad row to be explained: its place in the batch and in the file. */
export interface BadRow {
  readonly columns: readonly Column[];
  /** Position in the batch. */
  readonly index: number;
  /** Data row of the file, counted from 1. */
  readonly row: number;
}

export type Explain = (bad: BadRow) => Promise<BadInput>;

/**
 * Marks the bad rows of a batch; 0 stays where a row is good, and the first mark of a row counts.
 *
 * @param before rows read before this batch
 */
export type Check = (columns: readonly Column[], marks: Uint8Array, before: number) => void;

/** Stops at the first bad row, or leaves bad rows out and counts them by reason. */
export class RowScreen {
  readonly #skipBad: boolean;
  readonly #onScreened: ReadContext["onScreened"];
  readonly #reasons: {
    readonly reason: string;
    readonly explain: Explain;
    readonly isLeftOut: boolean;
    count: number;
  }[] = [];
  readonly #checks: Check[] = [];
  #first: BadInput | undefined;

  /**
   * @param skipBad leave bad rows out instead of stopping
   * @param onScreened told which rows of every batch are kept
   */
  constructor(skipBad: boolean, onScreened?: ReadContext["onScreened"]) {
    this.#skipBad = skipBad;
    this.#onScreened = onScreened;
  }

  /**
   * The mark for a kind of bad row.
   *
   * @param reason how the kind is counted, e.g. `missing label`
   * @param explain makes the complaint about one such row
   * @param isLeftOut such rows are always left out and counted; they are not bad
   */
  mark(reason: string, explain: Explain, { isLeftOut = false }: { readonly isLeftOut?: boolean } = {}): number {
    return this.#reasons.push({ reason, explain, isLeftOut, count: 0 });
  }

  add(check: Check): void {
    this.#checks.push(check);
  }

  /**
   * Runs all checks on a batch.
   *
   * @param before rows read before this batch
   * @returns the rows to keep, in order; undefined when all are good
   * @throws {BadInput} about the first bad row, unless bad rows are left out
   */
  async screen(columns: readonly Column[], rows: number, before: number): Promise<Int32Array | undefined> {
    const keep = await this.#kept(columns, rows, before);
    this.#onScreened?.(keep, rows);
    return keep;
  }

  async #kept(columns: readonly Column[], rows: number, before: number): Promise<Int32Array | undefined> {
    const marks = new Uint8Array(rows);
    for (const check of this.#checks) check(columns, marks, before);
    let bad = 0;
    for (let i = 0; i < rows; i++) if (marks[i] !== 0) bad++;
    if (bad === 0) return undefined;
    const isBad = (mark: number): boolean => mark !== 0 && !this.#reasons[mark - 1]!.isLeftOut;
    const index = marks.findIndex((mark) => isBad(mark));
    if (index >= 0 && (this.#first === undefined || !this.#skipBad)) {
      const { explain } = this.#reasons[marks[index]! - 1]!;
      this.#first = await explain({ columns, index, row: before + index + 1 });
      if (!this.#skipBad) throw this.#first;
    }
    const keep = new Int32Array(rows - bad);
    let kept = 0;
    for (let i = 0; i < rows; i++) {
      const mark = marks[i]!;
      if (mark === 0) keep[kept++] = i;
      else this.#reasons[mark - 1]!.count++;
    }
    return keep;
  }

  /** What was left out, most frequent first. */
  skipped(): { reason: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { reason, count } of this.#reasons) if (count > 0) counts.set(reason, (counts.get(reason) ?? 0) + count);
    return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }

  /** The complaint about the first row left out. */
  get firstBad(): BadInput | undefined {
    return this.#first;
  }
}

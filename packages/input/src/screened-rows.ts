import { BadInput } from "./bad-input.ts";
import { RowScreen } from "./checks/row-screen.ts";
import type { InputOptions, ReadContext } from "./input-options.ts";
import type { ReadSummary } from "./opened-predictions.ts";
import { rowsPerBatch } from "./opened-tables.ts";
import { Slots } from "./slots.ts";
import type { ColumnBatch } from "./table.ts";

/** A batch of columns, checked. */
export interface ScreenedBatch extends ColumnBatch {
  /** Positions of the good rows; undefined when all are good. */
  readonly keep: Int32Array | undefined;
  /** How many rows are good. */
  readonly kept: number;
}

/** The rows of one or several files, read once: the first bad one is explained, or bad ones are left out and counted. */
export class ScreenedRows {
  /** The columns to read, asked for before the first batch. */
  readonly slots: Slots = new Slots();
  /** The checks, added before the first batch. */
  readonly screen: RowScreen;
  readonly #skipBad: boolean;
  readonly #context: ReadContext;
  #rowsRead = 0;
  #kept = 0;
  #started = false;

  constructor({ skipBad = false }: Pick<InputOptions, "skipBad">, context: ReadContext) {
    this.#skipBad = skipBad;
    this.#context = context;
    this.screen = new RowScreen(skipBad, context.onScreened);
  }

  /** Rows of the batches so far, bad ones included. */
  get rowsRead(): number {
    return this.#rowsRead;
  }
  /** Rows of the files, where they say it. */
  get rowsKnown(): number | undefined {
    return this.slots.tables.find((table) => table.rows !== undefined)?.rows;
  }
  /** What is not a row at all is left out and counted instead of refused. */
  get skipsMalformed(): boolean {
    return this.#skipBad && this.slots.tables.length === 1;
  }
  /** The file to complain about. */
  get file(): string {
    return this.slots.tables[0]!.file;
  }

  /**
   * The rows in the order of the file, once.
   *
   * @param width numbers per row
   * @throws {BadInput} about the first bad row (or, where they are left out, when no row is left)
   */
  async *read(width: number): AsyncGenerator<ScreenedBatch> {
    if (this.#started) throw new TypeError("the batches of a file can be read once");
    this.#started = true;
    const { signal, onProgress } = this.#context;
    const first = this.slots.tables[0];
    const known = this.rowsKnown;
    const options = { batchRows: rowsPerBatch(Math.max(1, width)), skipBad: this.#skipBad, signal };
    for await (const batch of this.slots.stream(options)) {
      const keep = await this.screen.screen(batch.columns, batch.rows, this.#rowsRead);
      const kept = keep?.length ?? batch.rows;
      this.#rowsRead += batch.rows;
      this.#kept += kept;
      onProgress?.(known === undefined ? first?.progress() : this.#rowsRead / Math.max(1, known), this.#rowsRead);
      yield { ...batch, keep, kept };
    }
    if (this.#rowsRead > 0 && this.#kept === 0) throw this.#noneLeft();
  }

  #noneLeft(): BadInput {
    const { file } = this;
    const { firstBad } = this.screen;
    const why =
      firstBad === undefined
        ? `none of its ${this.#rowsRead} rows can be used: ${this.screen.skipped()[0]?.reason ?? "all were left out"}`
        : `all ${this.#rowsRead} rows are bad, the first because of ${firstBad.message}`;
    return new BadInput(`${file}: ${why}`, { file });
  }

  /** The complaint about a file without rows. */
  noRows(): BadInput {
    const { file } = this;
    const malformed = this.#malformed();
    return malformed > 0
      ? new BadInput(`${file}: none of its ${malformed} lines is a row`, { file })
      : new BadInput(`${file}: no rows, expected some below the header`, { file });
  }

  #malformed(): number {
    return this.slots.tables.reduce((total, table) => total + table.malformed, 0);
  }

  /**
   * What was read; complete once the batches have ended.
   *
   * @param notes what the reader of the values has to say, after what the files say
   */
  summary(notes: readonly string[]): ReadSummary {
    const malformed = this.#malformed();
    const skipped = this.screen.skipped();
    if (malformed > 0) skipped.push({ reason: "malformed line", count: malformed });
    return {
      rowsRead: this.#rowsRead + malformed,
      skipped: skipped.sort((a, b) => b.count - a.count),
      notes: [...this.slots.tables.flatMap((table) => table.notes), ...notes],
    };
  }
}

import type { Matrix } from "@candor/core";
import {
  type BadInput,
  type BadRow,
  type BlockColumn,
  type Column,
  complainAbout,
  type Field,
  gap,
  pickRows,
  type ScreenedRows,
  type Table,
} from "@candor/input";

/** The columns of a block, or the one column that holds all of its numbers. */
export interface BlockColumns {
  readonly table: Table;
  readonly fields: readonly Field[];
  /** Numbers per row. */
  readonly width: number;
}

/** What every number of a block has to be. */
export interface NumberCheck {
  /** One of them, for the count of rows left out: `score`, `feature`. */
  readonly what: string;
  /** How rows with another number of values are counted. */
  readonly wrongLength: string;
  /** How values that are no good are counted. */
  readonly outside: string;
  readonly expected: string;
  readonly isGood: (value: number) => boolean;
  /** Which of the numbers of one column is meant, after `expected`. */
  readonly which: (position: number) => string;
  /** What would help where most values are no good. */
  readonly hint?: string | undefined;
}

/** The same number of numbers per row: all of a row good, or the row is bad. */
export class CheckedBlock {
  readonly #columns: BlockColumns;
  readonly #check: NumberCheck;
  readonly #at: number;

  constructor(columns: BlockColumns, check: NumberCheck, { slots, screen }: ScreenedRows) {
    const { table, fields, width } = columns;
    this.#columns = columns;
    this.#check = check;
    this.#at = slots.add(table, { as: "block", fields, width });
    const explain = (bad: BadRow) => this.#explain(bad);
    const missing = screen.mark(`missing ${check.what}`, explain);
    const wrongLength = screen.mark(check.wrongLength, explain);
    const notGood = screen.mark(check.outside, explain);
    screen.add((batch, marks) => {
      const { values, gaps } = this.block(batch);
      for (let cell = 0; cell < values.length; cell++) {
        if (check.isGood(values[cell]!)) continue;
        const row = Math.floor(cell / width);
        if (marks[row] !== 0) continue;
        const why = gaps?.[cell] ?? gap.none;
        marks[row] = why === gap.missing ? missing : why === gap.wrongLength ? wrongLength : notGood;
      }
    });
  }

  get width(): number {
    return this.#columns.width;
  }

  /** The numbers of a batch, bad rows included. */
  block(columns: readonly Column[]): BlockColumn {
    const block = columns[this.#at];
    if (block?.as !== "block") throw new TypeError("not a block of numbers");
    return block;
  }

  /** The good rows of a batch. */
  matrix(columns: readonly Column[], keep: Int32Array | undefined): Matrix {
    const cols = this.width;
    const data = pickRows(this.block(columns).values, cols, keep);
    return { data, rows: cols === 0 ? 0 : data.length / cols, cols };
  }

  async #explain({ columns, index, row }: BadRow): Promise<BadInput> {
    const { values, width, gaps } = this.block(columns);
    const { isGood, expected, which, hint } = this.#check;
    const start = index * width;
    let k = 0;
    while (k < width - 1 && isGood(values[start + k]!)) k++;
    const why = gaps?.[start + k] ?? gap.none;
    const { table, fields } = this.#columns;
    const isArray = fields.length < width;
    const field = isArray ? fields[0]! : fields[k]!;
    if (why === gap.wrongLength)
      return complainAbout({ table, field }, row, `${width} values`, "another number of them");
    const wanted = isArray ? `${expected}${which(k)}` : expected;
    const value =
      why === gap.missing ? undefined : why === gap.notANumber ? await table.textAt(field, row) : values[start + k]!;
    return complainAbout({ table, field }, row, wanted, value, value === undefined ? undefined : hint);
  }
}

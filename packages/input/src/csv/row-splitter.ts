const newline = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;

/** A line that is not a row: it has another number of values than the header, or a quote that does not end. */
export interface BadLine {
  /** Counted from 1. */
  readonly line: number;
  /** Values it has; undefined where a quoted value does not end. */
  readonly values: number | undefined;
}

/** How rows are written. */
export interface RowLayout {
  /** Byte between values. */
  readonly delimiter: number;
  readonly columns: number;
  /** Line (counted from 1) on which the first row starts. */
  readonly line: number;
}

/**
 * Finds the values of rows in bytes, as RFC 4180 has it. Lines may end in any way; an empty line is a row only where there is
 * one column; values missing at the end are not tolerated, empty ones too many are. One space before quotes and any after them
 * are passed over.
 */
export class RowSplitter {
  readonly #delimiter: number;
  readonly #columns: number;
  readonly #onBad: (bad: BadLine) => void;
  #line: number;
  /** Where values start, row after row. */
  starts: Int32Array;
  /** Where they end; `~end` where a doubled quote stands for one. */
  ends: Int32Array;
  /** Lines on which rows start, counted from 1. */
  lines: Int32Array;
  /** Rows found by the last `split`. */
  rows = 0;

  /** @param onBad told about every line that is not a row, which is then passed over */
  constructor({ delimiter, columns, line }: RowLayout, onBad: (bad: BadLine) => void) {
    this.#delimiter = delimiter;
    this.#columns = columns;
    this.#onBad = onBad;
    this.#line = line;
    this.starts = new Int32Array(columns * 1024);
    this.ends = new Int32Array(columns * 1024);
    this.lines = new Int32Array(1024);
  }

  /**
   * Splits all whole rows of the bytes.
   *
   * @param bytes text from the start of a row on
   * @param isLast nothing comes after them
   * @returns how many bytes were used; the rest belongs to a row that goes on
   */
  split(bytes: Uint8Array, isLast: boolean): number {
    this.rows = 0;
    let at = 0;
    while (at < bytes.length) {
      const next = this.#row(bytes, at, isLast);
      if (next < 0) break;
      at = next;
    }
    return at;
  }

  #grow(): void {
    if ((this.rows + 1) * this.#columns <= this.starts.length) return;
    for (const name of ["starts", "ends", "lines"] as const) {
      const larger = new Int32Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  /** Splits one row; returns where the next one starts, or -1 when this one goes on after the bytes. */
  #row(bytes: Uint8Array, from: number, isLast: boolean): number {
    this.#grow();
    const columns = this.#columns;
    const delimiter = this.#delimiter;
    const { length } = bytes;
    const { starts, ends } = this;
    const first = this.rows * columns;
    let at = from;
    let field = 0;
    let values = 0;
    let lines = 1;
    let isBroken = false;
    for (;;) {
      let start = at;
      if (bytes[at] === space && bytes[at + 1] === quote) start++;
      let end: number;
      let doubled = false;
      if (bytes[start] === quote) {
        start++;
        let i = start;
        for (;;) {
          while (i < length && bytes[i] !== quote) if (bytes[i++] === newline) lines++;
          if (i + 1 >= length && !isLast) return -1;
          if (i >= length || bytes[i + 1] !== quote) break;
          doubled = true;
          i += 2;
        }
        end = i;
        if (i >= length) isBroken = true;
        at = i + 1;
        while (at < length && bytes[at] === space) at++;
        if (at < length && bytes[at] !== delimiter && bytes[at] !== newline && bytes[at] !== carriageReturn) {
          isBroken = true;
          while (at < length && bytes[at] !== newline) at++;
        }
      } else {
        start = at;
        while (at < length) {
          const byte = bytes[at]!;
          if (byte === delimiter || byte === newline || byte === carriageReturn) break;
          at++;
        }
        end = at;
      }
      if (field < columns) {
        starts[first + field] = start;
        ends[first + field] = doubled ? ~end : end;
      }
      field++;
      if (field <= columns || end > start) values = field;
      if (at >= length) {
        if (!isLast) return -1;
        break;
      }
      if (bytes[at] === delimiter) {
        at++;
        continue;
      }
      if (bytes[at] === carriageReturn) {
        if (at + 1 >= length && !isLast) return -1;
        if (bytes[at + 1] === newline) at++;
      }
      at++;
      break;
    }
    const line = this.#line;
    this.#line += lines;
    const isEmpty = field === 1 && columns > 1 && ends[first] === starts[first] && bytes[from] !== quote;
    if (isBroken) this.#onBad({ line, values: undefined });
    else if (values !== columns) {
      if (!isEmpty) this.#onBad({ line, values: field });
    } else this.lines[this.rows++] = line;
    return at;
  }
}

import { BadInput } from "../bad-input.ts";
import type { DetectedFormat } from "../file-format.ts";
import { nameList } from "../show.ts";
import type { ColumnBatch, ColumnRequest, Field, StreamOptions, Table } from "../table.ts";
import { CellText } from "./cell-text.ts";
import { type CsvCells, csvBuilder, type SplitBytes } from "./csv-builders.ts";
import { type CsvDialect, csvDialect } from "./csv-dialect.ts";
import { listOfText } from "./read-number.ts";
import { type BadLine, RowSplitter } from "./row-splitter.ts";
import { TextBytes } from "./text-bytes.ts";

const headLines = 200;
/** A line this long is not one. */
const mostLineBytes = 2_097_152;

/** Rows of a file as they are split, and those passed over because they are none. */
interface SplitStep extends SplitBytes {
  readonly rows: number;
}

/** A CSV or TSV file that is read in pieces, wherever its bytes come from. */
class CsvTable implements Table {
  readonly named = true;
  readonly rows = undefined;
  readonly file: string;
  readonly fields: readonly Field[];
  readonly #source: TextBytes;
  readonly #dialect: CsvDialect;
  readonly #text = new CellText();
  #malformed = 0;
  #skipBad = false;

  constructor(file: string, source: TextBytes, dialect: CsvDialect) {
    this.file = file;
    this.#source = source;
    this.#dialect = dialect;
    this.fields = dialect.header.map((name, i) => ({ name, kind: dialect.kinds[i] ?? "text" }));
  }

  get notes(): readonly string[] {
    return this.#dialect.decimalComma ? [`${this.file}: numbers were read with a decimal comma`] : [];
  }
  get malformed(): number {
    return this.#malformed;
  }

  async width(field: Field): Promise<number | undefined> {
    const column = this.#position(field);
    for await (const { bytes, split, columns, rows } of this.#steps(true, undefined))
      for (let i = 0; i < rows; i++) {
        const f = i * columns + column;
        const list = listOfText(this.#text.of(bytes, split.starts[f]!, split.ends[f]!));
        if (list !== undefined) return list.length;
      }
    return undefined;
  }

  async *stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch> {
    const { batchRows, skipBad, signal } = options;
    this.#skipBad = skipBad;
    const cells: CsvCells = {
      text: this.#text,
      decimalComma: this.#dialect.decimalComma,
      position: (field) => this.#position(field),
    };
    const builders = requests.map((request) => csvBuilder(request, cells, this.#tooMany));
    let rows = 0;
    for (const builder of builders) builder.begin(batchRows);
    this.#malformed = 0;
    const onMalformed = () => {
      this.#malformed++;
    };
    for await (const step of this.#steps(skipBad, signal, onMalformed)) {
      for (let from = 0; from < step.rows; ) {
        const count = Math.min(step.rows - from, batchRows - rows);
        this.#take(step, () => {
          for (const builder of builders) builder.take(step, from, count, rows);
        });
        from += count;
        rows += count;
        if (rows < batchRows) continue;
        yield { rows, columns: builders.map((builder) => builder.end(rows)) };
        rows = 0;
        for (const builder of builders) builder.begin(batchRows);
      }
    }
    if (rows > 0) yield { rows, columns: builders.map((builder) => builder.end(rows)) };
  }

  /** Runs what makes texts, and says where they are not UTF-8. */
  #take({ bytes, split, columns, rows }: SplitStep, take: () => void): void {
    try {
      take();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      for (let i = 0; i < rows; i++)
        for (let f = i * columns; f < (i + 1) * columns; f++)
          try {
            this.#text.of(bytes, split.starts[f]!, split.ends[f]!);
          } catch {
            throw new BadInput(`${this.file}, line ${split.lines[i]}: the text is not UTF-8`, {
              file: this.file,
              hint: "save the file as UTF-8",
              cause: error,
            });
          }
      throw error;
    }
  }

  /** The rows of the file, some thousand at a time; what comes back is reused for the next ones. */
  async *#steps(
    skipBad: boolean,
    signal: AbortSignal | undefined,
    onMalformed?: () => void,
  ): AsyncGenerator<SplitStep> {
    const { delimiter, skip, header } = this.#dialect;
    const columns = header.length;
    let complaint: BadInput | undefined;
    const onBad = (bad: BadLine) => {
      onMalformed?.();
      if (!skipBad) complaint ??= this.#explain(bad);
    };
    const layout = { delimiter: delimiter.charCodeAt(0), columns, line: skip + 1 };
    const split = new RowSplitter(layout, onBad);
    let left: Uint8Array = new Uint8Array(0);
    let linesToSkip = skip;
    let isHeader = true;
    for await (const { bytes, isLast } of this.#source.chunks(signal)) {
      let piece = joined(left, bytes);
      while (linesToSkip > 0) {
        const end = lineEnd(piece, 0);
        if (end < 0) break;
        piece = piece.subarray(end);
        linesToSkip--;
      }
      if (linesToSkip > 0) {
        left = piece;
        continue;
      }
      const used = split.split(piece, isLast);
      if (complaint !== undefined) throw complaint;
      left = piece.slice(used);
      if (left.length > mostLineBytes) throw this.#tooLong(split);
      if (split.rows === 0) continue;
      if (isHeader) dropFirst(split, columns);
      isHeader = false;
      if (split.rows > 0) yield { bytes: piece, split, columns, rows: split.rows };
    }
    if (complaint !== undefined) throw complaint;
  }

  #tooLong(split: RowSplitter): BadInput {
    const line = split.rows > 0 ? split.lines[split.rows - 1]! + 1 : this.#dialect.skip + 1;
    return new BadInput(`${this.file}, line ${line}: the line is longer than 2 MB`, { file: this.file });
  }

  #explain({ line, values }: BadLine): BadInput {
    const { file } = this;
    const where = `${file}, line ${line}`;
    return values === undefined
      ? new BadInput(`${where}: a quoted value does not end where it should`, { file })
      : new BadInput(`${where}: expected ${this.fields.length} values as in the header, got ${values}`, { file });
  }

  readonly #tooMany = (request: ColumnRequest & { as: "category" }): BadInput => {
    const column = request.field.name;
    return new BadInput(
      `${this.file}, column ${nameList([column])}: more than ${request.limit} different values, ${request.purpose}`,
      { file: this.file, column },
    );
  };

  #position(field: Field): number {
    const found = this.fields.indexOf(field);
    if (found < 0) throw new TypeError(`field ${field.name} is not of this table`);
    return found;
  }

  progress(): number | undefined {
    return this.#source.progress();
  }

  /** Calls `found` with a data row, counted from 1, where the file has so many. */
  async #find<T>(row: number, skipBad: boolean, found: (step: SplitStep, at: number) => T): Promise<T | undefined> {
    let before = 0;
    for await (const step of this.#steps(skipBad, undefined)) {
      if (row <= before + step.rows) return found(step, row - before - 1);
      before += step.rows;
    }
    return undefined;
  }

  async place(row: number): Promise<string> {
    const line = await this.#find(row, true, ({ split }, at) => split.lines[at]);
    return line === undefined ? `row ${row}` : `row ${row} (line ${line})`;
  }

  async textAt(field: Field, row: number): Promise<string | undefined> {
    const column = this.#position(field);
    return this.#find(row, this.#skipBad, ({ bytes, split, columns }, at) => {
      const f = at * columns + column;
      const [start, end] = [split.starts[f]!, split.ends[f]!];
      return start === end ? undefined : this.#text.of(bytes, start, end);
    });
  }

  async close(): Promise<void> {
    this.#source.close();
  }
}

function joined(left: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (left.length === 0) return bytes;
  const both = new Uint8Array(left.length + bytes.length);
  both.set(left);
  both.set(bytes, left.length);
  return both;
}

/** Where the line after the one at `from` starts; -1 when it does not. */
function lineEnd(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(10, from);
  return at < 0 ? -1 : at + 1;
}

/** Forgets the first row, which is the header. */
function dropFirst(split: RowSplitter, columns: number): void {
  split.starts.copyWithin(0, columns, split.rows * columns);
  split.ends.copyWithin(0, columns, split.rows * columns);
  split.lines.copyWithin(0, 1, split.rows);
  split.rows--;
}

/**
 * Opens a CSV or TSV file. No value is converted before its column is asked for, so that no guess about a column's type can
 * fail halfway through the file.
 *
 * @param blob the file
 * @param file as the user named it
 * @throws {BadInput} when it is empty or not text in columns
 */
export async function openCsvBlob(blob: Blob, file: string, detected: DetectedFormat): Promise<Table> {
  const source = new TextBytes(blob, file, detected);
  const lines = await source.firstLines(headLines);
  const dialect = csvDialect(lines, detected.format === "tsv" ? "\t" : undefined);
  if (dialect === undefined) throw new BadInput(`${file}: the file is empty, expected a header and rows`, { file });
  return new CsvTable(file, source, dialect);
}

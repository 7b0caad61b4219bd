import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

export interface CsvLines {
  readonly path: string;
  readonly compression: "none" | "gzip";
  /** Lines up to and with the header. */
  readonly before: number;
  /** With one column an empty line is a row with nothing in it; otherwise it is passed over. */
  readonly emptyLinesCount: boolean;
}

const newline = 10;
const carriageReturn = 13;
const quote = 34;

class LineFinder {
  #line = 1;
  #row = 0;
  #quoted = false;
  #empty = true;
  #start = 1;
  readonly #before: number;
  readonly #emptyLinesCount: boolean;
  readonly #wanted: number;
  found: number | undefined;

  constructor({ before, emptyLinesCount }: CsvLines, wanted: number) {
    this.#before = before;
    this.#emptyLinesCount = emptyLinesCount;
    this.#wanted = wanted;
  }

  scan(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length && this.found === undefined; i++) {
      const byte = bytes[i];
      if (byte === newline) this.#endOfLine();
      else if (byte === quote) {
        this.#quoted = this.#line > this.#before && !this.#quoted;
        this.#empty = false;
      } else if (byte !== carriageReturn) this.#empty = false;
    }
  }

  #endOfLine(): void {
    const ended = this.#line++;
    if (this.#quoted) return;
    if (ended > this.#before && (!this.#empty || this.#emptyLinesCount)) this.end();
    this.#empty = true;
    this.#start = this.#line;
  }

  /** Counts the row that ends here. */
  end(): void {
    if (++this.#row === this.#wanted) this.found = this.#start;
  }

  get isInsideLine(): boolean {
    return !this.#empty;
  }
}

/**
 * The line (counted from 1) on which a data row of a CSV file starts: quoted line ends are part of a value.
 *
 * @param row data row, counted from 1
 * @returns undefined when the file has fewer rows
 */
export async function lineOfRow(lines: CsvLines, row: number): Promise<number | undefined> {
  const finder = new LineFinder(lines, row);
  const from = createReadStream(lines.path, { highWaterMark: 1 << 20 });
  const text = lines.compression === "gzip" ? from.pipe(createGunzip()) : from;
  await pipeline(text, async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      finder.scan(chunk);
      if (finder.found !== undefined) return;
    }
    if (finder.isInsideLine) finder.end();
  });
  return finder.found;
}

import { BadInput } from "./bad-input.ts";
import type { Column, ColumnBatch, ColumnRequest, StreamOptions, Table } from "./table.ts";

/** The columns to read, of one or several files with the same rows. */
export class Slots {
  readonly #slots: { readonly table: Table; readonly request: ColumnRequest }[] = [];

  /** Asks for a column; returns its position in every batch. */
  add(table: Table, request: ColumnRequest): number {
    return this.#slots.push({ table, request }) - 1;
  }

  get tables(): readonly Table[] {
    return [...new Set(this.#slots.map(({ table }) => table))];
  }

  /**
   * Batches of all columns, in the order in which they were asked for.
   *
   * @throws {BadInput} when the files have different numbers of rows
   */
  async *stream(options: StreamOptions): AsyncGenerator<ColumnBatch> {
    const { tables } = this;
    this.#checkKnownRows(tables);
    const several = tables.length > 1;
    const streams = tables.map((table) => {
      const requests = this.#slots.filter((slot) => slot.table === table).map(({ request }) => request);
      return table.stream(requests, { ...options, skipBad: options.skipBad && !several });
    });
    let before = 0;
    try {
      for (;;) {
        const parts: (ColumnBatch | undefined)[] = [];
        for (const stream of streams) {
          const next = await stream.next();
          parts.push(next.done === true ? undefined : next.value);
        }
        const counts = parts.map((part) => part?.rows ?? 0);
        const rows = counts[0] ?? 0;
        if (counts.some((count) => count !== rows)) throw await this.#lengthsDiffer(streams, counts, before);
        if (rows === 0) return;
        yield { rows, columns: this.#merged(tables, parts) };
        before += rows;
      }
    } finally {
      for (const stream of streams) await stream.return(undefined);
    }
  }

  #merged(tables: readonly Table[], parts: readonly (ColumnBatch | undefined)[]): Column[] {
    const taken = new Map(tables.map((table) => [table, 0]));
    return this.#slots.map(({ table }) => {
      const at = taken.get(table)!;
      taken.set(table, at + 1);
      return parts[tables.indexOf(table)]!.columns[at]!;
    });
  }

  #checkKnownRows(tables: readonly Table[]): void {
    const known = tables.filter((table) => table.rows !== undefined);
    const first = known[0];
    const other = known.find((table) => table.rows !== first?.rows);
    if (first !== undefined && other !== undefined) throw differ(first.file, first.rows!, other.file, other.rows!);
  }

  async #lengthsDiffer(
    streams: readonly AsyncGenerator<ColumnBatch>[],
    counts: readonly number[],
    before: number,
  ): Promise<BadInput> {
    const totals: number[] = [];
    for (let s = 0; s < streams.length; s++) {
      let total = before + counts[s]!;
      if (counts[s]! > 0) for await (const batch of streams[s]!) total += batch.rows;
      totals.push(total);
    }
    const { tables } = this;
    const other = totals.findIndex((total) => total !== totals[0]);
    return differ(tables[0]!.file, totals[0]!, tables[other]!.file, totals[other]!);
  }
}

function differ(file: string, rows: number, otherFile: string, otherRows: number): BadInput {
  return new BadInput(`${file} has ${rows} rows but ${otherFile} has ${otherRows}, expected the same rows in both`, {
    file: otherFile,
  });
}

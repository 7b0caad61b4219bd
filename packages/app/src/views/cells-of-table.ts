import { type CellMoment, type Cells, cellsFromJson, InputError, mergeCells, timeGrid } from "@candor/core";
import type { CellTable, Stream } from "../store/event-store.ts";
import { streamAt } from "./table-groups.ts";

/** The labelled predictions of one stream in one bucket, as cells of `timeGrid`. */
export interface CellsOfStream {
  readonly stream: Stream;
  /** Start of the bucket; 0 for `all`. */
  readonly bucket: number;
  readonly cells: Cells;
  /** All predictions, labelled or not, and those of them without a confidence. */
  readonly predictions: number;
  readonly withoutConfidence: number;
}

/**
 * Core's cells per stream and bucket of a table whose cells were not added up to groups.
 *
 * @param which streams to take; default all
 */
export function cellsOfTable(table: CellTable, which: (stream: Stream) => boolean = () => true): CellsOfStream[] {
  const found: CellsOfStream[] = [];
  const { stream, bucket, rows } = table;
  for (let from = 0; from < rows; ) {
    let to = from + 1;
    while (to < rows && stream[to] === stream[from] && bucket[to] === bucket[from]) to++;
    const of = streamAt(table, stream[from] ?? 0);
    if (which(of)) found.push(cellsOfRows(table, of, from, to));
    from = to;
  }
  return found;
}

function cellsOfRows(table: CellTable, stream: Stream, from: number, to: number): CellsOfStream {
  const rows: number[] = [];
  let predictions = 0;
  let withoutConfidence = 0;
  for (let row = from; row < to; row++) {
    const count = table.traffic.predictions[row] ?? 0;
    predictions += count;
    if (table.cell[row] === timeGrid.size) withoutConfidence += count;
    else if ((table.labelled.count[row] ?? 0) > 0) rows.push(row);
  }
  const values = (moment: CellMoment): number[] => rows.map((row) => table.labelled[moment][row] ?? 0);
  const sums = {
    count: values("count"),
    positives: values("positives"),
    weight: values("weight"),
    weightPositive: values("weightPositive"),
    squared: values("squared"),
    squaredPositive: values("squaredPositive"),
    p: values("p"),
    pPositive: values("pPositive"),
    pp: values("pp"),
    loss: values("loss"),
  };
  const cell = rows.map((row) => table.cell[row] ?? 0);
  return {
    stream,
    bucket: table.bucket[from] ?? 0,
    cells: cellsFromJson({ schema: "candor.cells/1", grid: timeGrid.size, cell, sums }),
    predictions,
    withoutConfidence,
  };
}

/**
 * All streams of a table together.
 *
 * @throws {InputError} `empty` where there are no predictions, `incompatible` where their confidences are of two kinds
 */
export function allOfTable(table: CellTable): CellsOfStream {
  const parts = cellsOfTable(table);
  const [first] = parts;
  if (first === undefined) throw new InputError("empty", "there are no predictions of this kind");
  const other = parts.find(({ stream }) => stream.task !== first.stream.task);
  if (other)
    throw new InputError(
      "incompatible",
      `predictions of the tasks ${first.stream.task} and ${other.stream.task} cannot be put together: name one version`,
    );
  const rest = parts.slice(1);
  const totalOver = (pick: (part: CellsOfStream) => number): number => parts.reduce((sum, part) => sum + pick(part), 0);
  return {
    ...first,
    cells: rest.reduce((sum, { cells }) => mergeCells(sum, cells), first.cells),
    predictions: totalOver((part) => part.predictions),
    withoutConfidence: totalOver((part) => part.withoutConfidence),
  };
}

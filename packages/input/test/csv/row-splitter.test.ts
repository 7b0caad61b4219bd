import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellText } from "../../src/csv/cell-text.ts";
import { type BadLine, RowSplitter } from "../../src/csv/row-splitter.ts";

const text = new CellText();

/** The rows of a text that comes in pieces of so many bytes, with their lines, and the lines that are none. */
function split(content: string, columns: number, pieceBytes: number) {
  const bad: BadLine[] = [];
  const splitter = new RowSplitter({ delimiter: 44, columns, line: 1 }, (line) => bad.push(line));
  const bytes = new TextEncoder().encode(content);
  const rows: { line: number; values: string[] }[] = [];
  let left = new Uint8Array(0);
  for (let from = 0; from < Math.max(1, bytes.length); from += pieceBytes) {
    const piece = new Uint8Array([...left, ...bytes.subarray(from, from + pieceBytes)]);
    const used = splitter.split(piece, from + pieceBytes >= bytes.length);
    for (let i = 0; i < splitter.rows; i++)
      rows.push({
        line: splitter.lines[i]!,
        values: Array.from({ length: columns }, (_, j) =>
          text.of(piece, splitter.starts[i * columns + j]!, splitter.ends[i * columns + j]!),
        ),
      });
    left = piece.slice(used);
  }
  return { rows, bad };
}

const valuesOf = (content: string, columns: number): string[][] =>
  split(content, columns, 1000).rows.map(({ values }) => values);

describe("RowSplitter", () => {
  it("split(bytes) takes quotes off, keeps what is in them, and ends lines in every way", () => {
    expect(valuesOf('a,"b, ""c"""\r\n"d\ne",f\rg,\n', 2)).toEqual([
      ["a", 'b, "c"'],
      ["d\ne", "f"],
      ["g", ""],
    ]);
    expect(valuesOf("a,b", 2)).toEqual([["a", "b"]]);
    expect(valuesOf("", 2)).toEqual([]);
  });
  it("split(bytes) passes over empty lines, but not where there is one column", () => {
    expect(valuesOf("\na,b\n\n\nc,d\n\n", 2)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(valuesOf("\na\n\n", 1)).toEqual([[""], ["a"], [""]]);
  });
  it("split(bytes) tells the lines that are no rows, and goes on after them", () => {
    const { rows, bad } = split('a,b\n1\n"x\ny",2\n1,2,3\n1,2,,\n"q"r,2\n3,"open', 2, 1000);
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 6]);
    expect(bad).toEqual([
      { line: 2, values: 1 },
      { line: 5, values: 3 },
      { line: 7, values: undefined },
      { line: 8, values: undefined },
    ]);
  });
  it("split(bytes) finds the same rows however the bytes are cut into pieces", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "ü", ",", '"', "\n", "\r", " ", "1"), maxLength: 5 });
    const content = fc.array(cell, { maxLength: 12 }).map((cells) => cells.join(""));
    fc.assert(
      fc.property(content, fc.integer({ min: 1, max: 7 }), (written, pieceBytes) => {
        expect(split(written, 2, pieceBytes)).toEqual(split(written, 2, 1000));
      }),
    );
  });
  it("split(bytes) undoes quoting", () => {
    const value = fc.string({ unit: "grapheme", maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1 }), (rows) => {
        const written = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\n");
        expect(valuesOf(written, 3)).toEqual(rows);
      }),
    );
  });
});

import { BadInput, type ColumnBatch, gap, rowsPerBatch, type Table } from "@candor/input";
import { decodeNumbers } from "../npy/npy-values.ts";
import type { MemberSource } from "./member-source.ts";

/** The numbers of all members: members × rows × width, member after member. */
export interface MemberValues {
  readonly data: Float64Array;
  readonly names: readonly string[];
  readonly rows: number;
  /** Numbers per member and row. */
  readonly width: number;
  /** Names of the classes, where columns name them; those of the first member, which the others were put in the order of. */
  readonly classNames: readonly string[] | undefined;
  /** Where a row of a member stands, for messages. */
  readonly place: (member: number, row: number) => Promise<string>;
}

/** Most numbers that are held: 1.2 GB. */
const MOST_VALUES = 150_000_000;

/**
 * Reads what all members say.
 *
 * @param wantsNumbers one number per member and row is meant: an array of two dimensions is members × rows
 * @throws {BadInput} where members differ in rows or classes, or there are too many numbers
 */
export async function memberValues(
  sources: readonly MemberSource[],
  wantsNumbers: boolean,
  signal: AbortSignal | undefined,
): Promise<MemberValues> {
  const [first] = sources;
  if (sources.length === 1 && first?.kind === "block") return ofBlock(first);
  if (sources.length === 1 && first?.kind === "array" && first.array.header.shape.length === 2 && wantsNumbers)
    return ofBlock({ kind: "block", file: first.file, array: first.array });
  const parts: Part[] = [];
  const tables = new Map<Table, ColumnSource[]>();
  for (const source of sources) {
    if (source.kind === "array") parts.push(await ofArray(source));
    else if (source.kind === "columns") {
      const part = await emptyPart(source);
      tables.set(source.table, [...(tables.get(source.table) ?? []), { source, part }]);
      parts.push(part);
    }
  }
  for (const [table, columns] of tables) await fillFromTable(table, columns, signal);
  return joined(parts);
}

interface Part {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly classNames: readonly string[] | undefined;
  rows: number;
  readonly blocks: Float64Array[];
  readonly place: (row: number) => Promise<string>;
}

interface ColumnSource {
  readonly source: Extract<MemberSource, { kind: "columns" }>;
  readonly part: Part;
}

function checkSize(values: number, file: string): void {
  if (values <= MOST_VALUES) return;
  throw new BadInput(
    `${file}: members × rows × classes are ${values.toLocaleString("en")} numbers, expected at most ${MOST_VALUES.toLocaleString("en")}`,
    { file, hint: "take fewer members, or a sample of the rows" },
  );
}

function checkNumbers({ kind }: { readonly kind: string }, file: string): void {
  if (kind === "U" || kind === "S" || kind === "M")
    throw new BadInput(`${file}: expected numbers, got ${kind === "M" ? "dates" : "texts"}`, { file });
}

async function ofBlock({ file, array }: Extract<MemberSource, { kind: "block" }>): Promise<MemberValues> {
  const { header } = array;
  const [members = 0, rows = 0, width = 1] = header.shape;
  try {
    checkNumbers(header, file);
    if (header.shape.length === 2 && members > rows)
      throw new BadInput(
        `${file}: an array of ${members} × ${rows} is read as members × rows, got more members than rows`,
        {
          file,
          hint: "turn it round, or name one file per member",
        },
      );
    checkSize(members * rows * width, file);
    const data = new Float64Array(members * rows * width);
    if (header.fortranOrder) {
      const raw = new Float64Array(data.length);
      decodeNumbers(await array.read(0, raw.length), header, raw, 0, 1);
      for (let m = 0; m < members; m++)
        for (let i = 0; i < rows; i++)
          for (let k = 0; k < width; k++) data[(m * rows + i) * width + k] = raw[m + members * (i + rows * k)]!;
    } else
      for (let m = 0; m < members; m++)
        decodeNumbers(await array.read(m * rows * width, rows * width), header, data, m * rows * width, 1);
    return {
      data,
      names: Array.from({ length: members }, (_, m) => String(m)),
      rows,
      width,
      classNames: undefined,
      place: async (member, row) => `${file}, member ${member}, row ${row + 1}`,
    };
  } finally {
    await array.close();
  }
}

async function ofArray({ name, file, array }: Extract<MemberSource, { kind: "array" }>): Promise<Part> {
  const { header } = array;
  const [rows = 0, width = 1] = header.shape;
  try {
    checkNumbers(header, file);
    checkSize(rows * width, file);
    const data = new Float64Array(rows * width);
    if (header.fortranOrder && width > 1)
      for (let k = 0; k < width; k++) decodeNumbers(await array.read(k * rows, rows), header, data, k, width);
    else decodeNumbers(await array.read(0, data.length), header, data, 0, 1);
    return {
      name,
      file,
      width,
      classNames: undefined,
      rows,
      blocks: [data],
      place: async (row) => `${file}, row ${row + 1}`,
    };
  } finally {
    await array.close();
  }
}

async function emptyPart(source: Extract<MemberSource, { kind: "columns" }>): Promise<Part> {
  const { name, table, fields, classNames } = source;
  const single = fields.length === 1 ? fields[0] : undefined;
  const isWide = single !== undefined && (single.kind === "list" || single.kind === "matrix");
  for (const field of fields)
    if (
      field.kind === "time" ||
      field.kind === "other" ||
      ((field.kind === "list" || field.kind === "matrix") && !isWide)
    )
      throw new BadInput(`${table.file}: expected one number per row in ${field.name} (--members)`, {
        file: table.file,
        column: field.name,
      });
  const width = isWide ? await table.width(single) : fields.length;
  return {
    name,
    file: table.file,
    width: width ?? 1,
    classNames,
    rows: 0,
    blocks: [],
    place: async (row) => `${table.file}, ${await table.place(row + 1)}, member ${name}`,
  };
}

async function fillFromTable(
  table: Table,
  columns: readonly ColumnSource[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const requests = columns.map(({ source: { fields }, part: { width } }) => ({ as: "block" as const, fields, width }));
  const width = requests.reduce((sum, request) => sum + request.width, 0);
  const stream = table.stream(requests, { batchRows: rowsPerBatch(width), skipBad: false, signal });
  for await (const batch of stream) {
    checkSize((columns[0]!.part.rows + batch.rows) * width, table.file);
    columns.forEach(({ part }, c) => {
      part.blocks.push(numbersOf(batch, c));
      part.rows += batch.rows;
    });
  }
}

/** The numbers of a batch, NaN where nothing, or no number, stands. */
function numbersOf({ columns }: ColumnBatch, at: number): Float64Array {
  const column = columns[at];
  if (column?.as !== "block") throw new TypeError("not a block of numbers");
  const { values, gaps } = column;
  if (gaps !== undefined) for (let j = 0; j < gaps.length; j++) if (gaps[j] !== gap.none) values[j] = Number.NaN;
  return values;
}

/** All members as one block, each in the order of the classes of the first. */
function joined(parts: readonly Part[]): MemberValues {
  const first = parts[0];
  if (first === undefined) throw new BadInput("--members names nothing, expected files, columns or patterns");
  for (const part of parts) {
    if (part.rows !== first.rows)
      throw new BadInput(
        `member ${part.name} has ${part.rows} rows but member ${first.name} has ${first.rows}, expected the same rows in all`,
        { file: part.file },
      );
    if (part.width !== first.width)
      throw new BadInput(
        `member ${part.name} has ${values(part.width)} per row but member ${first.name} has ${first.width}, expected the same classes in all${missingClass(part, first)}`,
        { file: part.file },
      );
  }
  const { rows, width, classNames } = first;
  checkSize(parts.length * rows * width, first.file);
  const data = new Float64Array(parts.length * rows * width);
  parts.forEach((part, m) => {
    const order = classOrder(part, first);
    let at = m * rows * width;
    for (const block of part.blocks) {
      if (order === undefined) data.set(block, at);
      else
        for (let start = 0; start < block.length; start += width)
          for (let k = 0; k < width; k++) data[at + start + k] = block[start + order[k]!]!;
      at += block.length;
    }
  });
  return {
    data,
    names: parts.map(({ name }) => name),
    rows,
    width,
    classNames,
    place: (member, row) => parts[member]!.place(row),
  };
}

const values = (count: number): string => `${count} ${count === 1 ? "value" : "values"}`;

/** The first class that only one of two members has, where columns name them. */
function missingClass(part: Part, first: Part): string {
  for (const [has, lacks] of [
    [first, part],
    [part, first],
  ] as const) {
    const name = has.classNames?.find((own) => lacks.classNames?.includes(own) === false);
    if (name !== undefined) return `; member ${lacks.name} has no class ${name}`;
  }
  return "";
}

/** Where each class of the first member stands in this one; undefined where in the same place. */
function classOrder(part: Part, first: Part): number[] | undefined {
  if (part.classNames === undefined || first.classNames === undefined) return undefined;
  const own = part.classNames;
  const order = first.classNames.map((name) => own.indexOf(name));
  const at = order.indexOf(-1);
  if (at >= 0)
    throw new BadInput(
      `member ${part.name} has no class ${first.classNames[at]}, which member ${first.name} has; its classes: ${own.join(", ")}`,
      { file: part.file },
    );
  return order.every((place, k) => place === k) ? undefined : order;
}

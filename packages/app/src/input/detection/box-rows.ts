import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import {
  BadInput,
  type ColumnRequest,
  type DetectedFormat,
  type Field,
  findField,
  nameList,
  printable,
} from "@candor/input";
import { detectFormat } from "../detect-format.ts";
import type { FileContext } from "../file-context.ts";
import type { FileTable } from "../file-table.ts";
import { openTable } from "../open-table.ts";
import { makeSpool, type Spool } from "../spool.ts";
import type { BoxPurpose, BoxReceiver } from "./box-row.ts";
import { readCoco } from "./coco-rows.ts";
import { type DetectionOptions, wantedBox } from "./detection-options.ts";
import { type BoxLayout, type BoxRole, comparable, cornerNames, knownBoxColumns } from "./known-box-columns.ts";

/** A file of boxes that is open. */
export interface BoxFile {
  readonly file: string;
  readonly isCoco: boolean;
  /** What its columns are, for the record. */
  readonly columns: Readonly<Record<string, string>>;
  readonly layout: BoxLayout;
  /** Reads all rows. */
  readonly read: (receiver: BoxReceiver) => Promise<void>;
  /** Of tables: their rows as they are, for output. */
  readonly table: FileTable | undefined;
  readonly path: string;
  readonly detected: DetectedFormat;
  readonly spool: () => Spool;
  readonly close: () => Promise<void>;
}

async function copyOfStdin(input: NodeJS.ReadableStream, spool: Spool): Promise<string> {
  if ("isTTY" in input && input.isTTY === true)
    throw new BadInput("standard input is a terminal, expected a file piped into it");
  const path = spool.path("standard-input");
  await pipeline(input, createWriteStream(path));
  return path;
}

const cocoKeys = /^\s*\{\s*"(info|licenses|images|annotations|categories|type|videos)"/;

/** Whether a file is one JSON value: an object on a single line looks like a line of many. */
async function isWholeJson(
  path: string,
  { format, compression }: DetectedFormat,
  wanted: string | undefined,
): Promise<boolean> {
  if (format !== "jsonl" || wanted !== undefined) return format === "json";
  const source = createReadStream(path, { end: 65_535 });
  const bytes: AsyncIterable<Buffer> = compression === "gzip" ? source.pipe(createGunzip()) : source;
  try {
    for await (const chunk of bytes) return cocoKeys.test(chunk.toString("utf8").replace(/^\ufeff/, ""));
  } catch {
    return false;
  } finally {
    source.destroy();
  }
  return false;
}

/**
 * Opens a file of boxes: COCO JSON, or a table with one box per row.
 *
 * @throws {BadInput} for a file that is missing or of another kind, and for columns that are missing or ambiguous
 */
export async function openBoxes(
  path: string,
  purpose: BoxPurpose,
  options: DetectionOptions,
  context: FileContext,
): Promise<BoxFile> {
  let made: Spool | undefined;
  const spool = (): Spool => {
    made ??= makeSpool();
    return made;
  };
  const file = path === "-" ? "standard input" : printable(path, 200);
  try {
    const place = path === "-" ? await copyOfStdin(context.stdin ?? process.stdin, spool()) : path;
    const isThere = await stat(place).then(
      (found) => found.isFile(),
      () => false,
    );
    const format = purpose === "detections" ? options.format : undefined;
    const detected = isThere ? await detectFormat(place, file, format) : undefined;
    if (detected !== undefined && (await isWholeJson(place, detected, format))) {
      return {
        file,
        isCoco: true,
        columns: {
          image: "image_id",
          category: "category_id",
          box: "bbox",
          ...(purpose === "detections" ? { score: "score" } : {}),
        },
        layout: wantedBox(purpose === "detections" ? options.box : undefined).layout ?? "xywh",
        read: (receiver) => readCoco(place, file, detected, purpose, receiver, context),
        table: undefined,
        path: place,
        detected,
        spool,
        close: async () => made?.remove(),
      };
    }
    const table = await openTable(place, path === "-" ? file : path, format, spool);
    try {
      const plan = planOf(table, purpose, options);
      return {
        file,
        isCoco: false,
        columns: Object.fromEntries(
          [...plan.roles]
            .map(([role, field]) => [role, field.name])
            .concat([["box", plan.box.map(({ name }) => name).join(", ")]]),
        ),
        layout: plan.layout,
        read: (receiver) => readTable(table, plan, options, receiver, context),
        table,
        path: place,
        detected: detected ?? { format: "csv", compression: "none", encoding: "utf-8", hasMark: false },
        spool,
        close: async () => {
          await table.close();
          made?.remove();
        },
      };
    } catch (error) {
      await table.close();
      throw error;
    }
  } catch (error) {
    made?.remove();
    throw error;
  }
}

/** Which columns of a table are what. */
interface BoxPlan {
  readonly roles: ReadonlyMap<BoxRole, Field>;
  /** Four columns, or one of lists. */
  readonly box: readonly Field[];
  readonly layout: BoxLayout;
}

function known(table: FileTable, role: BoxRole): Field | undefined {
  const names = knownBoxColumns[role];
  const found = table.fields.filter(({ name }) => names.includes(comparable(name)));
  if (found.length <= 1) return found[0];
  const flag = role === "image" ? "--image" : role === "category" ? "--category" : role === "score" ? "--score" : "";
  throw new BadInput(
    `${table.file}: ${nameList(found.map(({ name }) => name))} could each be the ${role}${flag === "" ? "" : `: name one with ${flag}`}`,
    { file: table.file },
  );
}

function planOf(table: FileTable, purpose: BoxPurpose, options: DetectionOptions): BoxPlan {
  const roles = new Map<BoxRole, Field>();
  const add = (role: BoxRole, wanted: string | undefined, flag: string): Field | undefined => {
    const isOwn =
      wanted !== undefined && (purpose === "detections" || table.fields.some(({ name }) => name === wanted));
    const field = isOwn ? findField(table, wanted, flag) : known(table, role);
    if (field !== undefined) roles.set(role, field);
    return field;
  };
  const missing = (what: string, hint: string): BadInput =>
    new BadInput(
      `${table.file}: no column for the ${what} (${purpose}); columns: ${nameList(table.fields.map(({ name }) => name))}`,
      {
        file: table.file,
        hint,
      },
    );
  if (add("image", options.imageColumn, "--image") === undefined)
    throw missing("image of each box", "--image names it");
  if (purpose === "images") {
    const width = table.fields.find(({ name }) => ["width", "image_width"].includes(comparable(name)));
    const height = table.fields.find(({ name }) => ["height", "image_height"].includes(comparable(name)));
    if (width !== undefined && height !== undefined) roles.set("imageWidth", width).set("imageHeight", height);
    return { roles, box: [], layout: "xywh" };
  }
  if (add("category", options.categoryColumn, "--category") === undefined)
    throw missing("class of each box", "--category names it");
  if (purpose === "detections" && add("score", options.score, "--score") === undefined)
    throw missing("score of each box", "--score names it");
  for (const role of ["area", "crowd", "ignore", "imageWidth", "imageHeight"] as const) add(role, undefined, "");
  return { roles, ...boxOf(table, purpose, options, missing) };
}

function boxOf(
  table: FileTable,
  purpose: BoxPurpose,
  options: DetectionOptions,
  missing: (what: string, hint: string) => BadInput,
): Pick<BoxPlan, "box" | "layout"> {
  const { layout, columns } = wantedBox(options.box);
  if (columns !== undefined && layout !== undefined) {
    const own = columns.every((column) => table.fields.some(({ name }) => name === column));
    if (own || purpose === "detections") return { layout, box: columns.map((name) => findField(table, name, "--box")) };
  }
  const byName = new Map(table.fields.map((field) => [comparable(field.name), field]));
  const sets = cornerNames.filter(({ names }) => names.every((name) => byName.has(name)));
  if (sets.length > 1)
    throw new BadInput(
      `${table.file}: ${sets.map(({ names }) => names.join(", ")).join(" and ")} could each be the box: name four columns with --box`,
      { file: table.file, hint: `--box ${sets[0]?.layout}:${sets[0]?.names.join(",")}` },
    );
  const [set] = sets;
  if (set !== undefined) return { layout: set.layout, box: set.names.flatMap((name) => byName.get(name) ?? []) };
  const list = table.fields.find(
    ({ name, kind }) => knownBoxColumns.box.includes(comparable(name)) && (kind === "list" || kind === "matrix"),
  );
  if (list === undefined) throw missing("box", "--box xywh:left,top,width,height names its four columns");
  if (layout === undefined)
    throw new BadInput(`${table.file}: the four numbers of ${printable(list.name)} can be read in several ways`, {
      file: table.file,
      hint: "--box xywh, --box xyxy or --box yxyx says how",
    });
  return { layout, box: [list] };
}

const BATCH_ROWS = 65_536;

async function readTable(
  table: FileTable,
  { roles, box }: BoxPlan,
  { skipBad = false }: DetectionOptions,
  receiver: BoxReceiver,
  { signal, onProgress }: FileContext,
): Promise<void> {
  const requests: ColumnRequest[] = [];
  const at = new Map<BoxRole, number>();
  for (const [role, field] of roles) {
    at.set(role, requests.length);
    requests.push(role === "image" || role === "category" ? { as: "text", field } : { as: "number", field });
  }
  const boxAt = requests.length;
  if (box.length > 0) requests.push({ as: "block", fields: box, width: 4 });
  let row = 0;
  for await (const { rows, columns } of table.stream(requests, { batchRows: BATCH_ROWS, skipBad, signal })) {
    const numbers = (role: BoxRole, none: number): ((i: number) => number) => {
      const column = columns[at.get(role) ?? -1];
      if (column?.as !== "number") return () => none;
      const { values } = column;
      return (i) => values[i] ?? Number.NaN;
    };
    const texts = (role: BoxRole): ((i: number) => string | null) => {
      const column = columns[at.get(role) ?? -1];
      return column?.as === "text" ? (i) => column.values[i] ?? null : () => null;
    };
    const image = texts("image");
    const category = texts("category");
    const score = numbers("score", Number.NaN);
    const area = numbers("area", Number.NaN);
    const crowd = numbers("crowd", 0);
    const ignore = numbers("ignore", 0);
    const imageWidth = numbers("imageWidth", Number.NaN);
    const imageHeight = numbers("imageHeight", Number.NaN);
    const block = columns[boxAt];
    for (let i = 0; i < rows; i++) {
      row++;
      if (box.length === 0) {
        const id = image(i);
        if (id === null) throw new BadInput(`${table.file}: row ${row}: no image`, { file: table.file, row });
        receiver.listed({ list: "images", id, name: id, width: imageWidth(i), height: imageHeight(i) });
        continue;
      }
      if (block?.as !== "block") throw new TypeError("not a block of numbers");
      const value = (k: number): number => block.values[4 * i + k] ?? Number.NaN;
      receiver.box({
        place: `row ${row}`,
        image: image(i),
        category: category(i),
        score: score(i),
        corners: [value(0), value(1), value(2), value(3)],
        area: area(i),
        crowd: crowd(i),
        ignore: ignore(i),
        imageWidth: imageWidth(i),
        imageHeight: imageHeight(i),
        id: null,
      });
    }
    onProgress?.(table.progress(), row);
  }
}

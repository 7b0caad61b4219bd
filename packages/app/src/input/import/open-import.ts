import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { softmax, topLabel } from "@candor/core";
import {
  BadInput,
  BinaryLabels,
  ClassValues,
  Clipping,
  type Column,
  complainAbout,
  gap,
  isMissingText,
  labelState,
  printable,
  RowScreen,
  rowsPerBatch,
  Slots,
} from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openSources, type Sources } from "../open-sources.ts";
import type { BadRowNote, ImportBatch, ImportOptions, ImportRow, OpenedImport } from "./import-options.ts";
import { type ImportPlan, makeImportPlan } from "./import-plan.ts";

const mostRowsPerBatch = 5000;

/** A value that is not what it should be; put into words when its row is known to be left out. */
interface Complaint {
  readonly kind: "complaint";
  readonly role: string;
  readonly expected: string;
}

/** The likeliest class of each good row of a batch. */
interface Tops {
  /** Position among the good rows, -1 for a bad one. */
  readonly at: Int32Array;
  readonly confidence: Float64Array;
  readonly predicted: Int32Array;
}

type Item = Record<string, unknown>;

const aMoment = "a date, or milliseconds since 1970";

function complaint(role: string, expected: string): Complaint {
  return { kind: "complaint", role, expected };
}

function isComplaint(value: unknown): value is Complaint {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "complaint";
}

/** SHA-256 of a file, 64 hexadecimal digits. */
async function contentHash(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) hash.update(chunk);
  return hash.digest("hex");
}

/** What of the flags makes other predictions of the same rows. */
function identity(plan: ImportPlan): string {
  return JSON.stringify([plan.model.constant, plan.version.constant, plan.scoreTitle]);
}

class ImportReader implements OpenedImport {
  readonly #plan: ImportPlan;
  readonly #sources: Sources;
  readonly #slots = new Slots();
  readonly #at = new Map<string, number>();
  readonly #labels: BinaryLabels;
  readonly #clipping = new Clipping();
  readonly #context: FileContext;
  readonly #idPrefix: string;
  readonly #writtenAt: number;
  readonly #screen = new RowScreen(true);
  readonly #classes: ClassValues | undefined;
  readonly sourceName: string;

  constructor(
    plan: ImportPlan,
    sources: Sources,
    made: { prefix: string; writtenAt: number },
    options: ImportOptions,
    context: FileContext,
  ) {
    this.#plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#idPrefix = made.prefix;
    this.#writtenAt = made.writtenAt;
    this.#labels = new BinaryLabels(plan.truthKind === "correct" ? "correct" : "label", options.positive);
    this.sourceName = printable(sources.set.main?.file ?? "", 200);
    if (plan.classes !== undefined)
      this.#classes = new ClassValues(plan.classes, this.#slots, this.#screen, options.normalise ?? false);
    for (const [role, { located, as }] of Object.entries(plan.fields))
      this.#at.set(role, this.#slots.add(located.table, { as, field: located.field }));
  }

  get columns(): Readonly<Record<string, string>> {
    return this.#plan.columns;
  }
  get madeIds(): boolean {
    return this.#idPrefix !== "";
  }
  progress(): number | undefined {
    return this.#slots.tables[0]?.progress();
  }

  async *batches(from: number): AsyncGenerator<ImportBatch> {
    const { signal } = this.#context;
    const width = this.#plan.classes?.classes.width ?? 1;
    const batchRows = Math.min(mostRowsPerBatch, rowsPerBatch(width));
    let rowsRead = 0;
    for await (const { rows, columns } of this.#slots.stream({ batchRows, skipBad: false, signal })) {
      const before = rowsRead;
      rowsRead += rows;
      if (rowsRead < from) continue;
      const kept: ImportRow[] = [];
      const bad: BadRowNote[] = [];
      const tops = await this.#topLabels(columns, rows, before, bad);
      for (let i = Math.max(0, from - 1 - before); i < rows; i++) {
        if (tops !== undefined && tops.at[i] === -1) continue;
        const row = before + i + 1;
        const made = this.#row(columns, i, row, tops);
        if (isComplaint(made)) bad.push(await this.#explain(made, row));
        else kept.push(made);
      }
      yield { rowsRead, rows: kept, bad };
    }
  }

  /** Of rows of class scores: the likeliest class of every good one. */
  async #topLabels(
    columns: readonly Column[],
    rows: number,
    before: number,
    bad: BadRowNote[],
  ): Promise<Tops | undefined> {
    const classes = this.#classes;
    if (classes === undefined) return undefined;
    const at = new Int32Array(rows).fill(-1);
    const keep = await this.#screen.screen(columns, rows, before);
    if (keep === undefined) for (let i = 0; i < rows; i++) at[i] = i;
    else
      keep.forEach((row, k) => {
        at[row] = k;
      });
    for (let i = 0; i < rows; i++)
      if (at[i] === -1)
        bad.push({
          row: before + i + 1,
          column: this.#plan.scoreTitle,
          message: await this.#classComplaint(before + i + 1),
        });
    const values = classes.values({ rows, columns }, keep);
    const logits = this.#plan.classes?.areLogits === true;
    return { at, ...topLabel(logits ? softmax(values) : values) };
  }

  async #classComplaint(row: number): Promise<string> {
    const table = this.#slots.tables[0];
    return `${table?.file ?? ""}, ${(await table?.place(row)) ?? `row ${row}`}: expected ${this.#plan.classes?.areLogits === true ? "finite logits" : "probabilities in [0, 1] that sum to 1"} (${printable(this.#plan.scoreTitle)})`;
  }

  #column(role: string, columns: readonly Column[]): Column | undefined {
    const at = this.#at.get(role);
    return at === undefined ? undefined : columns[at];
  }

  #text(role: string, columns: readonly Column[], i: number): string | null {
    const column = this.#column(role, columns);
    return column?.as === "text" ? (column.values[i] ?? null) : null;
  }

  /** A number, null where nothing is written, or the complaint. */
  #number(role: string, columns: readonly Column[], i: number, expected: string): number | null | Complaint {
    const column = this.#column(role, columns);
    if (column?.as !== "number" && column?.as !== "time") return null;
    const value = column.values[i] ?? Number.NaN;
    if (Number.isFinite(value)) return value;
    return (column.gaps?.[i] ?? gap.none) === gap.missing ? null : complaint(role, expected);
  }

  /** A probability, null where none is written, or the complaint. */
  #share(role: string, columns: readonly Column[], i: number): number | null | Complaint {
    const value = this.#number(role, columns, i, "a probability in [0, 1]");
    if (typeof value !== "number") return value;
    const clipped = this.#clipping.clip(value);
    return Number.isNaN(clipped) ? complaint(role, "a probability in [0, 1]") : clipped;
  }

  async #explain({ role, expected }: Complaint, row: number): Promise<BadRowNote> {
    const located = this.#plan.fields[role]?.located;
    if (located === undefined) throw new TypeError(`nothing is read for ${role}`);
    const got = await located.table.textAt(located.field, row);
    const { message } = await complainAbout(located, row, expected, got);
    return { row, column: located.field.name, message };
  }

  #row(columns: readonly Column[], i: number, row: number, tops: Tops | undefined): ImportRow | Complaint {
    const written = this.#text("id", columns, i);
    if (this.#at.has("id") && (written ?? "").trim() === "") return complaint("id", "the id of a prediction");
    const id = written ?? `${this.#idPrefix}-${row}`;
    const outcome = this.#outcome(columns, i, id);
    if (isComplaint(outcome)) return outcome;
    if (this.#plan.task === null) return { row, prediction: null, outcome };
    const prediction = this.#prediction(columns, i, id, tops);
    return isComplaint(prediction) ? prediction : { row, prediction, outcome };
  }

  #prediction(columns: readonly Column[], i: number, id: string, tops: Tops | undefined): Item | Complaint {
    const { task, model, version, classes } = this.#plan;
    const time = this.#number("time", columns, i, aMoment);
    if (isComplaint(time)) return time;
    if (time === null && this.#at.has("time")) return complaint("time", aMoment);
    const k = tops?.at[i] ?? 0;
    const confidence = tops === undefined ? this.#share("score", columns, i) : Math.min(1, tops.confidence[k] ?? 0);
    if (isComplaint(confidence)) return confidence;
    const rawConfidence = this.#share("rawConfidence", columns, i);
    if (isComplaint(rawConfidence)) return rawConfidence;
    const propensity = this.#number("propensity", columns, i, "a probability in (0, 1]");
    if (isComplaint(propensity)) return propensity;
    const item: Item = {
      id,
      time: time ?? this.#writtenAt,
      model: model.constant ?? this.#text("model", columns, i) ?? "",
      version: version.constant ?? this.#text("version", columns, i) ?? "",
      task,
      confidence,
    };
    const predicted =
      tops === undefined ? this.#text("predicted", columns, i) : classes?.classes.classNames[tops.predicted[k] ?? 0];
    if (predicted !== null && predicted !== undefined) item["prediction"] = predicted;
    if (rawConfidence !== null) item["rawConfidence"] = rawConfidence;
    if (propensity !== null) item["propensity"] = propensity;
    const segments = this.#plan.segments.flatMap(({ role, name }): [string, string][] => {
      const value = this.#text(role, columns, i)?.trim() ?? "";
      return value === "" ? [] : [[name, value]];
    });
    if (segments.length > 0) item["segments"] = Object.fromEntries(segments);
    for (const role of ["route", "decision"]) {
      const value = this.#text(role, columns, i) ?? "";
      if (value !== "") item[role] = value;
    }
    return item;
  }

  #outcome(columns: readonly Column[], i: number, predictionId: string): Item | Complaint | null {
    const { truthKind, outcomeName, source } = this.#plan;
    const text = this.#text("truth", columns, i);
    if (truthKind === null || text === null || isMissingText(text)) return null;
    let value: 0 | 1 | string = text.trim();
    if (truthKind !== "class") {
      const code = this.#labels.classify(text);
      if (code === labelState.missing) return null;
      if (code < 0) return complaint("truth", this.#labels.expectation());
      value = code === 1 ? 1 : 0;
    }
    const observed = this.#number("observedAt", columns, i, aMoment);
    if (isComplaint(observed)) return observed;
    const item: Item = { predictionId, value, observedAt: observed ?? this.#writtenAt };
    if (outcomeName !== undefined) item["name"] = outcomeName;
    if (source !== undefined) item["source"] = source;
    return item;
  }

  async complaint(row: number, field: string, message: string): Promise<BadRowNote> {
    const role = roleOf(field);
    const segment = this.#plan.segments.find(({ name }) => field === `segments.${name}`);
    const found = this.#plan.fields[segment?.role ?? role];
    const table = this.#slots.tables[0];
    const place = (await table?.place(row)) ?? `row ${row}`;
    const column = found?.located.field.name ?? null;
    const where = column === null ? "" : `, column ${printable(column)}`;
    return { row, column, message: `${table?.file ?? ""}, ${place}${where}: ${message}` };
  }

  close(): Promise<void> {
    return this.#sources.close();
  }
}

/** What a field of the API was made of. */
function roleOf(field: string): string {
  const roles: Readonly<Record<string, string>> = {
    predictionId: "id",
    confidence: "score",
    value: "truth",
    prediction: "predicted",
  };
  return roles[field] ?? field;
}

/**
 * Opens a file whose rows become predictions and outcomes.
 *
 * @param path the file; `-` reads standard input
 * @param now what counts as the time of rows without one where the file has no time of its own, milliseconds since 1970
 * @throws {BadInput} when the file or the flags cannot be used
 */
export async function openImport(
  path: string,
  options: ImportOptions,
  now: number,
  context: FileContext = {},
): Promise<OpenedImport> {
  const sources = await openSources(path, options, context);
  try {
    const plan = await makeImportPlan(sources.set, options);
    const real = path === "-" ? (await sources.set.main?.rowSource())?.path : path;
    const writtenAt = path === "-" || real === undefined ? now : Math.min(now, Math.floor((await stat(real)).mtimeMs));
    const isMade = plan.fields["id"] === undefined;
    if (isMade && real === undefined)
      throw new BadInput("an array has no ids, and standard input holds one: expected a file, or --id COLUMN");
    const hash = isMade && real !== undefined ? await contentHash(real, context.signal) : "";
    const prefix = isMade
      ? `row-${createHash("sha256").update(hash).update(identity(plan)).digest("hex").slice(0, 20)}`
      : "";
    return new ImportReader(plan, sources, { prefix, writtenAt }, options, context);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

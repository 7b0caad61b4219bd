import { basename } from "node:path";
import type { Matrix, OodEvidence } from "@candor/core";
import {
  BadInput,
  complainAbout,
  type InputOptions,
  type ReadSummary,
  RowScreen,
  rowsPerBatch,
  Slots,
} from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openSources, type Sources } from "../open-sources.ts";
import type { RowSource } from "../row-source.ts";
import type { Spool } from "../spool.ts";
import {
  type EvidenceFlags,
  type EvidenceKind,
  type EvidencePlan,
  evidenceKinds,
  evidencePlan,
  type FlagNames,
} from "./evidence-plan.ts";
import { EvidenceValues } from "./evidence-values.ts";

/** What to read of some rows. */
export interface EvidenceRequest extends Pick<InputOptions, "skipBad" | "format"> {
  /** The file; `-` reads standard input; undefined where flags name all files. */
  readonly file: string | undefined;
  readonly flags: EvidenceFlags;
  readonly names: FlagNames;
  /** What may be found in the file without a flag. Default: everything. */
  readonly kinds?: readonly EvidenceKind[];
  /** Labels are looked for without a flag too. Default false. */
  readonly wantsLabels?: boolean;
}

/** Some rows of evidence. */
export interface EvidenceBatch {
  /** Rows of the file, bad ones included. */
  readonly rows: number;
  /** Positions of the good rows; undefined when all are good. */
  readonly keep: Int32Array | undefined;
  /** Of the good rows. */
  readonly evidence: OodEvidence;
  readonly count: number;
  /** Codes into the labels of the file, of the good rows. */
  readonly labels: Int32Array | undefined;
}

/** Most different labels. */
const mostLabels = 100_000;

/** Features, logits or probabilities of rows, ready to be read. */
export class OpenedEvidence {
  readonly #plan: EvidencePlan;
  readonly #sources: Sources;
  readonly #context: FileContext;
  readonly #skipBad: boolean;
  readonly #screen: RowScreen;
  readonly #slots = new Slots();
  readonly #values: Partial<Record<EvidenceKind, EvidenceValues>> = {};
  readonly #label: number | undefined;
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  readonly rowSource: RowSource | undefined;
  #labelValues: readonly string[] = [];
  #rowsRead = 0;
  #kept = 0;

  constructor(
    plan: EvidencePlan,
    sources: Sources,
    rowSource: RowSource | undefined,
    { skipBad = false }: EvidenceRequest,
    context: FileContext,
  ) {
    this.#plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#skipBad = skipBad;
    this.#screen = new RowScreen(skipBad);
    this.rowSource = rowSource;
    for (const kind of evidenceKinds) {
      const columns = plan.columns[kind];
      if (columns !== undefined) this.#values[kind] = new EvidenceValues(columns, kind, this.#slots, this.#screen);
    }
    this.#label = plan.labels && this.#addLabel(plan.labels);
  }

  #addLabel(labels: NonNullable<EvidencePlan["labels"]>): number {
    const { table, field } = labels;
    const purpose = "which are no classes";
    const at = this.#slots.add(table, { as: "category", field, limit: mostLabels, purpose });
    const missing = this.#screen.mark("missing label", ({ row }) => complainAbout(labels, row, "a label", undefined));
    this.#screen.add((columns, marks) => {
      const column = columns[at];
      if (column?.as !== "category") throw new TypeError("not a column of labels");
      for (let i = 0; i < marks.length; i++) if (column.codes[i] === -1 && marks[i] === 0) marks[i] = missing;
    });
    return at;
  }

  /** Names of the columns used, by role. */
  get columns(): Readonly<Record<string, string>> {
    const { columns, labels } = this.#plan;
    const used = evidenceKinds.flatMap((kind) => (columns[kind] ? [[kind, columns[kind].title] as const] : []));
    return Object.fromEntries([...used, ...(labels ? [["labels", labels.title] as const] : [])]);
  }
  /** What there is. */
  get kinds(): readonly EvidenceKind[] {
    return evidenceKinds.filter((kind) => this.#values[kind] !== undefined);
  }
  get hasLabels(): boolean {
    return this.#label !== undefined;
  }
  /** Names of the classes, where columns name them. */
  get classNames(): readonly string[] | undefined {
    const { logits, probabilities } = this.#plan.columns;
    return logits?.names ?? probabilities?.names;
  }
  /** The different labels, complete once the batches have ended. */
  get labelValues(): readonly string[] {
    return this.#labelValues;
  }
  /** Numbers per row, of everything. */
  get width(): number {
    return this.kinds.reduce((total, kind) => total + (this.#values[kind]?.width ?? 0), 0);
  }
  get sourceName(): string {
    const { main } = this.#sources.set;
    if (main !== undefined) return basename(main.file);
    const tables = evidenceKinds.flatMap((kind) => this.#plan.columns[kind]?.table ?? []);
    return [...new Set(tables.map(({ file }) => basename(file)))].join(" + ");
  }
  get skipsMalformed(): boolean {
    return this.#skipBad && this.#slots.tables.length === 1;
  }
  get spool(): () => Spool {
    return this.#sources.spool;
  }

  /**
   * The rows in the order of the file, once.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good)
   */
  async *batches(): AsyncGenerator<EvidenceBatch> {
    const { signal, onProgress } = this.#context;
    const { tables } = this.#slots;
    const known = tables.find((table) => table.rows !== undefined)?.rows;
    const options = { batchRows: rowsPerBatch(Math.max(1, this.width)), skipBad: this.#skipBad, signal };
    for await (const { rows, columns } of this.#slots.stream(options)) {
      const keep = await this.#screen.screen(columns, rows, this.#rowsRead);
      this.#rowsRead += rows;
      this.#kept += keep?.length ?? rows;
      onProgress?.(known === undefined ? tables[0]?.progress() : this.#rowsRead / Math.max(1, known), this.#rowsRead);
      const evidence: Partial<Record<EvidenceKind, Matrix>> = {};
      for (const kind of this.kinds) {
        const matrix = this.#values[kind]?.matrix(columns, keep);
        if (matrix !== undefined) evidence[kind] = matrix;
      }
      const column = this.#label === undefined ? undefined : columns[this.#label];
      if (column?.as === "category") this.#labelValues = column.values;
      const labels = column?.as === "category" ? pickedCodes(column.codes, keep) : undefined;
      yield { rows, keep, evidence, count: keep?.length ?? rows, labels };
    }
    await this.#finish();
  }

  async #finish(): Promise<void> {
    const { tables } = this.#slots;
    const { file } = tables[0]!;
    const first = this.#screen.firstBad;
    if (this.#kept === 0 && first !== undefined)
      throw new BadInput(`${file}: all ${this.#rowsRead} rows are bad, the first because of ${first.message}`, {
        file,
      });
    if (this.#rowsRead === 0) throw new BadInput(`${file}: no rows, expected some`, { file });
    const { main } = this.#sources.set;
    if (main === undefined || tables.includes(main)) return;
    const rows = main.rows ?? (await this.rowSource?.count(false));
    if (rows === undefined || rows === this.#rowsRead) return;
    throw new BadInput(`${main.file} has ${rows} rows but ${file} has ${this.#rowsRead}, expected the same in both`, {
      file,
    });
  }

  /** Complete once the batches have ended. */
  summary(): ReadSummary {
    const { tables } = this.#slots;
    const malformed = tables.reduce((total, table) => total + table.malformed, 0);
    const skipped = this.#screen.skipped();
    if (malformed > 0) skipped.push({ reason: "malformed line", count: malformed });
    const notes = tables.flatMap((table) => table.notes);
    return { rowsRead: this.#rowsRead + malformed, skipped: skipped.sort((a, b) => b.count - a.count), notes };
  }

  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#sources.close();
  }
}

function pickedCodes(codes: Int32Array, keep: Int32Array | undefined): Int32Array {
  return keep === undefined ? codes : Int32Array.from(keep, (row) => codes[row] ?? -1);
}

/**
 * Opens rows with features, logits or probabilities.
 *
 * @throws {BadInput} when the file or the flags cannot be used
 */
export async function openEvidence(request: EvidenceRequest, context: FileContext = {}): Promise<OpenedEvidence> {
  const { file, flags, names, kinds = evidenceKinds, wantsLabels = false, format } = request;
  const sources = await openSources(file, format === undefined ? {} : { format }, context);
  try {
    const plan = await evidencePlan(sources.set, flags, names, { kinds, wantsLabels });
    return new OpenedEvidence(plan, sources, await sources.set.main?.rowSource(), request, context);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

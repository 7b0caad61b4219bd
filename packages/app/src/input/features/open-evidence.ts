import { basename } from "node:path";
import type { Matrix, OodEvidence } from "@candor/core";
import { complainAbout, type InputOptions, type ReadSummary } from "@candor/input";
import type { CheckedBlock } from "../checked-block.ts";
import type { FileContext } from "../file-context.ts";
import { FileRows } from "../file-rows.ts";
import { openSources } from "../open-sources.ts";
import {
  type EvidenceFlags,
  type EvidenceKind,
  type EvidencePlan,
  evidenceKinds,
  evidencePlan,
  type FlagNames,
} from "./evidence-plan.ts";
import { evidenceValues } from "./evidence-values.ts";

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
  readonly #rows: FileRows;
  readonly #values: Partial<Record<EvidenceKind, CheckedBlock>> = {};
  readonly #label: number | undefined;
  #labelValues: readonly string[] = [];

  constructor(plan: EvidencePlan, rows: FileRows) {
    this.#plan = plan;
    this.#rows = rows;
    for (const kind of evidenceKinds) {
      const columns = plan.columns[kind];
      if (columns !== undefined) this.#values[kind] = evidenceValues(columns, kind, rows);
    }
    this.#label = plan.labels && this.#addLabel(plan.labels);
  }

  #addLabel(labels: NonNullable<EvidencePlan["labels"]>): number {
    const { table, field } = labels;
    const { slots, screen } = this.#rows;
    const purpose = "which are no classes";
    const at = slots.add(table, { as: "category", field, limit: mostLabels, purpose });
    const missing = screen.mark("missing label", ({ row }) => complainAbout(labels, row, "a label", undefined));
    screen.add((columns, marks) => {
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
    const { main } = this.#rows.sources.set;
    if (main !== undefined) return basename(main.file);
    const tables = evidenceKinds.flatMap((kind) => this.#plan.columns[kind]?.table ?? []);
    return [...new Set(tables.map(({ file }) => basename(file)))].join(" + ");
  }
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  get rowSource(): FileRows["rowSource"] {
    return this.#rows.rowSource;
  }
  get skipsMalformed(): boolean {
    return this.#rows.skipsMalformed;
  }
  get spool(): FileRows["spool"] {
    return this.#rows.spool;
  }

  /**
   * The rows in the order of the file, once.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good)
   */
  async *batches(): AsyncGenerator<EvidenceBatch> {
    for await (const { rows, columns, keep, kept } of this.#rows.read(this.width)) {
      const evidence: Partial<Record<EvidenceKind, Matrix>> = {};
      for (const kind of this.kinds) {
        const matrix = this.#values[kind]?.matrix(columns, keep);
        if (matrix !== undefined) evidence[kind] = matrix;
      }
      const column = this.#label === undefined ? undefined : columns[this.#label];
      if (column?.as === "category") this.#labelValues = column.values;
      const labels = column?.as === "category" ? pickedCodes(column.codes, keep) : undefined;
      yield { rows, keep, evidence, count: kept, labels };
    }
    if (this.#rows.rowsRead === 0) throw this.#rows.noRows();
  }

  /** Complete once the batches have ended. */
  summary(): ReadSummary {
    return this.#rows.summary([]);
  }

  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#rows.close();
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
    return new OpenedEvidence(plan, await FileRows.of(sources, request, context));
  } catch (error) {
    await sources.close();
    throw error;
  }
}

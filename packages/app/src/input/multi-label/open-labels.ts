import type { Matrix } from "@candor/core";
import { BadInput, type InputOptions, pickRows, type ReadSummary, RowScreen, rowsPerBatch, Slots } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openSources, type Sources } from "../open-sources.ts";
import type { RowSource } from "../row-source.ts";
import type { Spool } from "../spool.ts";
import { type LabelPlan, type LabelRequest, makeLabelPlan } from "./label-plan.ts";
import { LabelValues } from "./label-values.ts";

/** What to read, and what scores can be. */
export interface LabelOptions extends LabelRequest, Pick<InputOptions, "skipBad" | "format"> {
  /** Lowest and highest score there can be. */
  readonly scoreRange: readonly [from: number, to: number];
}

/** Some rows of scores, with their truth where it is read. */
export interface LabelBatch {
  /** Rows of the file, bad ones included. */
  readonly rows: number;
  /** Positions of the good rows; undefined when all are good. */
  readonly keep: Int32Array | undefined;
  /** Good rows × labels. */
  readonly scores: Matrix;
  /** Good rows × labels, 1 where the label is true. */
  readonly truth: Uint8Array | undefined;
}

/** Makes the truth, which is checked to be 0 or 1, of the numbers read. */
function bytesOf(values: Float64Array): Uint8Array {
  return Uint8Array.from(values);
}

/** A file with one score per label and row, ready to be read. */
export class OpenedLabels {
  readonly #plan: LabelPlan;
  readonly #sources: Sources;
  readonly #context: FileContext;
  readonly #skipBad: boolean;
  readonly #screen: RowScreen;
  readonly #slots = new Slots();
  readonly #scores: LabelValues;
  readonly #truth: LabelValues | undefined;
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  readonly rowSource: RowSource | undefined;
  #rowsRead = 0;
  #kept = 0;

  constructor(
    plan: LabelPlan,
    sources: Sources,
    rowSource: RowSource | undefined,
    { skipBad = false, scoreRange }: LabelOptions,
    context: FileContext,
  ) {
    const { labelNames, scores, truth } = plan;
    const [from, to] = scoreRange;
    this.#plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#skipBad = skipBad;
    this.#screen = new RowScreen(skipBad);
    this.rowSource = rowSource;
    const score = {
      what: "score",
      expected: `a score in [${from}, ${to}]`,
      outside: `score outside [${from}, ${to}]`,
      isGood: (value: number) => value >= from && value <= to,
      hint: from === 0 && to === 1 ? "scores on another scale need --score-range LOWEST,HIGHEST" : undefined,
    };
    this.#scores = new LabelValues(scores, labelNames, score, this.#slots, this.#screen);
    const outcome = {
      what: "truth",
      expected: "0 or 1",
      outside: "truth neither 0 nor 1",
      isGood: (value: number) => value === 0 || value === 1,
      hint: undefined,
    };
    this.#truth = truth && new LabelValues(truth, labelNames, outcome, this.#slots, this.#screen);
  }

  get labelNames(): readonly string[] {
    return this.#plan.labelNames;
  }
  /** Whether the file names its labels. */
  get isNamed(): boolean {
    return this.#plan.scores.names !== undefined;
  }
  /** Names of the columns used, by role. */
  get columns(): Readonly<Record<string, string>> {
    const { scores, truth } = this.#plan;
    return { scores: scores.title, ...(truth ? { truth: truth.title } : {}) };
  }
  get sourceName(): string {
    return this.#plan.sourceName;
  }
  /** What is not a row at all is left out and counted instead of refused. */
  get skipsMalformed(): boolean {
    return this.#skipBad && this.#slots.tables.length === 1;
  }
  /** A place for temporary files, gone when the file is closed. */
  get spool(): () => Spool {
    return this.#sources.spool;
  }

  /**
   * The rows in the order of the file, once.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good)
   */
  async *batches(): AsyncGenerator<LabelBatch> {
    const { signal, onProgress } = this.#context;
    const { tables } = this.#slots;
    const known = tables.find((table) => table.rows !== undefined)?.rows;
    const cols = this.labelNames.length;
    const options = { batchRows: rowsPerBatch(cols), skipBad: this.#skipBad, signal };
    for await (const { rows, columns } of this.#slots.stream(options)) {
      const keep = await this.#screen.screen(columns, rows, this.#rowsRead);
      this.#rowsRead += rows;
      this.#kept += keep?.length ?? rows;
      onProgress?.(known === undefined ? tables[0]?.progress() : this.#rowsRead / Math.max(1, known), this.#rowsRead);
      const data = pickRows(this.#scores.block(columns).values, cols, keep);
      const truth = this.#truth && bytesOf(pickRows(this.#truth.block(columns).values, cols, keep));
      yield { rows, keep, scores: { data, rows: keep?.length ?? rows, cols }, truth };
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
    const notes = [...tables.flatMap((table) => table.notes), ...this.#plan.notes];
    return { rowsRead: this.#rowsRead + malformed, skipped: skipped.sort((a, b) => b.count - a.count), notes };
  }

  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#sources.close();
  }
}

/**
 * Opens a file with one score per label and row and, where asked for, whether each label is true.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @throws {BadInput} when the file or the flags cannot be used
 */
export async function openLabels(
  path: string | undefined,
  options: LabelOptions,
  context: FileContext = {},
): Promise<OpenedLabels> {
  const { format } = options;
  const sources = await openSources(path, format === undefined ? {} : { format }, context);
  try {
    const plan = await makeLabelPlan(sources.set, options);
    return new OpenedLabels(plan, sources, await sources.set.main?.rowSource(), options, context);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

import type { Matrix } from "@candor/core";
import { type InputOptions, printable, type ReadSummary } from "@candor/input";
import { CheckedBlock } from "../checked-block.ts";
import type { FileContext } from "../file-context.ts";
import { FileRows } from "../file-rows.ts";
import { openSources } from "../open-sources.ts";
import { type LabelPlan, type LabelRequest, makeLabelPlan } from "./label-plan.ts";

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

/** A file with one score per label and row, ready to be read. */
export class OpenedLabels {
  readonly #plan: LabelPlan;
  readonly #rows: FileRows;
  readonly #scores: CheckedBlock;
  readonly #truth: CheckedBlock | undefined;

  constructor(plan: LabelPlan, rows: FileRows, [from, to]: LabelOptions["scoreRange"]) {
    const { labelNames, scores, truth } = plan;
    this.#plan = plan;
    this.#rows = rows;
    const which = (k: number) => ` for label ${printable(labelNames[k] ?? "")}`;
    const score = {
      what: "score",
      wrongLength: "wrong number of values in score",
      expected: `a score in [${from}, ${to}]`,
      outside: `score outside [${from}, ${to}]`,
      isGood: (value: number) => value >= from && value <= to,
      which,
      hint: from === 0 && to === 1 ? "scores on another scale need --score-range LOWEST,HIGHEST" : undefined,
    };
    this.#scores = new CheckedBlock(scores, score, rows);
    const outcome = {
      what: "truth",
      wrongLength: "wrong number of values in truth",
      expected: "0 or 1",
      outside: "truth neither 0 nor 1",
      isGood: (value: number) => value === 0 || value === 1,
      which,
    };
    this.#truth = truth && new CheckedBlock(truth, outcome, rows);
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
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  get rowSource(): FileRows["rowSource"] {
    return this.#rows.rowSource;
  }
  /** What is not a row at all is left out and counted instead of refused. */
  get skipsMalformed(): boolean {
    return this.#rows.skipsMalformed;
  }
  /** A place for temporary files, gone when the file is closed. */
  get spool(): FileRows["spool"] {
    return this.#rows.spool;
  }

  /**
   * The rows in the order of the file, once.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good)
   */
  async *batches(): AsyncGenerator<LabelBatch> {
    for await (const { rows, columns, keep } of this.#rows.read(this.labelNames.length)) {
      const truth = this.#truth && Uint8Array.from(this.#truth.matrix(columns, keep).data);
      yield { rows, keep, scores: this.#scores.matrix(columns, keep), truth };
    }
  }

  /** Complete once the batches have ended. */
  summary(): ReadSummary {
    return this.#rows.summary(this.#plan.notes);
  }

  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#rows.close();
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
    return new OpenedLabels(plan, await FileRows.of(sources, options, context), options.scoreRange);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

import type { ScoreKind } from "@candor/core";
import {
  BadInput,
  ClassValues,
  chosenScore,
  type InputOptions,
  makeOutputPlan,
  makeScorePlan,
  RowScreen,
  rowsPerBatch,
  type ScorePlan,
  ScoreValues,
  SharedColumns,
  Slots,
  scoreNeed,
  sourceName,
} from "@candor/input";
import type { FileContext } from "./file-context.ts";
import { openWithMembers } from "./members/open-with-members.ts";
import type { Sources } from "./open-sources.ts";
import type { OpenedScores, ScoreBatch } from "./opened-scores.ts";
import { openForecasts } from "./regression/open-forecasts.ts";
import type { RowSource } from "./row-source.ts";
import { scoredForecasts, scoredScores } from "./scored-scores.ts";

/** Makes an `OpenedScores` of a plan. */
class ScoreReader implements OpenedScores {
  readonly #plan: ScorePlan;
  readonly #sources: Sources;
  readonly #context: FileContext;
  readonly #skipBad: boolean;
  readonly #screen: RowScreen;
  readonly #slots = new Slots();
  readonly #values: ScoreValues | ClassValues;
  readonly #shared: SharedColumns;
  readonly rowSource: RowSource | undefined;
  #rowsRead = 0;
  #kept = 0;

  constructor(
    plan: ScorePlan,
    sources: Sources,
    rowSource: RowSource | undefined,
    { normalise = false, skipBad = false }: InputOptions,
    context: FileContext,
  ) {
    this.#plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#skipBad = skipBad;
    this.#screen = new RowScreen(skipBad);
    this.#values =
      plan.task === "multiclass"
        ? new ClassValues(plan, this.#slots, this.#screen, normalise)
        : new ScoreValues(plan, this.#slots, this.#screen);
    this.#shared = new SharedColumns(plan, this.#slots, this.#screen);
    this.rowSource = rowSource;
  }

  get task(): ScorePlan["task"] {
    return this.#plan.task;
  }
  get columns(): Readonly<Record<string, string>> {
    return this.#plan.columns;
  }
  get classNames(): readonly string[] | undefined {
    return this.#plan.task === "multiclass" && this.#plan.classes.isNamed ? this.#plan.classes.classNames : undefined;
  }
  get width(): number {
    return this.#plan.task === "multiclass" ? this.#plan.classes.width : 1;
  }
  get sourceName(): string {
    return sourceName(this.#plan, this.#sources.set);
  }
  get skipsMalformed(): boolean {
    return this.#skipBad && this.#slots.tables.length === 1;
  }
  get spool(): OpenedScores["spool"] {
    return this.#sources.spool;
  }

  async *batches(): AsyncGenerator<ScoreBatch> {
    const { signal, onProgress } = this.#context;
    const { tables } = this.#slots;
    const known = tables.find((table) => table.rows !== undefined)?.rows;
    const options = { batchRows: rowsPerBatch(this.width), skipBad: this.#skipBad, signal };
    for await (const batch of this.#slots.stream(options)) {
      const { rows, columns } = batch;
      if (this.#values instanceof ClassValues) this.#values.begin(this.#rowsRead);
      const keep = await this.#screen.screen(columns, rows, this.#rowsRead);
      const values = this.#values.values(batch, keep);
      const { segments, weights, propensities, rowIds, insidePValues } = this.#shared.parts(columns, keep);
      this.#rowsRead += rows;
      this.#kept += keep?.length ?? rows;
      onProgress?.(known === undefined ? tables[0]?.progress() : this.#rowsRead / Math.max(1, known), this.#rowsRead);
      const matrix = values instanceof Float64Array ? { data: values, rows: values.length, cols: 1 } : values;
      yield {
        rows,
        keep,
        values: matrix,
        segments,
        ...(weights ? { weights } : {}),
        ...(insidePValues ? { insidePValues: insidePValues.values } : {}),
        ...(propensities ? { propensities } : {}),
        ...(rowIds ? { rowIds } : {}),
      };
    }
    await this.#checkMainRows();
    const first = this.#screen.firstBad;
    const { file } = tables[0]!;
    if (this.#kept === 0 && first !== undefined)
      throw new BadInput(`${file}: all ${this.#rowsRead} rows are bad, the first because of ${first.message}`, {
        file,
      });
  }

  summary(): ReturnType<OpenedScores["summary"]> {
    const { tables } = this.#slots;
    const malformed = tables.reduce((total, table) => total + table.malformed, 0);
    const skipped = this.#screen.skipped();
    if (malformed > 0) skipped.push({ reason: "malformed line", count: malformed });
    const notes = [...tables.flatMap((table) => table.notes), ...this.#values.notes()];
    return { rowsRead: this.#rowsRead + malformed, skipped: skipped.sort((a, b) => b.count - a.count), notes };
  }

  /** Where the scores are in files of their own, the main file was not counted by reading it. */
  async #checkMainRows(): Promise<void> {
    const { main } = this.#sources.set;
    const { tables } = this.#slots;
    if (main === undefined || tables.includes(main)) return;
    const rows = main.rows ?? (await this.rowSource?.count(false));
    if (rows === undefined || rows === this.#rowsRead) return;
    const { file } = tables[0]!;
    throw new BadInput(`${main.file} has ${rows} rows but ${file} has ${this.#rowsRead}, expected the same in both`, {
      file,
    });
  }

  close(): Promise<void> {
    return this.#sources.close();
  }
}

/**
 * Opens a file of scores whose outcomes are not needed.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @param kind what the scores have to be; the columns are recognised accordingly. With `confidenceFrom` it is `confidence`,
 *   computed from the outputs of a model
 * @throws {BadInput} when the file or the flags cannot be used, or show another kind of scores
 */
export async function openScores(
  path: string | undefined,
  given: InputOptions,
  kind: ScoreKind,
  context: FileContext = {},
): Promise<OpenedScores> {
  const score = chosenScore(given);
  const need = score && scoreNeed(score);
  if (score && need === "forecasts")
    return scoredForecasts(await openForecasts(path, given, undefined, context), score);
  const { sources, options } = await openWithMembers(path, given, false, context);
  try {
    const outputs = need === "one logit" || options.confidenceOutputs === "probability" ? "probability" : "classes";
    const plan =
      score === undefined
        ? await makeScorePlan(sources.set, options, kind)
        : await makeOutputPlan(sources.set, options, outputs);
    const reader = new ScoreReader(plan, sources, await sources.set.main?.rowSource(), options, context);
    return score === undefined ? reader : scoredScores(reader, score, options.confidenceClasses);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

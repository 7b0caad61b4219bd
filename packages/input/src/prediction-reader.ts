import type { Predictions } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import { ClassAssembler } from "./checks/assemble-classes.ts";
import { ScoreAssembler } from "./checks/assemble-scores.ts";
import type { Assembler } from "./checks/assembler.ts";
import { RowScreen } from "./checks/row-screen.ts";
import type { InputOptions, ReadContext } from "./input-options.ts";
import type { OpenedPredictions, ReadSummary } from "./opened-predictions.ts";
import { type OpenedTables, rowsPerBatch, sourceName } from "./opened-tables.ts";
import { makePlan, type Plan } from "./plan.ts";
import { regressionOf } from "./regression/regression-reader.ts";
import { chosenScore, scoreNeed } from "./score-need.ts";
import { scoredPredictions, watchedPredictions } from "./scored-predictions.ts";
import { Slots } from "./slots.ts";
import type { ColumnBatch } from "./table.ts";

function assemblerFor(
  plan: Plan,
  slots: Slots,
  screen: RowScreen,
  { normalise = false, positive }: InputOptions,
  { keepLogits = false, classNames }: ReadContext,
): Assembler {
  return plan.task === "multiclass"
    ? new ClassAssembler(plan, slots, screen, { normalise, keepLogits })
    : new ScoreAssembler(plan, slots, screen, { positive, known: classNames });
}

class PredictionReader implements OpenedPredictions {
  readonly #plan: Plan;
  readonly #sources: OpenedTables;
  readonly #context: ReadContext;
  readonly #screen: RowScreen;
  readonly #slots = new Slots();
  readonly #assembler: Assembler;
  readonly #stream: AsyncGenerator<ColumnBatch>;
  #first: Predictions | undefined;
  #rowsRead = 0;
  #kept = 0;
  #started = false;

  constructor(plan: Plan, sources: OpenedTables, options: InputOptions, context: ReadContext) {
    this.#plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#screen = new RowScreen(options.skipBad === true, context.onScreened);
    this.#assembler = assemblerFor(plan, this.#slots, this.#screen, options, context);
    this.#stream = this.#slots.stream({
      batchRows: rowsPerBatch(plan.task === "multiclass" ? plan.classes.width : 1),
      skipBad: options.skipBad === true,
      signal: context.signal,
    });
  }

  get task(): Plan["task"] {
    return this.#plan.task;
  }
  get columns(): Readonly<Record<string, string>> {
    return this.#plan.columns;
  }
  get classNames(): readonly string[] {
    return this.#assembler.classNames();
  }
  get sourceName(): string {
    return sourceName(this.#plan, this.#sources.set, this.#plan.truth);
  }
  get rowsKnown(): number | undefined {
    return this.#slots.tables.find((table) => table.rows !== undefined)?.rows;
  }

  /** Reads the first batch: only its labels tell the names of two classes. */
  async begin(): Promise<this> {
    this.#first = await this.#next();
    if (this.#first !== undefined) return this;
    const { file } = this.#slots.tables[0]!;
    const malformed = this.#malformed();
    throw malformed > 0
      ? new BadInput(`${file}: none of its ${malformed} lines is a row`, { file })
      : new BadInput(`${file}: no rows, expected some below the header`, { file });
  }

  async #next(): Promise<Predictions | undefined> {
    const next = await this.#stream.next();
    if (next.done === true) return undefined;
    const predictions = await this.#assembler.assemble(next.value, this.#rowsRead);
    this.#rowsRead += next.value.rows;
    this.#kept += predictions.rows;
    this.#report();
    return predictions;
  }

  #report(): void {
    const { onProgress } = this.#context;
    if (onProgress === undefined) return;
    const known = this.rowsKnown;
    const fraction = known === undefined ? this.#slots.tables[0]?.progress() : this.#rowsRead / Math.max(1, known);
    onProgress(fraction, this.#rowsRead);
  }

  async *batches(): AsyncGenerator<Predictions> {
    if (this.#started) throw new TypeError("the batches of a file can be read once");
    this.#started = true;
    let batch = this.#first;
    this.#first = undefined;
    while (batch !== undefined) {
      yield batch;
      batch = await this.#next();
    }
    this.#finish();
  }

  #finish(): void {
    if (this.#kept === 0) {
      const first = this.#screen.firstBad;
      const { file } = this.#slots.tables[0]!;
      throw new BadInput(`${file}: all ${this.#rowsRead} rows are bad, the first because of ${first?.message ?? "?"}`, {
        file,
      });
    }
    this.#assembler.finish();
  }

  #malformed(): number {
    return this.#slots.tables.reduce((total, table) => total + table.malformed, 0);
  }

  summary(): ReadSummary {
    const malformed = this.#malformed();
    const skipped = this.#screen.skipped();
    if (malformed > 0) skipped.push({ reason: "malformed line", count: malformed });
    const own = this.#plan.notes ?? [];
    const notes = [...this.#slots.tables.flatMap((table) => table.notes), ...own, ...this.#assembler.notes()];
    return { rowsRead: this.#rowsRead + malformed, skipped: skipped.sort((a, b) => b.count - a.count), notes };
  }

  async close(): Promise<void> {
    await this.#stream.return(undefined);
    await this.#sources.close();
  }
}

/** Refuses outputs for another number of classes than a score was recorded of. */
function checkClasses(
  { task, classNames, sourceName: file }: OpenedPredictions,
  { confidenceFrom, confidenceClasses }: InputOptions,
): void {
  if (task !== "multiclass" || confidenceClasses === undefined || classNames.length === confidenceClasses) return;
  throw new BadInput(
    `${file}: the calibrator is of ${confidenceFrom} of ${confidenceClasses} classes, got ${classNames.length}`,
    { file },
  );
}

/**
 * Decides, from flags and names, what the columns of opened files are, and reads the first rows.
 *
 * @param sources closed with what comes back, and here where something is wrong
 * @throws {BadInput} when the files or the flags cannot be used, or the first rows are bad
 */
export async function predictionsOf(
  sources: OpenedTables,
  options: InputOptions,
  context: ReadContext = {},
): Promise<OpenedPredictions> {
  const score = chosenScore(options);
  if (score !== undefined && scoreNeed(score) === "forecasts")
    return scoredPredictions(await regressionOf(sources, options, context), score, context);
  try {
    const plan = await makePlan(sources.set, options);
    const { onOutputs, keepLogits = false } = context;
    const reading = { ...context, keepLogits: keepLogits || score !== undefined || onOutputs !== undefined };
    const reader = await new PredictionReader(plan, sources, options, reading).begin();
    if (score !== undefined) {
      checkClasses(reader, options);
      return scoredPredictions(reader, score, context);
    }
    return onOutputs === undefined ? reader : watchedPredictions(reader, onOutputs);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

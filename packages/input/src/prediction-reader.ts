import type { Predictions } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import { ClassAssembler } from "./checks/assemble-classes.ts";
import { ScoreAssembler } from "./checks/assemble-scores.ts";
import type { Assembler } from "./checks/assembler.ts";
import type { InputOptions, ReadContext } from "./input-options.ts";
import type { OpenedPredictions, ReadSummary } from "./opened-predictions.ts";
import { type OpenedTables, sourceName } from "./opened-tables.ts";
import { makePlan, type Plan } from "./plan.ts";
import { regressionOf } from "./regression/regression-reader.ts";
import { chosenScore, scoreNeed } from "./score-need.ts";
import { scoredPredictions, watchedPredictions } from "./scored-predictions.ts";
import { type ScreenedBatch, ScreenedRows } from "./screened-rows.ts";

function assemblerFor(
  plan: Plan,
  { slots, screen }: ScreenedRows,
  { normalise = false, positive }: InputOptions,
  { keepLogits = false, classNames, labelNames }: ReadContext,
): Assembler {
  return plan.task === "multiclass"
    ? new ClassAssembler(plan, slots, screen, { normalise, keepLogits })
    : new ScoreAssembler(plan, slots, screen, { positive, known: classNames, labelNames });
}

class PredictionReader implements OpenedPredictions {
  readonly #plan: Plan;
  readonly #sources: OpenedTables;
  readonly #rows: ScreenedRows;
  readonly #assembler: Assembler;
  readonly #stream: AsyncGenerator<ScreenedBatch>;
  #first: Predictions | undefined;
  #started = false;

  constructor(plan: Plan, sources: OpenedTables, options: InputOptions, context: ReadContext) {
    this.#plan = plan;
    this.#sources = sources;
    this.#rows = new ScreenedRows(options, context);
    this.#assembler = assemblerFor(plan, this.#rows, options, context);
    this.#stream = this.#rows.read(plan.task === "multiclass" ? plan.classes.width : 1);
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
    return this.#rows.rowsKnown;
  }

  /** Reads the first batch: only its labels tell the names of two classes. */
  async begin(): Promise<this> {
    this.#first = await this.#next();
    if (this.#first === undefined) throw this.#rows.noRows();
    return this;
  }

  async #next(): Promise<Predictions | undefined> {
    const next = await this.#stream.next();
    return next.done === true ? undefined : this.#assembler.assemble(next.value);
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
    this.#assembler.finish();
  }

  summary(): ReadSummary {
    return this.#rows.summary([...(this.#plan.notes ?? []), ...this.#assembler.notes()]);
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

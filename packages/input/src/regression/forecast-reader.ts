import { BadInput } from "../bad-input.ts";
import { pickDoubles } from "../checks/pick.ts";
import { RowScreen } from "../checks/row-screen.ts";
import { SharedColumns } from "../checks/shared-columns.ts";
import type { InputOptions, ReadContext } from "../input-options.ts";
import type { ReadSummary } from "../opened-predictions.ts";
import { type OpenedTables, rowsPerBatch } from "../opened-tables.ts";
import { Slots } from "../slots.ts";
import type { ForecastPlan } from "./forecast-plan.ts";
import { addNumber, ForecastValues } from "./forecast-values.ts";
import type { ForecastBatch } from "./opened-regression.ts";

/** Some rows of forecasts, with outcomes where the plan has them. */
export interface ReadBatch extends ForecastBatch {
  readonly outcomes: Float64Array | undefined;
}

/** Reads the rows of a plan. */
export class ForecastReader {
  readonly plan: ForecastPlan;
  readonly skipsMalformed: boolean;
  readonly #sources: OpenedTables;
  readonly #context: ReadContext;
  readonly #skipBad: boolean;
  readonly #screen: RowScreen;
  readonly #slots = new Slots();
  readonly #values: ForecastValues;
  readonly #shared: SharedColumns;
  readonly #outcome: number | undefined;
  #rowsRead = 0;
  #kept = 0;
  #started = false;

  constructor(plan: ForecastPlan, sources: OpenedTables, { skipBad = false }: InputOptions, context: ReadContext) {
    this.plan = plan;
    this.#sources = sources;
    this.#context = context;
    this.#skipBad = skipBad;
    this.#screen = new RowScreen(skipBad, context.onScreened);
    this.#values = new ForecastValues(plan.forecast, this.#slots, this.#screen);
    this.#outcome = plan.outcome && addNumber(this.#slots, this.#screen, plan.outcome, "outcome", "a number");
    this.#shared = new SharedColumns(plan, this.#slots, this.#screen);
    this.skipsMalformed = skipBad && this.#slots.tables.length === 1;
  }

  get kind(): ForecastPlan["forecast"]["kind"] {
    return this.plan.forecast.kind;
  }
  get levels(): readonly number[] {
    const { forecast } = this.plan;
    return forecast.kind === "quantiles" ? forecast.levels : forecast.kind === "interval" ? [forecast.level] : [];
  }
  get columns(): Readonly<Record<string, string>> {
    return this.plan.columns;
  }
  get sourceName(): string {
    return this.plan.sourceName;
  }
  get rowsKnown(): number | undefined {
    return this.#slots.tables.find((table) => table.rows !== undefined)?.rows;
  }

  async *read(): AsyncGenerator<ReadBatch> {
    if (this.#started) throw new TypeError("the batches of a file can be read once");
    this.#started = true;
    const { signal, onProgress } = this.#context;
    const { tables } = this.#slots;
    const known = this.rowsKnown;
    const batchRows = rowsPerBatch(Math.max(1, this.levels.length));
    for await (const batch of this.#slots.stream({ batchRows, skipBad: this.#skipBad, signal })) {
      const { rows, columns } = batch;
      const keep = await this.#screen.screen(columns, rows, this.#rowsRead);
      const outcome = this.#outcome === undefined ? undefined : columns[this.#outcome];
      const outcomes = outcome?.as === "number" ? pickDoubles(outcome.values, keep) : undefined;
      const parts = this.#shared.parts(columns, keep);
      this.#rowsRead += rows;
      this.#kept += keep?.length ?? rows;
      onProgress?.(known === undefined ? tables[0]?.progress() : this.#rowsRead / Math.max(1, known), this.#rowsRead);
      yield { rows, keep, forecast: this.#values.forecast(batch, keep), outcomes, ...parts };
    }
    this.#finish();
  }

  #finish(): void {
    const { file } = this.#slots.tables[0]!;
    const first = this.#screen.firstBad;
    if (this.#kept === 0 && first !== undefined)
      throw new BadInput(`${file}: all ${this.#rowsRead} rows are bad, the first because of ${first.message}`, {
        file,
      });
    if (this.#rowsRead === 0 && this.plan.outcome !== undefined) {
      const malformed = this.#malformed();
      throw new BadInput(
        malformed > 0
          ? `${file}: none of its ${malformed} lines is a row`
          : `${file}: no rows, expected some below the header`,
        { file },
      );
    }
    this.#shared.finish();
  }

  #malformed(): number {
    return this.#slots.tables.reduce((total, table) => total + table.malformed, 0);
  }

  summary(): ReadSummary {
    const malformed = this.#malformed();
    const skipped = this.#screen.skipped();
    if (malformed > 0) skipped.push({ reason: "malformed line", count: malformed });
    const notes = [...this.#slots.tables.flatMap((table) => table.notes), ...this.plan.notes];
    return { rowsRead: this.#rowsRead + malformed, skipped: skipped.sort((a, b) => b.count - a.count), notes };
  }

  close(): Promise<void> {
    return this.#sources.close();
  }
}

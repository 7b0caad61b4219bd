import { pickDoubles } from "../checks/pick.ts";
import { SharedColumns } from "../checks/shared-columns.ts";
import type { InputOptions, ReadContext } from "../input-options.ts";
import type { ReadSummary } from "../opened-predictions.ts";
import type { OpenedTables } from "../opened-tables.ts";
import { ScreenedRows } from "../screened-rows.ts";
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
  readonly #sources: OpenedTables;
  readonly #rows: ScreenedRows;
  readonly #values: ForecastValues;
  readonly #shared: SharedColumns;
  readonly #outcome: number | undefined;

  constructor(plan: ForecastPlan, sources: OpenedTables, options: InputOptions, context: ReadContext) {
    this.plan = plan;
    this.#sources = sources;
    this.#rows = new ScreenedRows(options, context);
    const { slots, screen } = this.#rows;
    this.#values = new ForecastValues(plan.forecast, slots, screen);
    this.#outcome = plan.outcome && addNumber(slots, screen, plan.outcome, "outcome", "a number");
    this.#shared = new SharedColumns(plan, slots, screen);
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
    return this.#rows.rowsKnown;
  }
  get skipsMalformed(): boolean {
    return this.#rows.skipsMalformed;
  }

  async *read(): AsyncGenerator<ReadBatch> {
    for await (const batch of this.#rows.read(this.levels.length)) {
      const { rows, columns, keep } = batch;
      const outcome = this.#outcome === undefined ? undefined : columns[this.#outcome];
      const outcomes = outcome?.as === "number" ? pickDoubles(outcome.values, keep) : undefined;
      const parts = this.#shared.parts(columns, keep);
      yield { rows, keep, forecast: this.#values.forecast(batch, keep), outcomes, ...parts };
    }
    if (this.#rows.rowsRead === 0 && this.plan.outcome !== undefined) throw this.#rows.noRows();
    this.#shared.finish();
  }

  summary(): ReadSummary {
    return this.#rows.summary(this.plan.notes);
  }

  close(): Promise<void> {
    return this.#sources.close();
  }
}

import type { Forecast } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import { checkNumbers, explainValue, type NumberCheck } from "../checks/check-numbers.ts";
import { complainAbout } from "../checks/complain.ts";
import { largestNumber } from "../checks/largest-number.ts";
import { pickDoubles, pickRows } from "../checks/pick.ts";
import type { BadRow, RowScreen } from "../checks/row-screen.ts";
import { printable } from "../show.ts";
import type { Slots } from "../slots.ts";
import { type Column, type ColumnBatch, gap } from "../table.ts";
import type { Located } from "../table-set.ts";
import type { ForecastColumns } from "./forecast-plan.ts";

type Columns = readonly Column[];

function numbersAt(columns: Columns, at: number): Float64Array {
  const column = columns[at];
  if (column?.as !== "number") throw new TypeError("not a column of numbers");
  return column.values;
}

/** A column of numbers that can be squared and added up; returns its position. */
export function addNumber(slots: Slots, screen: RowScreen, located: Located, what: string, expected: string): number {
  const at = slots.add(located.table, { as: "number", field: located.field });
  const check: NumberCheck = { at, located, what, expected };
  checkNumbers(screen, check);
  const tooLarge = screen.mark(
    `${what} too large`,
    explainValue(check, () => `its size may be ${largestNumber} at most`),
  );
  screen.add((columns, marks) => {
    const values = numbersAt(columns, at);
    for (let i = 0; i < marks.length; i++)
      if (Math.abs(values[i]!) > largestNumber && marks[i] === 0) marks[i] = tooLarge;
  });
  return at;
}

/** The columns of a forecast: every value a number, every row possible, or its row is bad. */
export class ForecastValues {
  readonly #columns: ForecastColumns;
  readonly #slots: Slots;
  readonly #screen: RowScreen;
  readonly #read: (batch: ColumnBatch, keep: Int32Array | undefined) => Forecast;

  constructor(columns: ForecastColumns, slots: Slots, screen: RowScreen) {
    this.#columns = columns;
    this.#slots = slots;
    this.#screen = screen;
    this.#read = this.#reader();
  }

  /** The forecasts of a screened batch, without the rows left out. */
  forecast(batch: ColumnBatch, keep: Int32Array | undefined): Forecast {
    return this.#read(batch, keep);
  }

  #reader(): (batch: ColumnBatch, keep: Int32Array | undefined) => Forecast {
    const plan = this.#columns;
    switch (plan.kind) {
      case "point": {
        const at = this.#point(plan.point);
        return ({ columns }, keep) => ({ kind: "point", point: pickDoubles(numbersAt(columns, at), keep) });
      }
      case "point-and-sigma": {
        const [point, sigma] = [this.#point(plan.point), this.#sigma(plan.sigma, plan.isVariance)];
        return ({ columns }, keep) => ({
          kind: "point-and-sigma",
          point: pickDoubles(numbersAt(columns, point), keep),
          sigma: pickDoubles(numbersAt(columns, sigma), keep),
        });
      }
      case "interval":
        return this.#interval(plan);
      case "quantiles":
        return this.#quantiles(plan);
    }
  }

  #point(located: Located): number {
    return addNumber(this.#slots, this.#screen, located, "forecast", "a number");
  }

  #sigma(located: Located, isVariance: boolean): number {
    const what = isVariance ? "variance" : "standard deviation";
    const expected = `a ${what} above 0`;
    const at = addNumber(this.#slots, this.#screen, located, what, expected);
    const check: NumberCheck = { at, located, what, expected };
    const notPositive = this.#screen.mark(`${what} not above 0`, explainValue(check));
    this.#screen.add((columns, marks) => {
      const values = numbersAt(columns, at);
      for (let i = 0; i < marks.length; i++) {
        if (marks[i] !== 0) continue;
        if (!(values[i]! > 0)) marks[i] = notPositive;
        else if (isVariance) values[i] = Math.sqrt(values[i]!);
      }
    });
    return at;
  }

  #interval(plan: Extract<ForecastColumns, { kind: "interval" }>) {
    const end = (located: Located, what: string) => addNumber(this.#slots, this.#screen, located, what, "a number");
    const [lower, upper] = [end(plan.lower, "lower end"), end(plan.upper, "upper end")];
    const point = plan.point === null ? undefined : this.#point(plan.point);
    const reversed = this.#screen.mark("lower end above the upper end", async ({ columns, index, row }) => {
      const { table, field } = plan.lower;
      const [from, to] = [numbersAt(columns, lower)[index], numbersAt(columns, upper)[index]];
      const names = `${printable(field.name)} and ${printable(plan.upper.field.name)}`;
      return new BadInput(
        `${table.file}, ${await table.place(row)}, columns ${names}: expected a lower end not above the upper one, got ${from} and ${to}`,
        { file: table.file, row, column: field.name },
      );
    });
    this.#screen.add((columns, marks) => {
      const [from, to] = [numbersAt(columns, lower), numbersAt(columns, upper)];
      for (let i = 0; i < marks.length; i++) if (from[i]! > to[i]! && marks[i] === 0) marks[i] = reversed;
    });
    return ({ columns }: ColumnBatch, keep: Int32Array | undefined): Forecast => ({
      kind: "interval",
      lower: pickDoubles(numbersAt(columns, lower), keep),
      upper: pickDoubles(numbersAt(columns, upper), keep),
      level: plan.level,
      point: point === undefined ? null : pickDoubles(numbersAt(columns, point), keep),
    });
  }

  #quantiles({ table, fields, levels }: Extract<ForecastColumns, { kind: "quantiles" }>) {
    const width = fields.length;
    const at = this.#slots.add(table, { as: "block", fields, width });
    const block = (columns: Columns) => {
      const column = columns[at];
      if (column?.as !== "block") throw new TypeError("not a block of numbers");
      return column;
    };
    const explain =
      (isBad: (value: number) => boolean, hint?: string) =>
      async ({ columns, index, row }: BadRow): Promise<BadInput> => {
        const { values, gaps } = block(columns);
        const start = index * width;
        let j = 0;
        while (j < width - 1 && !isBad(values[start + j]!)) j++;
        const why = gaps?.[start + j] ?? gap.none;
        const field = fields[j]!;
        const got =
          why === gap.missing
            ? undefined
            : why === gap.notANumber
              ? await table.textAt(field, row)
              : values[start + j]!;
        return complainAbout({ table, field }, row, "a number", got, hint);
      };
    const isGap = (value: number) => value - value !== 0;
    const missing = this.#screen.mark("missing quantile", explain(isGap));
    const notANumber = this.#screen.mark("quantile not a number", explain(isGap));
    const notFinite = this.#screen.mark("quantile not finite", explain(isGap));
    const tooLarge = this.#screen.mark(
      "quantile too large",
      explain((value) => !(Math.abs(value) <= largestNumber), `its size may be ${largestNumber} at most`),
    );
    this.#screen.add((columns, marks) => {
      const { values, gaps } = block(columns);
      for (let cell = 0; cell < values.length; cell++) {
        const value = values[cell]!;
        if (Math.abs(value) <= largestNumber) continue;
        const row = Math.floor(cell / width);
        if (marks[row] !== 0) continue;
        const why = gaps?.[cell] ?? gap.none;
        const bad = why === gap.missing ? missing : why === gap.notANumber ? notANumber : notFinite;
        marks[row] = value - value === 0 ? tooLarge : bad;
      }
    });
    return (batch: ColumnBatch, keep: Int32Array | undefined): Forecast => ({
      kind: "quantiles",
      levels,
      values: {
        data: pickRows(block(batch.columns).values, width, keep),
        rows: keep?.length ?? batch.rows,
        cols: width,
      },
    });
  }
}

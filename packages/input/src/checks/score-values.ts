import { plainName, weakScoreNames } from "../known-names.ts";
import type { ScorePlan } from "../plan.ts";
import type { Slots } from "../slots.ts";
import type { ColumnBatch } from "../table.ts";
import { checkNumbers, explainValue } from "./check-numbers.ts";
import { pickDoubles } from "./pick.ts";
import type { BadRow, RowScreen } from "./row-screen.ts";
import { Clipping, mistakenFor } from "./unit-interval.ts";

type OneScorePlan = Extract<ScorePlan, { task: "binary" | "confidence" }>;

/** The column of scores or confidences: every value a probability, or made one of a logit, or its row is bad. */
export class ScoreValues {
  readonly #clipping = new Clipping();
  readonly #at: number;

  constructor({ score, task, isLogit = false }: OneScorePlan, slots: Slots, screen: RowScreen) {
    this.#at = slots.add(score.table, { as: "number", field: score.field });
    if (isLogit) {
      checkNumbers(screen, { at: this.#at, located: score, what: "logit", expected: "a finite logit" });
      screen.add((columns, marks) => {
        const values = this.#column(columns);
        for (let i = 0; i < marks.length; i++) if (marks[i] === 0) values[i] = 1 / (1 + Math.exp(-values[i]!));
      });
      return;
    }
    const what = task === "binary" ? "score" : "confidence";
    const check = { at: this.#at, located: score, what, expected: "a probability in [0, 1]" };
    checkNumbers(screen, check);
    const isMaybeForecast = weakScoreNames.includes(plainName(score.field.name));
    const hint = ({ columns }: BadRow) => {
      const mistake = mistakenFor(this.#column(columns), "the column", "turn them into probabilities first");
      return mistake !== undefined && isMaybeForecast
        ? `${mistake}; a forecast of a number is named with --prediction`
        : mistake;
    };
    const outside = screen.mark("probability outside [0, 1]", explainValue(check, hint));
    screen.add((columns, marks) => {
      const values = this.#column(columns);
      for (let i = 0; i < marks.length; i++) {
        const value = values[i]!;
        if ((value >= 0 && value <= 1) || marks[i] !== 0) continue;
        const clipped = this.#clipping.clip(value);
        if (Number.isNaN(clipped)) marks[i] = outside;
        else values[i] = clipped;
      }
    });
  }

  #column(columns: ColumnBatch["columns"]): Float64Array {
    const column = columns[this.#at];
    if (column?.as !== "number") throw new TypeError("not a column of numbers");
    return column.values;
  }

  /** The scores of a screened batch, without the rows left out. */
  values({ columns }: ColumnBatch, keep: Int32Array | undefined): Float64Array {
    return pickDoubles(this.#column(columns), keep);
  }

  /** What was clipped, in sentences. */
  notes(): readonly string[] {
    const clipped = this.#clipping.note();
    return clipped === undefined ? [] : [clipped];
  }
}

import type { ScoreKind } from "@candor/core";
import {
  ClassValues,
  chosenScore,
  type InputOptions,
  makeOutputPlan,
  makeScorePlan,
  type ScorePlan,
  ScoreValues,
  SharedColumns,
  scoreNeed,
  sourceName,
} from "@candor/input";
import type { FileContext } from "./file-context.ts";
import { FileRows } from "./file-rows.ts";
import { openWithMembers } from "./members/open-with-members.ts";
import type { OpenedScores, ScoreBatch } from "./opened-scores.ts";
import { openForecasts } from "./regression/open-forecasts.ts";
import { scoredForecasts, scoredScores } from "./scored-scores.ts";

/** Makes an `OpenedScores` of a plan. */
class ScoreReader implements OpenedScores {
  readonly #plan: ScorePlan;
  readonly #rows: FileRows;
  readonly #values: ScoreValues | ClassValues;
  readonly #shared: SharedColumns;

  constructor(plan: ScorePlan, rows: FileRows, { normalise = false }: InputOptions) {
    const { slots, screen } = rows;
    this.#plan = plan;
    this.#rows = rows;
    this.#values =
      plan.task === "multiclass"
        ? new ClassValues(plan, slots, screen, normalise)
        : new ScoreValues(plan, slots, screen);
    this.#shared = new SharedColumns(plan, slots, screen);
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
    return sourceName(this.#plan, this.#rows.sources.set);
  }
  get rowSource(): OpenedScores["rowSource"] {
    return this.#rows.rowSource;
  }
  get skipsMalformed(): boolean {
    return this.#rows.skipsMalformed;
  }
  get spool(): OpenedScores["spool"] {
    return this.#rows.spool;
  }

  async *batches(): AsyncGenerator<ScoreBatch> {
    for await (const batch of this.#rows.read(this.width)) {
      const { rows, columns, keep } = batch;
      const values = this.#values.values(batch, keep);
      const { segments, weights, propensities, rowIds, insidePValues } = this.#shared.parts(columns, keep);
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
  }

  summary(): ReturnType<OpenedScores["summary"]> {
    return this.#rows.summary(this.#values.notes());
  }

  close(): Promise<void> {
    return this.#rows.close();
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
    const reader = new ScoreReader(plan, await FileRows.of(sources, options, context), options);
    return score === undefined ? reader : scoredScores(reader, score, options.confidenceClasses);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

import {
  type ConfidenceScore,
  confidenceFrom,
  confidenceScore,
  InputError,
  type OutputRows,
  type Predictions,
  type ScoreChoice,
  scoreChoiceText,
} from "@candor/core";
import { BadInput } from "./bad-input.ts";
import type { ReadContext } from "./input-options.ts";
import type { OpenedPredictions, ReadSummary } from "./opened-predictions.ts";
import type { OpenedRegression } from "./regression/opened-regression.ts";

type Source = OpenedPredictions | OpenedRegression;

/** Rows of outputs, turned into rows of one score of them. */
class ScoredPredictions implements OpenedPredictions {
  readonly task = "confidence";
  readonly classNames: readonly string[] = [];
  readonly #opened: Source;
  readonly #choice: ScoreChoice;
  readonly #note: string;
  readonly #onOutputs: ReadContext["onOutputs"];
  readonly score: ConfidenceScore;

  constructor(opened: Source, choice: ScoreChoice, { onOutputs }: ReadContext) {
    this.#opened = opened;
    this.#onOutputs = onOutputs;
    this.#choice = choice;
    this.score = confidenceScore(choice, "task" in opened ? opened.classNames.length : null);
    this.#note =
      choice.tolerance === null
        ? "right means that the class of the largest output is the label"
        : `right means that the forecast is off by ${choice.tolerance} at most`;
  }

  get columns(): Readonly<Record<string, string>> {
    return { ...this.#opened.columns, "confidence-from": scoreChoiceText(this.#choice) };
  }
  get sourceName(): string {
    return this.#opened.sourceName;
  }
  get rowsKnown(): number | undefined {
    return this.#opened.rowsKnown;
  }

  async *batches(): AsyncGenerator<Predictions> {
    for await (const batch of this.#opened.batches()) yield batch.rows === 0 ? nothing(batch) : this.#scored(batch);
  }

  #scored(batch: Predictions | OutputRows): Predictions {
    if (batch.task === "confidence") throw new TypeError("a confidence has no outputs");
    try {
      this.#onOutputs?.(batch);
      return confidenceFrom(batch, this.#choice);
    } catch (cause) {
      if (InputError.is(cause)) throw new BadInput(`${this.sourceName}: ${cause.message}`, { cause });
      throw cause;
    }
  }

  summary(): ReadSummary {
    const { notes, ...summary } = this.#opened.summary();
    return { ...summary, notes: [...notes, this.#note] };
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}

function nothing({ segments, weights, groups, time }: Predictions | OutputRows): Predictions {
  return {
    task: "confidence",
    rows: 0,
    classNames: [],
    segments,
    ...(weights ? { weights } : {}),
    ...(groups ? { groups } : {}),
    ...(time ? { time } : {}),
    confidences: new Float64Array(0),
    correct: new Uint8Array(0),
  };
}

/** The same rows as those of a confidence: one score of their outputs, and whether the prediction was right. */
export function scoredPredictions(opened: Source, choice: ScoreChoice, context: ReadContext): OpenedPredictions {
  return new ScoredPredictions(opened, choice, context);
}

/** The same rows, shown to `onOutputs` as they go by. */
export function watchedPredictions(
  opened: OpenedPredictions,
  onOutputs: NonNullable<ReadContext["onOutputs"]>,
): OpenedPredictions {
  const batches = async function* (): AsyncGenerator<Predictions> {
    for await (const batch of opened.batches()) {
      if (batch.task === "confidence")
        throw new BadInput(
          `${opened.sourceName}: scores are computed from the outputs of a model and its label, got a confidence`,
        );
      if (batch.rows > 0) onOutputs(batch);
      yield batch;
    }
  };
  return {
    task: opened.task,
    columns: opened.columns,
    sourceName: opened.sourceName,
    get classNames() {
      return opened.classNames;
    },
    get rowsKnown() {
      return opened.rowsKnown;
    },
    batches,
    summary: () => opened.summary(),
    close: () => opened.close(),
  };
}

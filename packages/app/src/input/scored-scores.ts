import {
  confidencesOf,
  forecastScore,
  InputError,
  isForecastScore,
  type Matrix,
  mapScore,
  type ScoreChoice,
  scoreChoiceText,
  scoreMember,
} from "@candor/core";
import { BadInput } from "@candor/input";
import type { OpenedScores, ScoreBatch } from "./opened-scores.ts";
import type { OpenedForecasts } from "./regression/opened-forecasts.ts";

type Outputs = OpenedScores | OpenedForecasts;

function column(data: Float64Array): Matrix {
  return { data, rows: data.length, cols: 1 };
}

/** Turns input errors of a score into complaints about the file. */
function orComplain<T>(file: string, compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

function asConfidences(outputs: Outputs, choice: ScoreChoice, batches: () => AsyncGenerator<ScoreBatch>): OpenedScores {
  const { columns, sourceName, rowSource, skipsMalformed, spool } = outputs;
  return {
    task: "confidence",
    columns: { ...columns, "confidence-from": scoreChoiceText(choice) },
    classNames: undefined,
    width: 1,
    sourceName,
    rowSource,
    skipsMalformed,
    spool,
    batches,
    summary: () => outputs.summary(),
    close: () => outputs.close(),
  };
}

/**
 * One score of the outputs of a classifier, row by row, as the confidence.
 *
 * @param classes how many the outputs must have, where that is recorded
 * @throws {BadInput} for another number of classes
 */
export function scoredScores(scores: OpenedScores, choice: ScoreChoice, classes: number | undefined): OpenedScores {
  const { task, columns, width, sourceName } = scores;
  if (task === "multiclass" && classes !== undefined && classes !== width)
    throw new BadInput(`${sourceName}: the calibrator is of ${choice.name} of ${classes} classes, got ${width}`, {
      file: sourceName,
    });
  const kind = task === "binary" ? "probability" : columns["logits"] === undefined ? "probabilities" : "logits";
  return asConfidences(scores, choice, async function* () {
    for await (const batch of scores.batches())
      yield batch.values.rows === 0
        ? { ...batch, values: column(new Float64Array(0)) }
        : {
            ...batch,
            values: column(orComplain(sourceName, () => confidencesOf(batch.values, kind, choice).confidences)),
          };
  });
}

/** One score of forecasts of numbers, row by row, as the confidence. */
export function scoredForecasts(forecasts: OpenedForecasts, choice: ScoreChoice): OpenedScores {
  const { name, tolerance } = choice;
  const { sourceName } = forecasts;
  return asConfidences(forecasts, choice, async function* () {
    for await (const { rows, keep, segments, weights, forecast } of forecasts.batches()) {
      if (!isForecastScore(name) || tolerance === null) throw new TypeError(`${name} is no score of forecasts`);
      const made = orComplain(sourceName, () =>
        mapScore(forecastScore(name, forecast, tolerance), scoreMember(name).map),
      );
      yield { rows, keep, segments, ...(weights ? { weights } : {}), values: column(made) };
    }
  });
}

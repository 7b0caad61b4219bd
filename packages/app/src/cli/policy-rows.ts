import {
  type Calibrator,
  type ConfidenceScore,
  calibrationData,
  createDataFingerprint,
  type DataFingerprint,
  type Predictions,
  type ReportDocument,
  scoreNote,
} from "@candor/core";
import { BadInput, collectBatches, type InputOptions } from "@candor/input";
import { type FileContext, openPredictions } from "../input/index.ts";
import { predictionCalibrator } from "./calibrate-predictions.ts";
import { arrangeClasses } from "./policy-classes.ts";
import { withRecordedScore } from "./recorded-score.ts";
import { sayWhichSegments } from "./say-which-segments.ts";

/** Which rows a policy is made of or verified on. */
export interface PolicyRowsRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  /** Applied to the scores first. */
  readonly calibrator: Calibrator | null;
  /** Columns that are kept as segments. */
  readonly by: readonly string[];
  /** Classes in the order wanted, and who wants them; those of the calibrator where there is one. */
  readonly classes?: readonly string[];
}

/** Rows ready for a policy. */
export interface PolicyRows {
  readonly predictions: Predictions;
  readonly source: ReportDocument["source"];
  /** True where the calibrator was fitted on these very rows. */
  readonly fittedHere: boolean;
  /** The score of the outputs that the confidence is, where it is not calibrated. */
  readonly score: ConfidenceScore | undefined;
}

/** Reads all rows of a file, calibrated where asked for. */
export async function readPolicyRows(
  { file, input: given, calibrator, by, classes }: PolicyRowsRequest,
  reading: FileContext,
): Promise<PolicyRows> {
  const input = withRecordedScore(given, calibrator);
  const own = new Set(by.map((name) => name.toLowerCase()));
  const further = (calibrator?.segments?.columns ?? []).filter((name) => !own.has(name.toLowerCase()));
  const columns = [...by, ...further];
  const opened = await openPredictions(file, columns.length === 0 ? input : { ...input, by: columns }, {
    ...reading,
    keepLogits: true,
    labelNames: calibrator?.classNames ?? classes ?? [],
  }).catch(sayWhichSegments(calibrator ?? undefined, by));
  try {
    const applied = calibrator && predictionCalibrator(calibrator, by, opened.columns, opened.sourceName);
    const fingerprint = calibrator && fingerprintOf();
    const { predictions: read } = await collectBatches(
      opened,
      "exact",
      { create: () => undefined, add: () => undefined },
      (batch) => {
        fingerprint?.add(batch);
        return applied?.calibrate(batch) ?? batch;
      },
    );
    if (read === undefined) throw new BadInput(`${opened.sourceName}: there are no rows`);
    const names = calibrator?.classNames ?? classes ?? read.classNames;
    const { predictions, note } = arrangeClasses(read, names, {
      name: calibrator === null ? "policy" : "calibrator",
      file: opened.sourceName,
    });
    const { rowsRead, skipped, notes } = opened.summary();
    const score = applied ? undefined : opened.score;
    const own = [
      ...(score === undefined || score.isProbability ? [] : [scoreNote(score)]),
      ...(applied?.notes() ?? []),
      ...(note === undefined || applied ? [] : [note]),
    ];
    return {
      predictions,
      source: {
        name: opened.sourceName,
        rows: rowsRead,
        skipped,
        columns: opened.columns,
        approximate: false,
        notes: [...own, ...notes],
      },
      score,
      fittedHere: fingerprint !== null && fingerprint?.digest() === calibrator?.data.fingerprint,
    };
  } finally {
    await opened.close();
  }
}

/** The fingerprint that a fit of these rows would record. */
function fingerprintOf(): { add(batch: Predictions): void; digest(): string | undefined } {
  let fingerprint: DataFingerprint | undefined;
  return {
    add(batch) {
      const data = calibrationData(batch);
      fingerprint ??= createDataFingerprint({
        scoreKind: data.scoreKind,
        columns: "logits" in data ? data.logits.cols : 1,
        weighted: data.weights !== undefined,
        merged: false,
      });
      fingerprint.add(data);
    },
    digest: () => fingerprint?.digest(),
  };
}

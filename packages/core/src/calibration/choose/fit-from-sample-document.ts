import type { CalibrationData } from "../calibration-data.ts";
import type { FitDocument } from "../fit-document.ts";
import { assembleBinary, assembleMulticlass, type FitDocumentOptions, type FitOrigin } from "./assemble-document.ts";
import { runBinaryChoice, runMulticlassChoice } from "./choose-calibrator.ts";

/** Rows of which only a sample is kept. */
export interface SampledRows {
  /** A uniform random sample, or all. */
  readonly sample: CalibrationData;
  /** How many rows with weight there are. */
  readonly rows: number;
  /** `dataFingerprint` of all rows. */
  readonly fingerprint: string;
  /** Why the others were not fitted: a clause. */
  readonly reason: string;
}

/**
 * `fitDocument` of a sample of the rows, fitted to the sample alone. The first warning says so, and the spec of the
 * calibrator has `fittedFrom: "sample"` and the number of all rows as `rowsSeen`; where the sample is all rows, there is
 * neither.
 *
 * @throws {InputError} as `fitDocument`
 */
export function fitDocumentFromSample(from: SampledRows, options: FitDocumentOptions): FitDocument {
  const { sample, rows, fingerprint, reason } = from;
  const isAll = sample.rows === rows;
  const source = { ...options.source, approximate: !isAll };
  const origin: FitOrigin = {
    fingerprint,
    spec: isAll ? {} : { fittedFrom: "sample", rowsSeen: rows },
    notes: [],
    warnings: isAll ? [] : [`Only ${sampleWords(sample, rows)}, were used: ${reason}.`],
  };
  const { document } =
    "labels" in sample
      ? assembleMulticlass(sample, runMulticlassChoice(sample, options), { ...options, source }, () => origin)
      : assembleBinary(sample, runBinaryChoice(sample, options), { ...options, source }, () => origin);
  return document;
}

/** "100,000 of 5,000,000 rows, drawn at random". */
export function sampleWords({ rows }: CalibrationData, all: number): string {
  const count = (n: number): string => n.toLocaleString("en");
  return rows === all ? `all ${count(all)} rows` : `${count(rows)} of ${count(all)} rows, drawn at random`;
}

import {
  createRandom,
  fitOodDetector,
  isOodMethod,
  type LinearHead,
  type OodEvidence,
  type OodFitOptions,
} from "@candor/core";
import { BadInput } from "@candor/input";
import { classCodes, type EvidenceFile, type FileContext, readEvidence } from "../input/index.ts";
import { type OodFitResult, renderOodFit } from "../render/terminal/ood-fit.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { refuseOverwriting } from "./input-files.ts";
import { writeDetector } from "./ood-detector-file.ts";
import {
  detectorList,
  type EvidenceOptions,
  type HeadFlags,
  labelOf,
  namedFiles,
  ownNames,
  prefixedNames,
  readHead,
} from "./ood-flags.ts";
import { createProgress } from "./progress.ts";
import { terminalOptions } from "./terminal-options.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable } from "./write-file.ts";

/** What `candor ood fit` reads. */
export interface OodFitFlags extends EvidenceOptions, HeadFlags {
  readonly calibration?: string;
  readonly calibrationFeatures?: string;
  readonly calibrationLogits?: string;
  readonly calibrationProbs?: string;
  readonly calibrationShare?: number;
  readonly outliers?: string;
  readonly outliersFeatures?: string;
  readonly outliersLogits?: string;
  readonly outliersProbs?: string;
  readonly method?: string;
  readonly k?: number;
  readonly shrinkage?: number;
  readonly dimension?: number;
  readonly percentile?: number;
  readonly temperature?: number;
  readonly gamma?: number;
  readonly top?: number;
  readonly ridge?: number;
  readonly seed: number;
  readonly name?: string;
  readonly created?: string;
  readonly out?: string;
  readonly json?: true;
}

const CALIBRATION_SHARE = 0.2;

/** `candor ood fit`. */
export async function runOodFit(file: string | undefined, flags: OodFitFlags, context: CliContext): Promise<void> {
  if (flags.method === "list") {
    context.stdout.write(detectorList());
    return;
  }
  const { out } = flags;
  if (out === "-") throw new UsageError("--out needs the name of a file, got -");
  if (file === undefined && flags.features === undefined && flags.logits === undefined && flags.probs === undefined)
    throw new UsageError("nothing to learn from, expected `candor ood fit FILE` or --features, --logits, --probs");
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], inputsOf(file, flags));
    await checkWritable(out);
  }
  const result = await fitted(file, flags, context);
  context.signal.throwIfAborted();
  const written = out === undefined ? [] : await writeDetector(out, result.detector, context.signal);
  if (flags.json) context.stdout.write(`${JSON.stringify(documentOf(result, written))}\n`);
  else context.stdout.write(`${renderOodFit(result, terminalOptions(context))}${closing(out, written)}\n`);
}

function inputsOf(file: string | undefined, flags: OodFitFlags): (string | undefined)[] {
  const { features, logits, probs, calibration, outliers, headWeights, headBias } = flags;
  const { calibrationFeatures, calibrationLogits, calibrationProbs } = flags;
  const { outliersFeatures, outliersLogits, outliersProbs, label, labels } = flags;
  const named = namedFiles(
    ...[features, logits, probs, label, labels],
    ...[calibrationFeatures, calibrationLogits, calibrationProbs],
    ...[outliersFeatures, outliersLogits, outliersProbs],
  );
  return [file, calibration, outliers, headWeights, headBias, ...named];
}

async function fitted(file: string | undefined, flags: OodFitFlags, context: CliContext): Promise<OodFitResult> {
  const progress = createProgress(context.stderr);
  const reading: FileContext = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
  };
  try {
    const head = await readHead(flags, reading);
    const { format, skipBad } = flags;
    const shared = {
      ...(format === undefined ? {} : { format }),
      ...(skipBad === undefined ? {} : { skipBad }),
    };
    const { features, logits, probs } = flags;
    const train = await readEvidence(
      {
        ...shared,
        file,
        flags: { features, logits, probs, labels: labelOf(flags) },
        names: ownNames,
        wantsLabels: true,
      },
      reading,
    );
    const further = (prefix: "calibration" | "outliers", path: string | undefined) =>
      readFurther(prefix, path, flags, train, reading);
    const calibration = await further("calibration", flags.calibration);
    const outliers = await further("outliers", flags.outliers);
    progress.update("fitting", undefined);
    const labels = classCodes(train, classesOf(train.evidence, head));
    const parts = partsOf(train, labels, calibration, flags);
    const options = optionsOf(flags, head, parts.calibration, outliers?.evidence, train.sourceName);
    const detector = context.whileBusy(() => fitOodDetector(parts.train, options));
    const { rowsRead, skipped, notes } = train.summary;
    return {
      detector,
      source: { name: train.sourceName, rows: rowsRead, columns: train.columns, skipped },
      calibrationFrom: parts.from,
      notes: [...notes, ...parts.notes, ...(calibration?.summary.notes ?? []), ...(outliers?.summary.notes ?? [])],
    };
  } finally {
    progress.clear();
  }
}

/** Classes that labels have to be of; undefined where they only part the rows. */
function classesOf({ logits, probabilities }: OodEvidence, head: LinearHead | undefined): number | undefined {
  return logits?.cols ?? probabilities?.cols ?? head?.weights.rows;
}

/** Calibration rows or outliers: a table with the columns of the training rows, or arrays. */
async function readFurther(
  prefix: "calibration" | "outliers",
  path: string | undefined,
  flags: OodFitFlags,
  train: EvidenceFile,
  reading: FileContext,
): Promise<EvidenceFile | undefined> {
  const own = {
    features: flags[`${prefix}Features`],
    logits: flags[`${prefix}Logits`],
    probs: flags[`${prefix}Probs`],
  };
  const isNamed = Object.values(own).some((text) => text !== undefined);
  if (path === undefined && !isNamed) return undefined;
  const column = (text: string | undefined) => (text === undefined || isFileName(text) ? undefined : text);
  const { features, logits, probs, skipBad } = flags;
  const ofTraining = { features: column(features), logits: column(logits), probs: column(probs) };
  const names = prefixedNames(prefix);
  const read = await readEvidence(
    {
      file: path,
      flags: path === undefined || isNamed ? own : ofTraining,
      names: path === undefined || isNamed ? names : ownNames,
      kinds: train.kinds,
      ...(skipBad === undefined ? {} : { skipBad }),
    },
    reading,
  );
  return read;
}

function isFileName(text: string): boolean {
  return namedFiles(text).length > 0;
}

interface Parts {
  readonly train: OodEvidence & { readonly labels?: Int32Array };
  readonly calibration: OodEvidence | undefined;
  readonly from: string | null;
  readonly notes: readonly string[];
}

/** Training rows, and those that calibrate: given, or a part of the rows drawn at random. */
function partsOf(
  { evidence, rows }: EvidenceFile,
  labels: Int32Array | undefined,
  calibration: EvidenceFile | undefined,
  { calibrationShare, seed }: OodFitFlags,
): Parts {
  const all = { ...evidence, ...(labels === undefined ? {} : { labels }) };
  if (calibration !== undefined) {
    if (calibrationShare !== undefined)
      throw new UsageError("--calibration-share parts the given rows, expected no calibration rows beside it");
    const { sourceName, rows: count } = calibration;
    return {
      train: all,
      calibration: calibration.evidence,
      from: `${count.toLocaleString("en")} rows of ${sourceName}`,
      notes: [],
    };
  }
  const share = calibrationShare ?? CALIBRATION_SHARE;
  const count = Math.round(share * rows);
  if (count === 0) return { train: all, calibration: undefined, from: null, notes: [] };
  if (count >= rows)
    throw new BadInput(`${rows} rows are too few for a share of ${share} that calibrates, expected more rows`);
  const order = shuffled(rows, seed);
  const held = order.slice(0, count).sort();
  const kept = order.slice(count).sort();
  return {
    train: {
      ...picked(evidence, kept),
      ...(labels ? { labels: Int32Array.from(kept, (row) => labels[row] ?? 0) } : {}),
    },
    calibration: picked(evidence, held),
    from: `${count.toLocaleString("en")} of the ${rows.toLocaleString("en")} rows, drawn at random (seed ${seed})`,
    notes: [
      "the rows that calibrate are some of those given: p-values hold for rows that the network has not learned from only if it has not learned from these either; --calibration-features gives others",
    ],
  };
}

function shuffled(rows: number, seed: number): Int32Array {
  const random = createRandom(seed);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const row = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = row;
  }
  return order;
}

function picked(evidence: OodEvidence, rows: Int32Array): OodEvidence {
  const parts = (["features", "logits", "probabilities"] as const).flatMap((kind) => {
    const matrix = evidence[kind];
    if (matrix === undefined) return [];
    const { data, cols } = matrix;
    const chosen = new Float64Array(rows.length * cols);
    rows.forEach((row, i) => {
      chosen.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    return [[kind, { data: chosen, rows: rows.length, cols }] as const];
  });
  return Object.fromEntries(parts);
}

function optionsOf(
  flags: OodFitFlags,
  head: LinearHead | undefined,
  calibration: OodEvidence | undefined,
  outliers: OodEvidence | undefined,
  sourceName: string,
): OodFitOptions {
  const { method = outliers === undefined ? "auto" : "outlier-exposure", name = sourceName, created } = flags;
  if (!isOodMethod(method))
    throw new UsageError(`--method ${method} is not known; \`candor ood fit --method list\` tells of all`);
  const { k, shrinkage, dimension, percentile, temperature, gamma, top, ridge } = flags;
  const given = Object.entries({ k, shrinkage, dimension, percentile, temperature, gamma, top, ridge });
  return {
    method,
    name,
    version,
    ...(created === undefined ? {} : { created }),
    ...(head === undefined ? {} : { head }),
    ...(calibration === undefined ? {} : { calibration }),
    ...(outliers === undefined ? {} : { outliers }),
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
}

function documentOf(result: OodFitResult, written: readonly string[]): object {
  const { detector, source, calibrationFrom, notes } = result;
  const { method, parts, n, spec, calibration, reads, fingerprint } = detector;
  return {
    schema: "candor.ood-fit/1",
    version,
    detector: {
      method,
      parts: parts.map((part) => part.method),
      n,
      calibrationRows: calibration?.n ?? 0,
      reads,
      spec,
      fingerprint,
      notes: detector.notes,
    },
    source,
    calibrationFrom,
    notes,
    output: written[0] ?? null,
    arrays: written.slice(1),
  };
}

function closing(out: string | undefined, written: readonly string[]): string {
  const lines = written.map((path) => `wrote ${path}`);
  lines.push(
    out === undefined
      ? "nothing was kept: -o detector.json writes the detector"
      : `next: candor ood report --detector ${out} --in-features test.npy --out-features other.npy`,
  );
  return `\n${lines.join("\n")}`;
}

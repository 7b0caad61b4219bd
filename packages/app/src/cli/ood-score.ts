import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  conformalOodPValues,
  type Discoveries,
  type DiscoveryMethod,
  discoverOutside,
  InputError,
  type Matrix,
  type MergeMethod,
  mergePValues,
  type OodDetector,
  oodScores,
} from "@candor/core";
import { BadInput } from "@candor/input";
import { type EvidenceKind, type OpenedEvidence, openEvidence } from "../input/index.ts";
import { type OutputFormat, openWriter, outputEndings, outputFormat } from "../output/index.ts";
import { version } from "../version.ts";
import { notesOnDuplicates } from "./apply-calibrator.ts";
import { namesBeside } from "./conformal-application.ts";
import type { CliContext } from "./context.ts";
import { refuseOverwriting } from "./input-files.ts";
import { readDetector } from "./ood-detector-file.ts";
import { type EvidenceOptions, namedFiles, ownNames } from "./ood-flags.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeThrough } from "./write-file.ts";

/** What `candor ood score` reads. */
export interface OodScoreFlags extends EvidenceOptions {
  readonly detector: readonly string[];
  readonly merge?: MergeMethod;
  readonly fdr?: number;
  readonly fdrMethod?: DiscoveryMethod;
  readonly out?: string;
  readonly json?: true;
}

/** A detector with its name for people. */
interface Named {
  readonly name: string;
  readonly detector: OodDetector;
}

interface Batch {
  readonly rows: number;
  readonly keep: Int32Array | undefined;
  readonly count: number;
}

/** Scores of all good rows, and how they lie in the file. */
interface Scored {
  readonly batches: readonly Batch[];
  /** Per detector. */
  readonly scores: readonly Float64Array[];
  /** Per detector that has calibration rows. */
  readonly pValues: readonly Float64Array[];
  /** Merged, or those of the only detector; undefined without calibration rows. */
  readonly pValue: Float64Array | undefined;
  readonly discoveries: Discoveries | undefined;
}

/** `candor ood score`. */
export async function runOodScore(file: string | undefined, flags: OodScoreFlags, context: CliContext): Promise<void> {
  const { features, logits, probs, detector: paths } = flags;
  const named = namedFiles(features, logits, probs);
  if (file === undefined && named.length === 0)
    throw new UsageError("no rows to score, expected `candor ood score FILE --detector detector.json`");
  const out = flags.out === "-" ? undefined : flags.out;
  if (out === undefined && flags.json)
    throw new UsageError("--json and the scored rows both go to standard output, expected --out FILE");
  if (flags.merge !== undefined && paths.length < 2)
    throw new UsageError("--merge is for several detectors, expected --detector more than once");
  const output = formatOf(out);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [file, ...paths, ...named]);
    await checkWritable(out);
  }
  const { stdout, stderr, stdin, signal } = context;
  const detectors: Named[] = [];
  for (const path of paths) detectors.push({ name: stemOf(path), detector: await readDetector(path, { signal }) });
  checkFlags(flags, detectors);
  const progress = createProgress(stderr);
  const { format, skipBad } = flags;
  const opened = await openEvidence(
    {
      file,
      flags: { features, logits, probs },
      names: ownNames,
      kinds: kindsOf(detectors),
      ...(format === undefined ? {} : { format }),
      ...(skipBad === undefined ? {} : { skipBad }),
    },
    { signal, stdin, onProgress: (fraction, rows) => progress.update("scoring", fraction, rows) },
  );
  try {
    const scored = await scoreAll(opened, detectors, flags);
    progress.update("writing", undefined);
    const { names, notes } = columnsFor(opened, detectors, scored);
    const produce = (path: string) => write(path, { output, opened, scored, names }, signal);
    if (out !== undefined) await writeThrough(out, produce);
    else {
      const path = opened.spool().path("scored.csv");
      await produce(path);
      progress.clear();
      await pipeline(createReadStream(path), stdout, { signal, end: false });
    }
    progress.clear();
    const { rowsRead: rows, skipped, notes: read } = opened.summary();
    const own = [...read, ...notesOnDuplicates(opened.rowSource?.names ?? []), ...notes];
    for (const { reason, count } of skipped)
      stderr.write(`note: ${count.toLocaleString("en")} rows left out: ${reason}\n`);
    for (const note of own) stderr.write(`note: ${note}\n`);
    if (out === undefined) return;
    const document = {
      schema: "candor.ood-score/1",
      version,
      detectors: detectors.map(({ name, detector }) => describe(name, detector)),
      merge: detectors.length > 1 ? (flags.merge ?? "harmonic") : null,
      source: { name: opened.sourceName, columns: opened.columns },
      output: out,
      rows,
      skipped,
      added: names,
      discoveries: discoveriesOf(scored),
      notes: own,
    };
    stdout.write(`${flags.json ? JSON.stringify(document) : wrote(out, rows, names, scored, flags, detectors)}\n`);
  } finally {
    progress.clear();
    await opened.close();
  }
}

function stemOf(path: string): string {
  return basename(path).replace(/\.json$/i, "");
}

function describe(name: string, { method, fingerprint, calibration }: OodDetector): object {
  return { name, method, fingerprint, calibrationRows: calibration?.n ?? 0 };
}

function discoveriesOf({ discoveries }: Scored): object | null {
  if (discoveries === undefined) return null;
  const { found: _, ...rest } = discoveries;
  return rest;
}

function formatOf(out: string | undefined): OutputFormat {
  const output = out === undefined ? ({ format: "csv", compression: "none" } as const) : outputFormat(out);
  if (output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  return output;
}

function checkFlags({ fdr, fdrMethod }: OodScoreFlags, detectors: readonly Named[]): void {
  if (fdrMethod !== undefined && fdr === undefined)
    throw new UsageError("--fdr-method says how --fdr searches, expected --fdr too");
  const without = detectors.find(({ detector }) => detector.calibration === null);
  if (without === undefined) return;
  const has = `${without.name} has no calibration rows, so there are no p-values`;
  if (fdr !== undefined) throw new BadInput(`${has} for --fdr: fit it with some`);
  if (detectors.length > 1) throw new BadInput(`${has} to merge: fit it with some`);
}

/** What the detectors read of each row. */
function kindsOf(detectors: readonly Named[]): EvidenceKind[] {
  const reads = detectors.map(({ detector }) => detector.reads);
  return [
    ...(reads.some(({ features }) => features === "given") ? ["features" as const] : []),
    ...(reads.some(({ logits }) => logits === "given") ? ["logits" as const] : []),
    ...(reads.some(({ probabilities }) => probabilities === "given") ? ["probabilities" as const] : []),
  ];
}

async function scoreAll(opened: OpenedEvidence, detectors: readonly Named[], flags: OodScoreFlags): Promise<Scored> {
  const parts = detectors.map((): Float64Array[] => []);
  const batches: Batch[] = [];
  for await (const { rows, keep, evidence, count } of opened.batches()) {
    batches.push({ rows, keep, count });
    detectors.forEach(({ detector }, d) => {
      parts[d]?.push(
        count === 0 ? new Float64Array(0) : saying(opened.sourceName, () => oodScores(detector, evidence)),
      );
    });
  }
  const scores = parts.map(joined);
  const pValues = detectors.flatMap(({ detector: { calibration } }, d) =>
    calibration === null
      ? []
      : [conformalOodPValues(Float64Array.from(calibration.scores), scores[d] ?? new Float64Array(0))],
  );
  const pValue = pValues.length < 2 ? pValues[0] : mergePValues(sideBySide(pValues), flags.merge ?? "harmonic");
  return { batches, scores, pValues, pValue, discoveries: searched(pValue, detectors, flags) };
}

function searched(
  pValue: Float64Array | undefined,
  detectors: readonly Named[],
  { fdr, fdrMethod }: OodScoreFlags,
): Discoveries | undefined {
  if (pValue === undefined || fdr === undefined) return undefined;
  const method = fdrMethod ?? (detectors.length > 1 ? "benjamini-yekutieli" : "benjamini-hochberg");
  const calibrationRows = detectors.length > 1 ? undefined : detectors[0]?.detector.calibration?.n;
  return discoverOutside(pValue, fdr, { method, ...(calibrationRows === undefined ? {} : { calibrationRows }) });
}

function saying<T>(sourceName: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${sourceName}: ${cause.message}`, { file: sourceName, cause });
    throw cause;
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sideBySide(columns: readonly Float64Array[]): Matrix {
  const cols = columns.length;
  const rows = columns[0]?.length ?? 0;
  const data = new Float64Array(rows * cols);
  columns.forEach((column, k) => {
    for (let i = 0; i < rows; i++) data[i * cols + k] = column[i] ?? 0;
  });
  return { data, rows, cols };
}

const DISCOVERY = "ood_found";

/** Names of what is added: scores, p-values, and which rows were found. */
function columnsFor(
  { rowSource }: OpenedEvidence,
  detectors: readonly Named[],
  { pValue, pValues, discoveries }: Scored,
): { names: string[]; notes: readonly string[] } {
  const isOne = detectors.length === 1;
  const wanted = [
    ...detectors.map(({ name }) => (isOne ? "ood_score" : `ood_score_${name}`)),
    ...(isOne ? [] : detectors.slice(0, pValues.length).map(({ name }) => `ood_p_${name}`)),
    ...(pValue === undefined ? [] : ["ood_p"]),
    ...(discoveries === undefined ? [] : [DISCOVERY]),
  ];
  const repeated = wanted.find((name, i) => wanted.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new UsageError(`two detectors are called ${repeated.replace("ood_score_", "")}, expected other file names`);
  const { names, notes } = namesBeside(rowSource?.names ?? [], wanted, "new_");
  return { names: [...names], notes };
}

interface Writing {
  readonly output: OutputFormat;
  readonly opened: OpenedEvidence;
  readonly scored: Scored;
  readonly names: readonly string[];
}

async function write(path: string, { output, opened, scored, names }: Writing, signal: AbortSignal): Promise<void> {
  const { scores, pValues, pValue, discoveries, batches } = scored;
  const columns = [...scores, ...(scores.length > 1 ? pValues : []), ...(pValue === undefined ? [] : [pValue])];
  const [last = new Float64Array(0)] = columns.slice(-1);
  const word = discoveries === undefined ? [] : [{ name: names[columns.length] ?? DISCOVERY, values: ["0", "1"] }];
  const added = {
    confidence: undefined,
    classes: undefined,
    numbers: names.slice(0, columns.length),
    ...(word.length === 0 ? {} : { words: word }),
  };
  const writer = await openWriter(path, output, added, opened, signal);
  try {
    let at = 0;
    for (const { rows, keep, count } of batches) {
      const part = (values: Float64Array) => values.subarray(at, at + count);
      const found = discoveries?.found.subarray(at, at + count);
      await writer.write({
        rows,
        keep,
        confidences: part(last),
        classes: undefined,
        numbers: columns.map(part),
        ...(found === undefined ? {} : { words: [Int32Array.from(found)] }),
      });
      at += count;
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
}

function wrote(
  out: string,
  rows: number,
  names: readonly string[],
  { pValue, discoveries }: Scored,
  { fdr }: OodScoreFlags,
  detectors: readonly Named[],
): string {
  const isArray = /\.npy$/i.test(out);
  const added = isArray ? (pValue === undefined ? "the scores" : "the p-values") : `added ${names.join(", ")}`;
  const lines = [`wrote ${out}: ${rows.toLocaleString("en")} rows, ${added}`];
  if (pValue !== undefined) lines.push(lowPValues(pValue, detectors));
  if (discoveries !== undefined && fdr !== undefined)
    lines.push(
      `found outside: ${discoveries.count.toLocaleString("en")} rows, at most ${Number((100 * fdr).toPrecision(12))} % of them wrong on average`,
    );
  return lines.join("\n");
}

/** How many rows look unlike, and how many of as many inside rows would. */
function lowPValues(pValue: Float64Array, detectors: readonly Named[]): string {
  const low = pValue.reduce((count, p) => count + (p <= 0.05 ? 1 : 0), 0);
  const n = detectors.length === 1 ? detectors[0]?.detector.calibration?.n : undefined;
  const share = n === undefined ? 0.05 : Math.floor((n + 1) / 20) / (n + 1);
  if (n !== undefined && share === 0)
    return `p-value of 0.05 or less: no row can have one, with ${n} held-out ${n === 1 ? "row" : "rows"} the least is ${Number((1 / (n + 1)).toPrecision(2))}`;
  const chance = Math.round(share * pValue.length).toLocaleString("en");
  return `p-value of 0.05 or less: ${low.toLocaleString("en")} rows (by chance: ${chance} at most on average)`;
}

import {
  type DiscoveryMethod,
  fitOodDetector,
  InputError,
  type LinearHead,
  type Matrix,
  matrix,
  maximumProbability,
  type OodDetector,
  type OodEvidence,
  type OodMethod,
  type OodReportDocument,
  type OodReportOptions,
  oodMethods,
  oodReport,
  oodScores,
  type ScoredDetector,
  softmax,
  topLabel,
} from "@candor/core";
import { BadInput } from "@candor/input";
import { classCodes, type EvidenceFile, type FileContext, readEvidence } from "../input/index.ts";
import { renderOodHtml } from "../render/html/ood.ts";
import { renderOod } from "../render/terminal/ood.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { refuseOverwriting } from "./input-files.ts";
import { readDetector } from "./ood-detector-file.ts";
import {
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
import { checkWritable, type OutputFile, writeWhole } from "./write-file.ts";

/** What `candor ood report` reads. */
export interface OodReportFlags extends EvidenceOptions, HeadFlags {
  readonly detector: string;
  readonly outside?: readonly string[];
  readonly inFeatures?: string;
  readonly inLogits?: string;
  readonly inProbs?: string;
  readonly outFeatures?: readonly string[];
  readonly outLogits?: readonly string[];
  readonly outProbs?: readonly string[];
  readonly trainFeatures?: string;
  readonly trainLogits?: string;
  readonly trainProbs?: string;
  readonly trainLabels?: string;
  readonly compare?: readonly string[];
  readonly oodLevel: number;
  readonly fdr: number;
  readonly fdrMethod?: DiscoveryMethod;
  readonly level: number;
  readonly seed: number;
  readonly created?: string;
  readonly json?: string | true;
  readonly html?: string;
}

/** `candor ood report`. */
export async function runOodReport(
  file: string | undefined,
  flags: OodReportFlags,
  context: CliContext,
): Promise<void> {
  const json = flags.json === "-" ? (true as const) : flags.json;
  if (flags.html === "-") throw new UsageError("--html needs the name of a file, got -");
  const hasInside = [flags.inFeatures, flags.inLogits, flags.inProbs].some((text) => text !== undefined);
  if (file === undefined && !hasInside)
    throw new UsageError(
      "no inside rows to test on, expected `candor ood report FILE --detector detector.json` or --in-features",
    );
  const outputs = [
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  refuseOverwriting(outputs, inputsOf(file, flags));
  for (const { path } of outputs) await checkWritable(path);
  const document = await computed(file, flags, context);
  context.signal.throwIfAborted();
  await writeWhole(
    outputs.map(
      ({ flag, path }): OutputFile => ({
        path,
        content: flag === "--html" ? renderOodHtml(document) : `${JSON.stringify(document)}\n`,
      }),
    ),
  );
  const closing = outputs.map(({ path }) => `\nwrote ${path}`).join("");
  context.stdout.write(
    json === true
      ? `${JSON.stringify(document)}\n`
      : `${renderOod(document, terminalOptions(context))}${closing}${closing === "" ? "" : "\n"}`,
  );
}

function inputsOf(file: string | undefined, flags: OodReportFlags): (string | undefined)[] {
  const { detector, outside = [], compare = [], outFeatures = [], outLogits = [], outProbs = [] } = flags;
  const { inFeatures, inLogits, inProbs, trainFeatures, trainLogits, trainProbs, trainLabels } = flags;
  const named = namedFiles(
    ...[inFeatures, inLogits, inProbs, trainFeatures, trainLogits, trainProbs, trainLabels, labelOf(flags)],
    ...[...outFeatures, ...outLogits, ...outProbs],
  );
  return [file, detector, flags.headWeights, flags.headBias, ...outside, ...compare, ...named];
}

/** Rows of one kind, as they were read. */
interface Rows {
  readonly inside: EvidenceFile;
  readonly outside: readonly EvidenceFile[];
}

async function computed(
  file: string | undefined,
  flags: OodReportFlags,
  context: CliContext,
): Promise<OodReportDocument> {
  const { stderr, signal, stdin } = context;
  const progress = createProgress(stderr);
  const reading: FileContext = {
    signal,
    stdin,
    onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
  };
  try {
    const detector = await readDetector(flags.detector, { signal });
    const head = (await readHead(flags, reading)) ?? headOf(detector);
    const compared: { name: string; detector: OodDetector }[] = [];
    for (const path of flags.compare ?? [])
      compared.push({ name: path, detector: await readDetector(path, { signal }) });
    const rows: Rows = {
      inside: await readInside(file, flags, reading),
      outside: await readOutside(flags, reading),
    };
    const train = await readTraining(flags, reading);
    progress.update("scoring", undefined);
    return context.whileBusy(() => reportOf({ detector, head, compared, rows, train, flags }, context));
  } finally {
    progress.clear();
  }
}

/** The last layer that a detector holds. */
function headOf({ head }: OodDetector): LinearHead | undefined {
  if (head === null || head.weights.values === null || head.bias.values === null) return undefined;
  const [rows, cols] = head.weights.shape;
  return {
    weights: matrix(Float64Array.from(head.weights.values), rows, cols),
    bias: Float64Array.from(head.bias.values),
  };
}

function shared({ format, skipBad }: OodReportFlags): Pick<EvidenceOptions, "format" | "skipBad"> {
  return { ...(format === undefined ? {} : { format }), ...(skipBad === undefined ? {} : { skipBad }) };
}

function readInside(file: string | undefined, flags: OodReportFlags, reading: FileContext): Promise<EvidenceFile> {
  const { inFeatures, inLogits, inProbs, features, logits, probs } = flags;
  const isNamed = [inFeatures, inLogits, inProbs].some((text) => text !== undefined);
  const own = isNamed ? { features: inFeatures, logits: inLogits, probs: inProbs } : { features, logits, probs };
  const names = isNamed ? { ...prefixedNames("in"), labels: "--labels" } : ownNames;
  return readEvidence(
    { ...shared(flags), file, flags: { ...own, labels: labelOf(flags) }, names, wantsLabels: true },
    reading,
  );
}

async function readOutside(flags: OodReportFlags, reading: FileContext): Promise<EvidenceFile[]> {
  const { outside = [], outFeatures = [], outLogits = [], outProbs = [], features, logits, probs } = flags;
  const counts = [outFeatures, outLogits, outProbs].map((files) => files.length).filter((count) => count > 0);
  if (counts.some((count) => count !== counts[0]))
    throw new UsageError(
      "--out-features, --out-logits and --out-probs go together, one file of each for each kind of outside rows",
    );
  const column = (text: string | undefined) => (text !== undefined && namedFiles(text).length > 0 ? undefined : text);
  const read: EvidenceFile[] = [];
  for (const path of outside)
    read.push(
      await readEvidence(
        {
          ...shared(flags),
          file: path,
          flags: { features: column(features), logits: column(logits), probs: column(probs) },
          names: ownNames,
        },
        reading,
      ),
    );
  for (let g = 0; g < (counts[0] ?? 0); g++)
    read.push(
      await readEvidence(
        {
          ...shared(flags),
          file: undefined,
          flags: { features: outFeatures[g], logits: outLogits[g], probs: outProbs[g] },
          names: prefixedNames("out"),
        },
        reading,
      ),
    );
  return read;
}

async function readTraining(flags: OodReportFlags, reading: FileContext): Promise<EvidenceFile | undefined> {
  const { trainFeatures, trainLogits, trainProbs, trainLabels } = flags;
  if ([trainFeatures, trainLogits, trainProbs].every((text) => text === undefined)) return undefined;
  return readEvidence(
    {
      ...shared(flags),
      file: undefined,
      flags: { features: trainFeatures, logits: trainLogits, probs: trainProbs, labels: trainLabels },
      names: prefixedNames("train"),
    },
    reading,
  );
}

interface Work {
  readonly detector: OodDetector;
  readonly head: LinearHead | undefined;
  readonly compared: readonly { readonly name: string; readonly detector: OodDetector }[];
  readonly rows: Rows;
  readonly train: EvidenceFile | undefined;
  readonly flags: OodReportFlags;
}

function reportOf(work: Work, context: CliContext): OodReportDocument {
  const { detector, compared, rows, flags } = work;
  const { oodLevel: cut, fdr: target, fdrMethod, level, seed, created = context.now().toISOString() } = flags;
  const reported = scoredBy(detector, rows);
  const hasOutside = rows.outside.length > 0;
  const alternatives = hasOutside ? alternativesOf(work) : { detectors: [], notes: [] };
  const others = hasOutside
    ? [
        ...compared.map((one) => scoredBy(one.detector, rows, one.name)),
        ...alternatives.detectors.map((one) => scoredBy(one, rows)),
      ]
    : [];
  const predictions = hasOutside ? predictionsOf(work) : undefined;
  const options: OodReportOptions = {
    version,
    created,
    inside: rows.inside.sourceName,
    outside: namesOf(rows.outside),
    notes: [...notesOf(rows), ...alternatives.notes],
    reported: { ...reported, name: flags.detector },
    others,
    cut,
    target,
    level,
    seed,
    ...(fdrMethod === undefined ? {} : { discoveries: fdrMethod }),
    ...(predictions === undefined ? {} : { predictions }),
  };
  return oodReport(options);
}

/** Names of files, numbered where they repeat. */
function namesOf(files: readonly EvidenceFile[]): string[] {
  const names = files.map(({ sourceName }) => sourceName);
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${i + 1})`));
}

function notesOf({ inside, outside }: Rows): string[] {
  return [inside, ...outside].flatMap(({ sourceName, summary }) => [
    ...summary.skipped.map(({ reason, count }) => `${sourceName}: ${count.toLocaleString("en")} left out, ${reason}`),
    ...summary.notes.map((note) => `${sourceName}: ${note}`),
  ]);
}

function scoresOf(detector: OodDetector, { evidence, sourceName }: EvidenceFile): Float64Array {
  try {
    return oodScores(detector, evidence);
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${sourceName}: ${cause.message}`, { file: sourceName, cause });
    throw cause;
  }
}

function scoredBy(detector: OodDetector, { inside, outside }: Rows, name?: string): ScoredDetector {
  return {
    detector,
    ...(name === undefined ? {} : { name }),
    inside: scoresOf(detector, inside),
    outside: outside.map((rows) => scoresOf(detector, rows)),
  };
}

/** Methods that learn nothing, so that test rows may stand for training rows. */
const UNLEARNED: ReadonlySet<OodMethod> = new Set(["msp", "max-logit", "energy", "entropy", "gen"]);

/**
 * Other detectors for the same rows: each part of a combined one by itself, those that learn nothing, and, where training rows
 * are given, all others that they allow.
 */
function alternativesOf({ detector, head, rows, train }: Work): {
  readonly detectors: OodDetector[];
  readonly notes: string[];
} {
  const detectors: OodDetector[] = [];
  const seen = new Set<OodMethod>([detector.method]);
  const add = (one: OodDetector): void => {
    seen.add(one.method);
    detectors.push(one);
  };
  if (detector.parts.length > 1)
    for (const part of detector.parts)
      add({ ...detector, method: part.method, parts: [part], combination: null, calibration: null });
  const refused: string[] = [];
  for (const { name } of oodMethods) {
    if (seen.has(name) || name === "outlier-exposure") continue;
    const from = train ?? (UNLEARNED.has(name) ? rows.inside : undefined);
    if (from === undefined) continue;
    const labels = train && classCodes(train, classesOf(train.evidence, head));
    try {
      add(
        fitOodDetector(
          { ...from.evidence, ...(labels === undefined ? {} : { labels }) },
          { method: name, ...(usesHead(from.evidence, head) ? { head } : {}) },
        ),
      );
    } catch (cause) {
      if (!InputError.is(cause)) throw cause;
      if (train !== undefined) refused.push(`${name}: ${cause.message}`);
    }
  }
  const notes = [
    ...(refused.length === 0 ? [] : [`not compared: ${refused.join("; ")}`]),
    ...(train === undefined
      ? ["compared with what needs no training rows; --train-features (and --train-labels) adds the other methods"]
      : []),
  ];
  return { detectors, notes };
}

function usesHead({ features }: OodEvidence, head: LinearHead | undefined): head is LinearHead {
  return head !== undefined && features !== undefined && features.cols === head.weights.cols;
}

function classesOf({ logits, probabilities }: OodEvidence, head: LinearHead | undefined): number | undefined {
  return logits?.cols ?? probabilities?.cols ?? head?.weights.rows;
}

/** Probabilities of the classes: as given, of logits, or of what the last layer makes of features. */
function probabilitiesOf(evidence: OodEvidence, head: LinearHead | undefined): Matrix | undefined {
  if (evidence.logits !== undefined) return softmax(evidence.logits);
  if (evidence.probabilities !== undefined) return evidence.probabilities;
  if (!usesHead(evidence, head) || evidence.features === undefined) return undefined;
  return softmax(logitsBy(head, evidence.features));
}

function logitsBy({ weights, bias }: LinearHead, { data, rows, cols }: Matrix): Matrix {
  const classes = weights.rows;
  const logits = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < classes; k++) {
      let sum = bias[k] ?? 0;
      for (let j = 0; j < cols; j++) sum += (data[i * cols + j] ?? 0) * (weights.data[k * cols + j] ?? 0);
      logits[i * classes + k] = sum;
    }
  return matrix(logits, rows, classes);
}

/** How sure the model is of each row and whether it is right; undefined without labels or predictions. */
function predictionsOf({ rows, head }: Work): OodReportOptions["predictions"] {
  const { inside, outside } = rows;
  const probabilities = probabilitiesOf(inside.evidence, head);
  if (inside.labels === undefined || probabilities === undefined) return undefined;
  const labels = classCodes(inside, probabilities.cols);
  const others = outside.flatMap(({ evidence }) => probabilitiesOf(evidence, head) ?? []);
  if (labels === undefined || others.length !== outside.length) return undefined;
  const { predicted } = topLabel(probabilities);
  return {
    inside: maximumProbability(probabilities),
    correct: Uint8Array.from(predicted, (label, i) => (label === labels[i] ? 1 : 0)),
    outside: others.map(maximumProbability),
  };
}

import { createReadStream, createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { decide, decisionNames, type PolicyDocument } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";
import { type BoxFile, jsonElements, replaceNumber } from "../input/index.ts";
import { nameAdded, type OutputFormat, openWriter, outputEndings, outputFormat, uniqueNames } from "../output/index.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import {
  calibrateDetections,
  type DetectionCalibrator,
  detectionColumns,
  isOfDetections,
  readDetectionCalibrator,
} from "./detection-calibrator.ts";
import { type DetectionFlags, detectionOptions } from "./detection-flags.ts";
import { type LoadedDetections, withDetections } from "./detection-load.ts";
import { refuseOverwriting } from "./input-files.ts";
import { readPolicy } from "./read-policy.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeThrough } from "./write-file.ts";

type Flags = DetectionFlags &
  InputOptions & {
    readonly policy?: string;
    readonly out?: string;
    readonly into?: string;
    readonly json?: true;
  };

/** Field of a policy's `source.columns` with the fingerprint of the calibrator of score, place and size that it is of. */
export const BOX_CALIBRATOR = "box-calibrator";

/** Whether a file holds a calibrator or a policy that was made of detections. */
export async function isOfDetectionsFile(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    const document: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    const at = (value: unknown, key: string): unknown =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined;
    const schema = String(at(document, "schema"));
    if (schema.startsWith("candor.box-calibrator/")) return true;
    if (schema.startsWith("candor.calibrator/")) return at(at(document, "spec"), "task") === "detection";
    return schema.startsWith("candor.policy/") && at(at(at(document, "source"), "columns"), "box") !== undefined;
  } catch {
    return false;
  }
}

interface Plan {
  readonly calibrator: DetectionCalibrator | undefined;
  readonly policy: PolicyDocument | undefined;
  readonly file: string | undefined;
}

/** The files that are named, calibrator and policy in either order. */
async function planOf(first: string, second: string | undefined, { policy: named }: Flags): Promise<Plan> {
  const isPolicy = async (path: string): Promise<boolean> =>
    /"schema"\s*:\s*"candor\.policy\//.test(await readFile(path, "utf8").catch(() => ""));
  if (named !== undefined) {
    const alone = second === undefined;
    const policy = await readPolicy(named);
    return {
      policy,
      calibrator: alone ? undefined : await readDetectionCalibrator(first),
      file: alone ? first : second,
    };
  }
  if (await isPolicy(first)) return { policy: await readPolicy(first), calibrator: undefined, file: second };
  return { policy: undefined, calibrator: await readDetectionCalibrator(first), file: second };
}

function checkPlan({ calibrator, policy }: Plan): DetectionCalibrator | undefined {
  if (calibrator !== undefined && !isOfDetections(calibrator))
    throw new UsageError("the calibrator was not fitted to detections, expected one of `candor fit --ground-truth`");
  if (policy === undefined) return calibrator;
  if (policy.source?.columns["box"] === undefined)
    throw new UsageError("the policy was not made for detections, expected one of `candor decide --ground-truth`");
  const own = policy.calibrator?.fingerprint ?? policy.source.columns[BOX_CALIBRATOR];
  if (calibrator !== undefined && calibrator.fingerprint !== own)
    throw new UsageError(
      own === undefined
        ? "the policy was made for scores as they are, expected no calibrator: `candor apply POLICY FILE`"
        : `the policy was made for another calibrator, expected that with the fingerprint ${own.slice(0, 19)}, got ${calibrator.fingerprint.slice(0, 19)}`,
    );
  if (policy.calibrator !== null) return policy.calibrator;
  if (own !== undefined && calibrator === undefined)
    throw new UsageError(
      `the policy was made for a calibrator of score, place and size, expected it too: candor apply CALIBRATOR FILE --policy POLICY (fingerprint ${own.slice(0, 19)})`,
    );
  return calibrator;
}

/**
 * What to say of detections whose class has no correction or threshold of its own.
 *
 * @throws {BadInput} where that is so of every class: then the file names them otherwise than the true boxes did
 */
function unknownClasses(
  { data: { detections, classNames }, source }: LoadedDetections,
  calibrator: DetectionCalibrator | undefined,
  policy: PolicyDocument | undefined,
): string[] {
  const segments = calibrator !== undefined && "segments" in calibrator ? calibrator.segments : null;
  const rule = policy?.rule.kind === "threshold-per-segment" ? policy.rule : undefined;
  const readers = [
    ...(segments === null ? [] : [{ what: "calibrator", columns: segments.columns, parts: segments.maps }]),
    ...(rule === undefined ? [] : [{ what: "policy", columns: rule.columns, parts: rule.segments }]),
  ];
  return readers.flatMap(({ what, columns, parts }) => {
    const at = columns.indexOf("class");
    if (at < 0 || detections.category.length === 0) return [];
    const known = [...new Set(parts.map(({ values }) => values[at] ?? ""))];
    const isUnknown = classNames.map((name) => !known.includes(name));
    const count = detections.category.reduce((sum, code) => sum + (isUnknown[code] ? 1 : 0), 0);
    if (count === 0) return [];
    const used = new Set(detections.category);
    const names = nameList(
      classNames.filter((_, code) => isUnknown[code] && used.has(code)),
      5,
    );
    if (count === detections.category.length && known.length > 0)
      throw new BadInput(
        `${source.name}: the ${what} knows the classes ${nameList(known, 5)}, and all detections are of others: ${names}`,
        { file: source.name, hint: "--ground-truth FILE (COCO JSON, boxes or not) says which id is which class" },
      );
    return [
      `${count === 1 ? "1 detection is of a class" : `${count.toLocaleString("en")} detections are of classes`} that the ${what} does not know: ${names}`,
    ];
  });
}

/** What is added to each detection. */
interface Made {
  readonly scores: Float64Array;
  readonly codes: Uint8Array | undefined;
}

function madeOf(
  { data }: LoadedDetections,
  calibrator: DetectionCalibrator | undefined,
  policy: PolicyDocument | undefined,
): Made {
  const scores = calibrator === undefined ? data.detections.score : calibrateDetections(data, calibrator);
  if (policy === undefined) return { scores, codes: undefined };
  const { rule } = policy;
  const segments = detectionColumns(data, rule.kind === "threshold-per-segment" ? rule.columns : []);
  const { codes } = decide(rule, { rows: scores.length, confidence: scores, segments });
  return { scores, codes };
}

/** `candor apply` on boxes: the same file with calibrated scores, and with decisions where there is a policy. */
export async function runApplyDetection(
  first: string,
  second: string | undefined,
  flags: Flags,
  context: CliContext,
): Promise<void> {
  const plan = await planOf(first, second, flags);
  const calibrator = checkPlan(plan);
  const { policy, file } = plan;
  if (file === undefined)
    throw new UsageError(
      "no file of detections, expected `candor apply CALIBRATOR DETECTIONS` (- reads standard input)",
    );
  const options = detectionOptions(flags, [[flags.by, "--by"]]);
  const out = flags.out === "-" ? undefined : flags.out;
  if (out === undefined && flags.json)
    throw new UsageError("--json and the calibrated detections both go to standard output, expected --out FILE");
  const output = out === undefined ? undefined : outputFormat(out);
  if (out !== undefined && output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [first, file, flags.policy, flags.groundTruth, flags.images]);
    await checkWritable(out);
  }
  await withDetections(file, options, undefined, context, async (loaded, say) => {
    const unknown = unknownClasses(loaded, calibrator, policy);
    say("calibrating");
    const made = madeOf(loaded, calibrator, policy);
    say("writing");
    const added = await written(
      loaded,
      made,
      { out, output, into: flags.into, hasCalibrator: calibrator !== undefined },
      context,
    );
    const { source } = loaded;
    const rows = made.scores.length;
    for (const note of [
      ...source.skipped.map(({ reason, count }) => `${count.toLocaleString("en")} left out: ${reason}`),
      ...source.notes,
      ...unknown,
    ])
      context.stderr.write(`note: ${note}\n`);
    const decisions = countsOf(made);
    if (flags.json)
      context.stdout.write(
        `${JSON.stringify({
          schema: "candor.apply/1",
          version,
          calibrator:
            calibrator === undefined ? null : { method: calibrator.method, fingerprint: calibrator.fingerprint },
          ...(policy === undefined
            ? {}
            : {
                policy: {
                  fingerprint: policy.fingerprint,
                  objective: policy.objective.kind,
                  status: policy.verdict.status,
                },
                decisions,
              }),
          source: { name: source.name, columns: source.columns },
          output: out ?? null,
          rows,
          skipped: source.skipped,
          added,
          notes: [...source.notes, ...unknown],
        })}\n`,
      );
    else if (out !== undefined) context.stdout.write(`${said(out, rows, added, decisions)}\n`);
  });
}

function countsOf({ codes }: Made): Record<"act" | "review" | "abstain", number> | undefined {
  if (codes === undefined) return undefined;
  const counts = { act: 0, review: 0, abstain: 0 };
  for (const code of codes) counts[decisionNames[code] ?? "abstain"]++;
  return counts;
}

function said(out: string, rows: number, added: readonly string[], decisions: ReturnType<typeof countsOf>): string {
  const first = `wrote ${out}: ${rows.toLocaleString("en")} detections${added.length === 0 ? "" : `, added ${added.join(", ")}`}`;
  if (decisions === undefined) return first;
  const parts = Object.entries(decisions).filter(([, count]) => count > 0);
  return `${first}\n${parts.map(([name, count]) => `${name} ${count.toLocaleString("en")} (${((100 * count) / Math.max(1, rows)).toFixed(1)} %)`).join(", ")}`;
}

interface Target {
  readonly out: string | undefined;
  readonly output: OutputFormat | undefined;
  readonly into: string | undefined;
  readonly hasCalibrator: boolean;
}

/** Writes the file and returns the names of what was added. */
async function written(
  loaded: LoadedDetections,
  made: Made,
  target: Target,
  context: CliContext,
): Promise<readonly string[]> {
  const { opened } = loaded;
  const { out, output } = target;
  const draft = async (produce: (path: string) => Promise<void>, name: string): Promise<void> => {
    if (out !== undefined) {
      await writeThrough(out, produce);
      return;
    }
    const path = opened.spool().path(name);
    await produce(path);
    await pipeline(createReadStream(path), context.stdout, { signal: context.signal, end: false });
  };
  if (opened.table === undefined) {
    if (output !== undefined && output.format !== "json")
      throw new UsageError(`detections in JSON are written as JSON, expected --out with a name in .json, got ${out}`);
    const names = [...(target.hasCalibrator ? ["raw_score"] : []), ...(made.codes === undefined ? [] : ["decision"])];
    if (target.into !== undefined)
      throw new UsageError(
        "--into names a column of a table; in JSON the calibrated score takes the place of the score",
      );
    await draft((path) => writeCoco(loaded, made, target, path, context), "detections.json");
    return names;
  }
  return writeTable(loaded, made, target, draft, context);
}

async function writeCoco(
  { opened, rowOf, data }: LoadedDetections,
  { scores, codes }: Made,
  { output, hasCalibrator }: Target,
  path: string,
  { signal }: CliContext,
): Promise<void> {
  const places = new Map<number, number>();
  rowOf.forEach((row, d) => {
    places.set(row, d);
  });
  async function* text(): AsyncGenerator<string> {
    let isFirst = true;
    yield "[";
    for await (const elements of jsonElements(opened.path, opened.file, opened.detected, signal)) {
      let part = "";
      for (const { list, index, text: element } of elements) {
        if (list !== "")
          throw new BadInput(`${opened.file}: expected a list of detections, got an object with "${list}"`, {
            file: opened.file,
          });
        const d = places.get(index);
        if (d === undefined) continue;
        const added = {
          ...(hasCalibrator ? { raw_score: JSON.stringify(data.detections.score[d]) } : {}),
          ...(codes === undefined ? {} : { decision: JSON.stringify(decisionNames[codes[d] ?? 2]) }),
        };
        const changed = replaceNumber(element, "score", scores[d] ?? 0, added);
        if (changed === undefined)
          throw new BadInput(`${opened.file}: row ${index + 1} has no score`, { file: opened.file });
        part += `${isFirst ? "\n" : ",\n"}${changed}`;
        isFirst = false;
      }
      yield part;
    }
    yield "\n]\n";
  }
  const target = createWriteStream(path);
  if (output?.compression === "gzip") await pipeline(Readable.from(text()), createGzip(), target);
  else await pipeline(Readable.from(text()), target);
}

const BATCH_ROWS = 65_536;

async function writeTable(
  { opened, rowOf, source }: LoadedDetections,
  { scores, codes }: Made,
  { output = { format: "csv", compression: "none" }, into, hasCalibrator }: Target,
  draft: (produce: (path: string) => Promise<void>, name: string) => Promise<void>,
  { signal }: CliContext,
): Promise<readonly string[]> {
  const rowSource = await tableRows(opened);
  const existing = uniqueNames(rowSource?.names ?? []);
  const names = nameAdded(existing, into, undefined, {
    ...(codes === undefined ? {} : { words: [{ name: "decision", values: decisionNames }] }),
    values: hasCalibrator ? "all" : "prediction",
  });
  if (names.clash !== undefined)
    throw new BadInput(`the file already has a column ${names.clash}, expected another name: --into NAME`);
  await draft(async (path) => {
    const writer = await openWriter(
      path,
      output,
      names.added,
      { rowSource, skipsMalformed: false, spool: opened.spool },
      signal,
    );
    try {
      let d = 0;
      for (let start = 0; start < source.rows; start += BATCH_ROWS) {
        const end = Math.min(source.rows, start + BATCH_ROWS);
        const from = d;
        while (d < rowOf.length && (rowOf[d] ?? 0) < end) d++;
        const keep =
          d - from === end - start ? undefined : Int32Array.from(rowOf.subarray(from, d), (row) => row - start);
        await writer.write({
          rows: end - start,
          keep,
          confidences: scores.slice(from, d),
          classes: undefined,
          ...(codes === undefined ? {} : { words: [Int32Array.from(codes.subarray(from, d))] }),
        });
      }
      await writer.finish();
    } finally {
      await writer.close();
    }
  }, "detections.csv");
  return names.names;
}

async function tableRows({ table }: BoxFile): ReturnType<NonNullable<BoxFile["table"]>["rowSource"]> {
  return table?.rowSource();
}

import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  attachArrays,
  detachArrays,
  detachedArrays,
  InputError,
  type Matrix,
  type OodDetector,
  openOodDetector,
} from "@candor/core";
import { BadInput, printable } from "@candor/input";
import { type FileContext, readMatrix } from "../input/index.ts";
import { openNpyWriter } from "../output/index.ts";
import { writeThrough, writeWhole } from "./write-file.ts";

/** The part of an array's file name that says which values it has. */
function tag(fingerprint: string): string {
  return fingerprint.slice("sha256:".length, "sha256:".length + 12);
}

/** Names of the files beside a document, by the array that each holds: `detector.knn.bank.<tag>.npy`. */
function filesBeside(path: string, document: OodDetector): Map<string, string> {
  const stem = basename(path).replace(/\.json$/i, "");
  const fingerprints = new Map<string, string>();
  const { head, parts } = document;
  if (head !== null) {
    fingerprints.set("head.weights", head.weights.fingerprint);
    fingerprints.set("head.bias", head.bias.fingerprint);
  }
  for (const part of parts)
    for (const [name, array] of Object.entries(part.arrays))
      fingerprints.set(`${part.method}.${name}`, array.fingerprint);
  return new Map(
    detachedArrays(document).map(({ name }) => [name, `${stem}.${name}.${tag(fingerprints.get(name) ?? "")}.npy`]),
  );
}

/**
 * Writes a detector: its document, and large arrays beside it. The arrays come first, under names that tell their content, and
 * the document takes its place last: whoever is stopped in between leaves the detector that was there as it was.
 *
 * @returns the files written, the document first
 * @throws {UsageError} when a file cannot be written
 */
export async function writeDetector(path: string, detector: OodDetector, signal: AbortSignal): Promise<string[]> {
  const { document, arrays } = detachArrays(detector);
  const folder = dirname(path);
  const names = filesBeside(path, document);
  const before = await knownFiles(path);
  const made: string[] = [];
  try {
    for (const [name, file] of names) {
      const matrix = arrays[name];
      if (matrix === undefined) throw new TypeError(`the array ${name} was not taken out`);
      if (!before.includes(file)) made.push(join(folder, file));
      await writeThrough(join(folder, file), (draft) => writeArray(draft, matrix));
      signal.throwIfAborted();
    }
    await writeWhole([{ path, content: `${JSON.stringify(document)}\n` }]);
  } catch (error) {
    for (const file of made) await rm(file, { force: true });
    throw error;
  }
  const kept = new Set(names.values());
  for (const file of before) if (!kept.has(file)) await rm(join(folder, file), { force: true });
  return [path, ...[...names.values()].map((file) => join(folder, file))];
}

/** The arrays of the detector that is there now. */
async function knownFiles(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  try {
    return [...filesBeside(path, openOodDetector(JSON.parse(await readFile(path, "utf8")))).values()];
  } catch {
    return [];
  }
}

async function writeArray(path: string, { data, rows, cols }: Matrix): Promise<void> {
  const writer = await openNpyWriter(path, cols);
  try {
    const classes = { predictions: new Int32Array(0), probabilities: { data, rows, cols } };
    await writer.write({ rows, keep: undefined, confidences: data, classes });
    await writer.finish();
  } finally {
    await writer.close();
  }
}

/**
 * The detector in a file that `candor ood fit` made, with the arrays beside it.
 *
 * @throws {BadInput} when it cannot be read, is none, was altered, is of a version that is not known, or an array is missing or
 *   not its own
 */
export async function readDetector(path: string, context: FileContext = {}): Promise<OodDetector> {
  const file = printable(path, 200);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${what}: ${file}`, { file, cause });
  });
  return saying(file, async () => {
    const document = openOodDetector(parsed(text.replace(/^\ufeff/, ""), file));
    const arrays: Record<string, Matrix> = {};
    for (const [name, own] of filesBeside(path, document)) {
      const found = await arrayFile(dirname(path), own, name);
      if (found === undefined)
        throw new BadInput(`${file}: the array ${name} of the detector is missing, expected ${own} beside it`, {
          file,
        });
      arrays[name] = await readMatrix(found, `the array ${name}`, context);
    }
    return attachArrays(document, arrays);
  });
}

/** The file of an array: under its own name, or that of a detector that was renamed. */
async function arrayFile(folder: string, own: string, name: string): Promise<string | undefined> {
  if (existsSync(join(folder, own))) return join(folder, own);
  const ending = own.slice(own.lastIndexOf(`.${name}.`));
  const renamed = (await readdir(folder)).filter((file) => file.endsWith(ending)).sort();
  return renamed[0] === undefined ? undefined : join(folder, renamed[0]);
}

async function saying<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadInput(`${file}: not JSON, expected a detector as \`candor ood fit\` writes it`, { file, cause });
  }
}

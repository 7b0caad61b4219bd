import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, constants, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { syncFolder } from "../store/sync-folder.ts";
import { UsageError } from "./usage-error.ts";

/** A file to write. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Refuses a path that cannot be written to, before the work that is to be written there is done.
 *
 * @throws {UsageError} for a folder, a folder that does not exist, and missing permission
 */
export async function checkWritable(path: string): Promise<void> {
  const { place, isReplaced } = await targetOf(path);
  await access(isReplaced ? dirname(place) : place, constants.W_OK).catch((error) => refuse(path, error));
}

/**
 * Writes files whole or not at all: readers see the old content until all of the new is on disk. A link is followed; a
 * pipe or device such as `/dev/null` is written to and never replaced.
 *
 * @throws {UsageError} when one of them cannot be written; then none is
 */
export async function writeWhole(files: readonly OutputFile[]): Promise<void> {
  const drafts: { readonly path: string; readonly draft: string; readonly place: string }[] = [];
  try {
    for (const { path, content } of files) {
      const { place, isReplaced } = await targetOf(path);
      if (!isReplaced) continue;
      const draft = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString("hex")}.tmp`);
      drafts.push({ path, draft, place });
      await writeDraft(draft, content).catch((error) => refuse(path, error));
    }
    for (const { path, content } of files)
      if (!(await targetOf(path)).isReplaced) await writeFile(path, content).catch((error) => refuse(path, error));
    for (const { path, draft, place } of drafts) await rename(draft, place).catch((error) => refuse(path, error));
  } catch (error) {
    for (const { draft } of drafts) await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Lets a file be written whole or not at all, by something that needs a path to write to: readers see the old content
 * until all of the new is on disk, and nothing is left behind when it fails. A link is followed; a pipe or device is
 * written to when all is there.
 *
 * @param produce writes to the path it gets, where no file is yet
 * @throws {UsageError} when the file cannot be written; and whatever `produce` throws
 */
export async function writeThrough(path: string, produce: (draft: string) => Promise<void>): Promise<void> {
  const { place, isReplaced } = await targetOf(path);
  const name = `.${basename(place)}.${randomBytes(6).toString("hex")}.tmp`;
  const draft = join(isReplaced ? dirname(place) : tmpdir(), name);
  try {
    await produce(draft);
    if (isReplaced) await settle(draft, place).catch((error) => refuse(path, error));
    else await pipeline(createReadStream(draft), createWriteStream(path)).catch((error) => refuse(path, error));
  } finally {
    await rm(draft, { force: true });
  }
}

async function settle(draft: string, place: string): Promise<void> {
  const file = await open(draft, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, place);
  await syncFolder(dirname(place));
}

async function writeDraft(draft: string, content: string): Promise<void> {
  const file = await open(draft, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where the content goes, and whether a draft takes the place of what is there. */
async function targetOf(path: string): Promise<{ place: string; isReplaced: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`cannot write ${path}: it is a folder`);
  if (found && !found.isFile()) return { place: path, isReplaced: false };
  return { place: found ? await realpath(path) : resolve(path), isReplaced: true };
}

function refuse(path: string, error: unknown): never {
  throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
}

/** Why something could not be written, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "the folder does not exist";
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "no permission";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOSPC") return "the disk is full";
  return error instanceof Error ? error.message : String(error);
}

import { close, fdatasync, ftruncate, open, read, write, writeSync } from "node:fs";
import { mkdir, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { syncFolder } from "../sync-folder.ts";

/** An open file of the log. */
export interface LogFile {
  /** Writes all of the bytes, or throws; after that any part of them may be there. */
  write(bytes: Buffer, at: number): Promise<void>;
  /** Fills the buffer as far as the file goes. */
  read(into: Buffer, at: number): Promise<number>;
  /** Resolves when everything written, and the length, is on disk. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** The folder of the log. */
export interface LogFiles {
  readonly folder: string;
  list(): Promise<readonly { readonly name: string; readonly size: number }[]>;
  /** Makes a file that must not be there yet, readable by its owner alone. */
  create(name: string): Promise<LogFile>;
  /** Opens a file, or makes it. */
  open(name: string): Promise<{ readonly file: LogFile; readonly size: number }>;
  /** Puts a file in the place of one, or where there is none; readers see the old one until all of the new is on disk. */
  replace(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  /** Resolves when files that were made are found after a loss of power. */
  sync(): Promise<void>;
}

/** Up to so many bytes a write into the cache of the system takes less time than handing it to another thread. */
const smallWrite = 32 * 1024;

const openFile = promisify(open);
const closeFile = promisify(close);

function logFile(fd: number): LogFile {
  return {
    write: (bytes, at) =>
      new Promise((resolve, reject) => {
        if (bytes.length <= smallWrite && writeSync(fd, bytes, 0, bytes.length, at) === bytes.length) {
          resolve();
          return;
        }
        const step = (done: number): void => {
          write(fd, bytes, done, bytes.length - done, at + done, (error, written) => {
            if (error !== null) reject(error);
            else if (written === 0) reject(new Error("the system wrote nothing"));
            else if (done + written < bytes.length) step(done + written);
            else resolve();
          });
        };
        step(0);
      }),
    read: (into, at) =>
      new Promise((resolve, reject) => {
        const step = (done: number): void => {
          read(fd, into, done, into.length - done, at + done, (error, got) => {
            if (error !== null) reject(error);
            else if (got === 0 || done + got === into.length) resolve(done + got);
            else step(done + got);
          });
        };
        if (into.length === 0) resolve(0);
        else step(0);
      }),
    sync: () =>
      new Promise((resolve, reject) => fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))),
    truncate: (size) =>
      new Promise((resolve, reject) => ftruncate(fd, size, (error) => (error === null ? resolve() : reject(error)))),
    close: () => closeFile(fd),
  };
}

/**
 * The files of a log in a folder of the disk. Missing folders are made, readable by their owner alone.
 *
 * @param folder path
 */
export async function openLogFiles(folder: string): Promise<LogFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    folder,
    async list() {
      const names = (await readdir(folder)).sort();
      return Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })));
    },
    async create(name) {
      return logFile(await openFile(join(folder, name), "wx+", 0o600));
    },
    async open(name) {
      const path = join(folder, name);
      const fd = await openFile(path, "a+", 0o600);
      await closeFile(fd);
      return { file: logFile(await openFile(path, "r+")), size: (await stat(path)).size };
    },
    async replace(name, bytes) {
      const draft = join(folder, `${name}.new`);
      const file = logFile(await openFile(draft, "w", 0o600));
      try {
        await file.write(bytes, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(folder, name));
    },
    remove: (name) => unlink(join(folder, name)),
    sync: () => syncFolder(folder),
  };
}

import { readFile } from "node:fs/promises";
import { type ConformalDocument, InputError, openConformal } from "@candor/core";
import { BadInput, printable } from "@candor/input";
import { schemaOf } from "./read-policy.ts";

/** Whether a file says that it holds prediction sets or intervals. */
export async function isConformal(path: string): Promise<boolean> {
  return (await schemaOf(path))?.startsWith("candor.conformal/") ?? false;
}

/**
 * The sets or intervals in a file that `candor conformal` made.
 *
 * @throws {BadInput} when it cannot be read, is none, was altered, or is of a version that is not known
 */
export async function readConformal(path: string): Promise<ConformalDocument> {
  const file = printable(path, 200);
  const text = await readFile(path, "utf8");
  try {
    return openConformal(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

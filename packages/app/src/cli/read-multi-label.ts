import { readFile } from "node:fs/promises";
import { InputError, type MultiLabelDocument, openMultiLabel } from "@candor/core";
import { BadInput, printable } from "@candor/input";
import { schemaOf } from "./read-policy.ts";

/** Whether a file says that it holds a threshold of labels. */
export async function isMultiLabelFile(path: string): Promise<boolean> {
  return (await schemaOf(path))?.startsWith("candor.multi-label/") ?? false;
}

/**
 * The threshold in a file that `candor conformal --multi-label` made.
 *
 * @throws {BadInput} when it is none, was altered, promises nothing, or is of a version that is not known
 */
export async function readMultiLabel(path: string): Promise<MultiLabelDocument> {
  const file = printable(path, 200);
  const text = await readFile(path, "utf8");
  try {
    const document = openMultiLabel(JSON.parse(text.replace(/^\ufeff/, "")));
    if (!document.attained) throw new BadInput(`${file}: no threshold qualified, so there is none to apply`, { file });
    return document;
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

import { readFile } from "node:fs/promises";
import { InputError, openPolicy, type PolicyDocument } from "@candor/core";
import { BadInput, printable } from "@candor/input";

function opened(document: unknown, file: string): PolicyDocument {
  try {
    return openPolicy(document);
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

async function contentOf(path: string, file: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${what}: ${file}`, { file, cause });
  });
  return text.replace(/^\ufeff/, "");
}

/**
 * The policy in a file that `candor decide` made.
 *
 * @throws {BadInput} when it cannot be read, is none, was altered, or is of a version that is not known
 */
export async function readPolicy(path: string): Promise<PolicyDocument> {
  const file = printable(path, 200);
  const text = await contentOf(path, file);
  try {
    return opened(JSON.parse(text), file);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new BadInput(`${file}: not JSON, expected a policy as \`candor decide\` writes it`, { file, cause });
  }
}

/** What the `schema` field of a JSON file says; undefined for anything else. */
export async function schemaOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    const document: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    const isObject = typeof document === "object" && document !== null && "schema" in document;
    return isObject && typeof document.schema === "string" ? document.schema : undefined;
  } catch {
    return undefined;
  }
}

import { readFile } from "node:fs/promises";
import { type Calibrator, InputError, openCalibrator } from "@candor/core";
import { BadInput, printable } from "@candor/input";

/**
 * The calibrator in a file that `candor fit` made.
 *
 * @param expected what else could have been there, for the complaint about a file that is no JSON
 * @throws {BadInput} when it cannot be read, is none, was altered, or is of a version that is not known
 */
export async function readCalibrator(
  path: string,
  expected = "a calibrator as `candor fit` writes it",
): Promise<Calibrator> {
  const file = printable(path, 200);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${what}: ${file}`, { file, cause });
  });
  const document = parsed(text.replace(/^\ufeff/, ""), file, expected);
  if (schemaStart(document, "candor.fit/"))
    throw new BadInput(`${file}: this tells about a fit, expected the calibrator, which \`candor fit --out\` writes`, {
      file,
    });
  if (schemaStart(document, "candor.ensemble-calibrator/"))
    throw new BadInput(
      `${file}: this calibrates the members of an ensemble, which \`candor apply\`, \`candor report\` and no other command can do`,
      { file, hint: "apply it first, and go on with the probabilities that gives" },
    );
  try {
    return openCalibrator(document);
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

function schemaStart(document: unknown, start: string): boolean {
  const schema =
    typeof document === "object" && document !== null && "schema" in document ? document.schema : undefined;
  return typeof schema === "string" && schema.startsWith(start);
}

function parsed(text: string, file: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadInput(`${file}: not JSON, expected ${expected}`, { file, cause });
  }
}

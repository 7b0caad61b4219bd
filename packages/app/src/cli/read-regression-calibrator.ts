import { readFile } from "node:fs/promises";
import { InputError, openRegressionCalibrator, type RegressionCalibrator } from "@candor/core";
import { BadInput, printable } from "@candor/input";
import { schemaOf } from "./read-policy.ts";

/** Whether a file says that it repairs forecasts of numbers. */
export async function isRegressionCalibrator(path: string): Promise<boolean> {
  return (await schemaOf(path))?.startsWith("candor.regression-calibrator/") ?? false;
}

/**
 * The calibrator of forecasts in a file that `candor fit` made.
 *
 * @throws {BadInput} when it cannot be read, is none, was altered, or is of a version that is not known
 */
export async function readRegressionCalibrator(path: string): Promise<RegressionCalibrator> {
  const file = printable(path, 200);
  const complain = (what: string, cause?: unknown) => new BadInput(`${file}: ${what}`, { file, cause });
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${what}: ${file}`, { file, cause });
  });
  const schema = await schemaOf(path);
  if (schema?.startsWith("candor.regression-fit/"))
    throw complain("this tells about a fit, expected the calibrator, which `candor fit --out` writes");
  if (schema?.startsWith("candor.calibrator/"))
    throw complain("a calibrator of scores of classes, expected one of forecasts of numbers");
  try {
    return openRegressionCalibrator(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (cause) {
    if (InputError.is(cause)) throw complain(cause.message, cause);
    if (cause instanceof SyntaxError)
      throw complain("not JSON, expected a calibrator as `candor fit` writes it", cause);
    throw cause;
  }
}

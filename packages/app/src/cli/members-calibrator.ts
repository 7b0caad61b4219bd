import { readFile } from "node:fs/promises";
import {
  applyEnsembleCalibrator,
  type Calibrator,
  type EnsembleCalibrator,
  InputError,
  type Matrix,
  openEnsembleCalibrator,
  sealCalibrator,
} from "@candor/core";
import { BadInput, type InputOptions, printable } from "@candor/input";
import type { LoadedMembers } from "../input/index.ts";
import { schemaOf } from "./read-policy.ts";

/**
 * The calibrator of members in a file that `candor fit --members --pool` made; undefined where the file holds something else.
 *
 * @throws {BadInput} where it was altered, or no members are named
 */
export async function readEnsembleCalibrator(
  path: string | undefined,
  { members }: InputOptions,
): Promise<EnsembleCalibrator | undefined> {
  if (path === undefined) return undefined;
  const schema = await schemaOf(path);
  if (!schema?.startsWith("candor.ensemble-")) return undefined;
  const file = printable(path, 200);
  if (schema.startsWith("candor.ensemble-fit/"))
    throw new BadInput(`${file}: this tells about a fit, expected the calibrator, which \`candor fit --out\` writes`, {
      file,
    });
  if (members === undefined)
    throw new BadInput(`${file}: this calibrates the members of an ensemble, expected --members`, { file });
  try {
    return openEnsembleCalibrator(JSON.parse((await readFile(path, "utf8")).replace(/^\ufeff/, "")));
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

/**
 * The mean of the members as the calibrator makes it.
 *
 * @throws {BadInput} for other members than those it was fitted to
 */
export function calibratedMean(calibrator: EnsembleCalibrator, loaded: LoadedMembers): Matrix {
  if (loaded.kind === "forecasts")
    throw new BadInput("the calibrator is for members that give probabilities, got forecasts of numbers");
  if (loaded.memberWeights !== undefined)
    throw new BadInput("the calibrator holds the weights of the members, expected no --member-weights");
  const { classNames } = loaded;
  const missing = classNames && calibrator.classNames.find((name) => !classNames.includes(name));
  if (missing !== undefined)
    throw new BadInput(`the members have no class ${missing}, which the calibrator was fitted with`);
  checkOrder(calibrator, loaded.names.map(ownName));
  try {
    return applyEnsembleCalibrator(calibrator, loaded.members);
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(cause.message, { cause });
    throw cause;
  }
}

/** What a member is called, without the folder that it is in. */
export function ownName(name: string): string {
  return name.replace(/^.*[\\/]/, "");
}

/** Members of the same names in another order would take each other's temperatures. Files of other rows have other names. */
function checkOrder({ memberNames }: EnsembleCalibrator, names: readonly string[]): void {
  if (memberNames === undefined || memberNames.length !== names.length) return;
  const isSame = names.every((name, m) => name === memberNames[m]);
  if (isSame || !names.every((name) => memberNames.includes(name))) return;
  throw new BadInput(
    `the calibrator was fitted to the members ${listed(memberNames)} in this order, got ${listed(names)}: each has a temperature of its own`,
  );
}

const listed = (names: readonly string[]): string => printable(names.join(", "), 200);

/** What was done, in a sentence. */
export function ensembleNote({ order, n, data, fingerprint }: EnsembleCalibrator): string {
  return `members and their mean calibrated (${order}, fitted on ${n.toLocaleString("en")} rows of ${data.name}, fingerprint ${fingerprint.slice(0, 19)})`;
}

/** A calibrator that leaves the mean as the calibrator of the members made it, for what writes calibrated rows. */
export function identityAfter(calibrator: EnsembleCalibrator): Calibrator {
  const { version, created, n, effectiveN, data, classNames, scoreKind, order } = calibrator;
  const shared = {
    schema: "candor.calibrator/1" as const,
    version,
    method: "identity",
    parameters: {},
    certificate: null,
    n,
    effectiveN,
    created,
    spec: { metric: "calibrator", pooling: order },
    data,
    evidence: null,
    segments: null,
    classNames,
  };
  return scoreKind === "probability"
    ? sealCalibrator({ ...shared, scoreKind, map: { kind: "identity" } })
    : sealCalibrator({ ...shared, scoreKind, clip: 1e-12, map: { kind: "identity" } });
}

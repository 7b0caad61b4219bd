import { isBinaryCalibrator } from "../artefact/is-binary-calibrator.ts";
import type { BinaryCalibrator, Calibrator, MulticlassCalibrator } from "../calibrator.ts";
import { digits, ExpressionWriter } from "./expressions.ts";
import { headerLines, segmentComplaint } from "./header.ts";
import { Definitions } from "./names.ts";
import { typescript } from "./typescript-helpers.ts";

function header(calibrator: Calibrator): readonly string[] {
  const call = calibrator.segments === null ? "" : ", ...segments";
  const multiclass = !isBinaryCalibrator(calibrator);
  const usage = multiclass ? `calibrate(row${call}): one probability per class` : `calibrate(p${call}): a probability`;
  return ["/*", ...headerLines(calibrator, [usage]).map((line) => ` * ${line}`.trimEnd()), " */", ""];
}

/** The parameter of segments, and the check of it. */
function segmentParts({ segments }: Calibrator): { parameter: string; check: readonly string[] } {
  if (segments === null) return { parameter: "", check: [] };
  const { columns } = segments;
  const message = JSON.stringify(segmentComplaint(columns));
  return {
    parameter: ", ...segments: string[]",
    check: [`  if (segments.length !== ${columns.length}) throw new RangeError(${message} + segments.length);`],
  };
}

function corrections(
  { segments }: Calibrator,
  type: string,
  functions: readonly string[],
  definitions: Definitions,
): void {
  if (segments === null) return;
  const entries = segments.maps.map(
    ({ values }, m) => `  [${JSON.stringify(JSON.stringify(values))}, ${functions[m]}],`,
  );
  definitions.add(`const CORRECTIONS = new Map<string, ${type}>([`, ...entries, "]);");
}

function scalarModule(calibrator: BinaryCalibrator): readonly string[] {
  const definitions = new Definitions();
  const writer = new ExpressionWriter(typescript, definitions);
  const functions = (calibrator.segments?.maps ?? []).map(({ map }) => writer.scalarFunction(map));
  corrections(calibrator, "(p: number) => number", functions, definitions);
  const expression = writer.scalar(calibrator.map, "p");
  const { parameter, check } = segmentParts(calibrator);
  const result =
    calibrator.segments === null
      ? [`  return ${expression};`]
      : [
          `  const pooled = ${expression};`,
          "  const correction = CORRECTIONS.get(JSON.stringify(segments));",
          "  return correction === undefined ? pooled : correction(pooled);",
        ];
  return [
    ...definitions.lines,
    `export function calibrate(p: number${parameter}): number {`,
    '  if (!(p >= 0 && p <= 1)) throw new RangeError("expected a score in [0, 1], got " + p);',
    ...check,
    ...result,
    "}",
  ];
}

function rowModule(calibrator: MulticlassCalibrator): readonly string[] {
  const { clip, map, classNames, segments } = calibrator;
  const definitions = new Definitions();
  const writer = new ExpressionWriter(typescript, definitions);
  const functions = (segments?.maps ?? []).map(({ map: correction }) => writer.rowFunction(correction));
  corrections(calibrator, "(z: number[]) => number[]", functions, definitions);
  const expression = writer.row(map, "z");
  if (segments !== null) writer.need("logs");
  const { parameter, check } = segmentParts(calibrator);
  const K = classNames.length;
  const range = clip === null ? "Number.isFinite(v)" : "v >= 0 && v <= 1";
  const expected = clip === null ? "a finite logit" : "a probability in [0, 1]";
  const corrected = [
    "  const correction = CORRECTIONS.get(JSON.stringify(segments));",
    `  if (correction !== undefined) return correction(logs(${expression}));`,
  ];
  return [
    ...definitions.lines,
    `export function calibrate(row: number[]${parameter}): number[] {`,
    `  if (row.length !== ${K}) throw new RangeError("expected ${K} classes, got " + row.length);`,
    ...check,
    "  row.forEach((v, k) => {",
    `    if (!(${range})) throw new RangeError("expected ${expected}, got " + v + " for class " + k);`,
    "  });",
    ...(clip === null
      ? ["  const z = row;"]
      : [
          "  const sum = row.reduce((a, b) => a + b, 0);",
          '  if (sum === 0) throw new RangeError("the probabilities are all 0");',
          `  const z = row.map((p) => Math.log(Math.max(p, ${digits(clip)})));`,
        ]),
    ...(segments === null ? [] : corrected),
    `  return ${map.kind === "identity" && clip !== null ? "row.map((p) => p / sum)" : expression};`,
    "}",
  ];
}

/** A calibrator as a TypeScript module. */
export function toTypeScript(calibrator: Calibrator): string {
  const scalar = isBinaryCalibrator(calibrator);
  const body = scalar ? scalarModule(calibrator) : rowModule(calibrator);
  return `${[...header(calibrator), ...body].join("\n")}\n`;
}

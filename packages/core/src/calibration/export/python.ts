import { isBinaryCalibrator } from "../artefact/is-binary-calibrator.ts";
import type { BinaryCalibrator, Calibrator, MulticlassCalibrator } from "../calibrator.ts";
import { digits, ExpressionWriter } from "./expressions.ts";
import { headerLines, segmentComplaint } from "./header.ts";
import { Definitions } from "./names.ts";
import { python } from "./python-helpers.ts";

/** A text in Python: its escapes are JSON's, but for halves of surrogate pairs, which are written the same way. */
function text(value: string): string {
  return JSON.stringify(value);
}

function header(calibrator: Calibrator): readonly string[] {
  const call = calibrator.segments === null ? "" : ", *segments";
  const multiclass = !isBinaryCalibrator(calibrator);
  const usage = multiclass
    ? [`calibrate(row${call}): a list with one probability per class`, "calibrate_all(rows, ...): a list of those"]
    : [`calibrate(p${call}): a probability`, "calibrate_all(values, ...): a list of probabilities"];
  const many = calibrator.segments === null ? [] : ["calibrate_all takes one list per segment column"];
  return headerLines(calibrator, [...usage, ...many]).map((line) => `# ${line}`.trimEnd());
}

function segmentCheck({ segments }: Calibrator): readonly string[] {
  if (segments === null) return [];
  const { columns } = segments;
  const message = text(segmentComplaint(columns));
  return [`    if len(segments) != ${columns.length}:`, `        raise ValueError(${message} + str(len(segments)))`];
}

function corrections({ segments }: Calibrator, functions: readonly string[], definitions: Definitions): void {
  if (segments === null) return;
  const entries = segments.maps.map(({ values }, m) => `    (${values.map(text).join(", ")},): ${functions[m]},`);
  definitions.add("CORRECTIONS = {", ...entries, "}", "");
}

function scalarModule(calibrator: BinaryCalibrator): readonly string[] {
  const { segments, map } = calibrator;
  const definitions = new Definitions();
  const writer = new ExpressionWriter(python, definitions);
  const functions = (segments?.maps ?? []).map((correction) => writer.scalarFunction(correction.map));
  corrections(calibrator, functions, definitions);
  const expression = writer.scalar(map, "p");
  return [
    ...definitions.lines,
    "",
    `def calibrate(p${segments === null ? "" : ", *segments"}):`,
    "    if not 0 <= p <= 1:",
    '        raise ValueError(f"expected a score in [0, 1], got {p}")',
    ...segmentCheck(calibrator),
    ...(segments === null
      ? [`    return float(${expression})`]
      : [
          `    pooled = float(${expression})`,
          "    correction = CORRECTIONS.get(segments)",
          "    return pooled if correction is None else float(correction(pooled))",
        ]),
  ];
}

function rowModule(calibrator: MulticlassCalibrator): readonly string[] {
  const { clip, map, classNames, segments } = calibrator;
  const definitions = new Definitions();
  const writer = new ExpressionWriter(python, definitions);
  const functions = (segments?.maps ?? []).map((correction) => writer.rowFunction(correction.map));
  corrections(calibrator, functions, definitions);
  const expression = writer.row(map, "z");
  if (segments !== null) writer.need("logs");
  const K = classNames.length;
  const range = clip === null ? "math.isfinite(v)" : "0 <= v <= 1";
  const expected = clip === null ? "a finite logit" : "a probability in [0, 1]";
  return [
    ...definitions.lines,
    "",
    `def calibrate(row${segments === null ? "" : ", *segments"}):`,
    `    if len(row) != ${K}:`,
    `        raise ValueError(f"expected ${K} classes, got {len(row)}")`,
    ...segmentCheck(calibrator),
    "    for k, v in enumerate(row):",
    `        if not ${range}:`,
    `            raise ValueError(f"expected ${expected}, got {v} for class {k}")`,
    ...(clip === null
      ? ["    z = [float(v) for v in row]"]
      : [
          "    total = sum(row)",
          "    if total == 0:",
          '        raise ValueError("the probabilities are all 0")',
          `    z = [math.log(max(v, ${digits(clip)})) for v in row]`,
        ]),
    ...(segments === null
      ? []
      : [
          "    correction = CORRECTIONS.get(segments)",
          "    if correction is not None:",
          `        return correction(logs(${expression}))`,
        ]),
    `    return ${map.kind === "identity" && clip !== null ? "[v / total for v in row]" : expression}`,
  ];
}

function many({ segments }: Calibrator): readonly string[] {
  return segments === null
    ? ["", "", "def calibrate_all(values):", "    return [calibrate(value) for value in values]"]
    : [
        "",
        "",
        "def calibrate_all(values, *columns):",
        "    return [calibrate(value, *segments) for value, *segments in zip(values, *columns)]",
      ];
}

/** A calibrator as a Python module. */
export function toPython(calibrator: Calibrator): string {
  const scalar = isBinaryCalibrator(calibrator);
  const body = [...(scalar ? scalarModule(calibrator) : rowModule(calibrator)), ...many(calibrator)];
  const code = body.join("\n").replaceAll(/\n{4,}/g, "\n\n\n");
  const imports = ["bisect", "math", "operator"].filter((name) => code.includes(`${name}.`));
  const lines = [...header(calibrator), "", ...imports.map((name) => `import ${name}`), "", code];
  return `${lines.join("\n")}\n`;
}

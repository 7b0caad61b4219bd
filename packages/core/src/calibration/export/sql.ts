import { isBinaryCalibrator } from "../artefact/is-binary-calibrator.ts";
import type { BinaryCalibrator, Calibrator, MulticlassCalibrator } from "../calibrator.ts";
import { headerLines, plain } from "./header.ts";
import { sqlDivided, sqlLogs, sqlRow, sqlScalar } from "./sql-maps.ts";
import { SqlProgram, sqlText } from "./sql-program.ts";

function header(calibrator: Calibrator): readonly string[] {
  const call =
    calibrator.segments === null ? "" : `, ${calibrator.segments.columns.map((_, j) => `segment${j + 1}`).join(", ")}`;
  const usage = !isBinaryCalibrator(calibrator)
    ? `candor_calibrate(row${call}): a DOUBLE[] with one probability per class; row is a list of numbers`
    : `candor_calibrate(p${call}): a probability`;
  const lines = headerLines(calibrator, [`${usage}; NULL gives NULL. For DuckDB 1.3 or later.`]);
  return lines.map((line) => `-- ${line}`.trimEnd());
}

/** A choice between the pooled value and those of the corrections, each of which is a name. */
function corrected({ segments }: Calibrator, pooled: string, names: readonly string[]): string {
  if (segments === null || names.length === 0) return pooled;
  const cases = segments.maps.map(({ values }, m) => {
    const conditions = values.map((value, j) => `candor_segment${j + 1} = ${sqlText(value)}`);
    return `WHEN ${conditions.join(" AND ")} THEN ${names[m]}`;
  });
  return `CASE ${cases.join("\n    ")}\n    ELSE ${pooled} END`;
}

function scalarValue(calibrator: BinaryCalibrator): string {
  const program = new SqlProgram();
  const checked = program.step(
    "CASE WHEN candor_p IS NULL THEN NULL WHEN candor_p::DOUBLE BETWEEN 0e0 AND 1e0 THEN candor_p::DOUBLE " +
      "ELSE error('expected a score in [0, 1], got ' || candor_p::VARCHAR) END",
  );
  const pooled = sqlScalar(program, calibrator.map, checked);
  const names = (calibrator.segments?.maps ?? []).map(({ map }) => sqlScalar(program, map, pooled));
  return program.value(program.step(corrected(calibrator, pooled, names)));
}

function rowValue(calibrator: MulticlassCalibrator): string {
  const { clip, map, classNames } = calibrator;
  const K = classNames.length;
  const program = new SqlProgram();
  const row = program.step("candor_row::DOUBLE[]");
  const good = clip === null ? "isfinite(v)" : "v BETWEEN 0e0 AND 1e0";
  const expected = clip === null ? "finite logits" : "probabilities in [0, 1]";
  const zeros = clip === null ? "" : `WHEN list_sum(${row}) = 0e0 THEN error('the probabilities are all 0') `;
  const checked = program.step(
    `CASE WHEN ${row} IS NULL THEN NULL ` +
      `WHEN len(${row}) <> ${K} THEN error('expected ${K} classes, got ' || len(${row})::VARCHAR) ` +
      `WHEN len(list_filter(${row}, lambda v: v IS NOT NULL AND ${good})) < ${K} ` +
      `THEN error('expected ${expected}, got ' || ${row}::VARCHAR) ${zeros}ELSE ${row} END`,
  );
  const z = clip === null ? checked : sqlLogs(program, checked, clip);
  const corrections = calibrator.segments?.maps ?? [];
  const pooled = map.kind === "identity" && clip !== null ? sqlDivided(program, checked) : sqlRow(program, map, z, K);
  const logs = corrections.length === 0 ? "" : sqlLogs(program, sqlRow(program, map, z, K), 1e-300);
  const names = corrections.map((correction) => sqlRow(program, correction.map, logs, K));
  const result = corrected(calibrator, pooled, names);
  return program.value(program.step(`CASE WHEN ${checked} IS NULL THEN NULL ELSE ${result} END`));
}

/** A calibrator as a macro of DuckDB. */
export function toSql(calibrator: Calibrator): string {
  const scalar = isBinaryCalibrator(calibrator);
  const columns = calibrator.segments?.columns ?? [];
  const parameters = [scalar ? "candor_p" : "candor_row", ...columns.map((_, j) => `candor_segment${j + 1}`)];
  const value = scalar ? scalarValue(calibrator) : rowValue(calibrator);
  const about = columns.map((name, j) => `-- candor_segment${j + 1}: ${plain(name)}`);
  const lines = [
    ...header(calibrator),
    ...about,
    "",
    `CREATE OR REPLACE MACRO candor_calibrate(${parameters.join(", ")}) AS`,
    `${value};`,
  ];
  return `${lines.join("\n")}\n`;
}

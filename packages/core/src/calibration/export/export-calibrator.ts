import type { Calibrator } from "../calibrator.ts";
import { toJsonSchema } from "./json-schema.ts";
import { toPython } from "./python.ts";
import { toSql } from "./sql.ts";
import { toTypeScript } from "./typescript.ts";

/** What a calibrator can be written as. */
export type ExportTarget = "ts" | "python" | "sql" | "json-schema";

/**
 * A calibrator as code that needs nothing else, or the JSON Schema of its document.
 *
 * - `ts`: an ES module with `calibrate`, strict TypeScript whose types can be stripped
 * - `python`: a module with `calibrate` and `calibrate_all`, standard library only
 * - `sql`: macros `candor_calibrate` for DuckDB 1.3 or later
 * - `json-schema`: JSON Schema 2020-12 of documents with this calibrator's method and classes; it describes this one
 *
 * @param calibrator from `sealCalibrator` or `openCalibrator`
 * @returns text that ends with a line feed
 *
 * Accuracy: within 1e-12 of `calibrateScores` and `calibrateClasses`. Where a step follows a number that had to be
 * computed (a softmax, another map), a score within a last bit of a knot may fall on its other side, as the exponential
 * functions of languages differ in that bit.
 */
export function exportCalibrator(calibrator: Calibrator, target: ExportTarget): string {
  switch (target) {
    case "ts":
      return toTypeScript(calibrator);
    case "python":
      return toPython(calibrator);
    case "sql":
      return toSql(calibrator);
    case "json-schema":
      return toJsonSchema(calibrator);
  }
}

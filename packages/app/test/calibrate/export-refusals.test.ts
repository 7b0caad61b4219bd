import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Calibrator, calibratorFingerprint, exportCalibrator, InputError, openCalibrator } from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { transformWithOxc } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCases, multiclassCases } from "./export-cases.ts";
import { hasPython } from "./run-exports.ts";

const { logistic, "with segments": segmented } = binaryCases();
const { matrix: dense, "vector of probabilities": ofProbabilities } = multiclassCases(3);
if (!logistic || !segmented || !dense || !ofProbabilities) throw new Error("a case is missing");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-refusals-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A calibrator, arguments in JSON (NaN as text "nan"), and what the complaint says in every language. */
const refused: [Calibrator, readonly unknown[], string][] = [
  [logistic, [1.5], "expected a score in [0, 1], got 1.5"],
  [logistic, [-1e-9], "expected a score in [0, 1], got -1e-"],
  [logistic, ["nan"], "expected a score in [0, 1], got"],
  [dense, [[1, 2]], "expected 3 classes, got 2"],
  [dense, [[1, 2, "nan"]], "expected "],
  [ofProbabilities, [[0.5, 0.5, 1.5]], "expected "],
  [ofProbabilities, [[0, 0, 0]], "the probabilities are all 0"],
];

async function loaded(calibrator: Calibrator): Promise<(...values: unknown[]) => unknown> {
  const { code } = await transformWithOxc(exportCalibrator(calibrator, "ts"), "calibrate.ts");
  const { calibrate } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  return calibrate;
}

describe("the code of exportCalibrator(calibrator, target) refuses what cannot be calibrated", () => {
  const number = (value: unknown): unknown => (value === "nan" ? Number.NaN : value);

  it.each(refused)("as TypeScript: %#", async (calibrator, values, message) => {
    const calibrate = await loaded(calibrator);
    const given = values.map((value) => (Array.isArray(value) ? value.map(number) : number(value)));
    expect(() => calibrate(...given)).toThrow(message);
  });

  it("as TypeScript, where the values of a segment are missing", async () => {
    const calibrate = await loaded(segmented);
    expect(() => calibrate(0.5, "north")).toThrow('expected 2 segment values (region, it\'s a "plan"), got 1');
  });

  it.skipIf(!hasPython())("as Python", () => {
    const calls = refused.map(([calibrator, values, message], i) => {
      writeFileSync(join(folder, `case${i}.py`), exportCalibrator(calibrator, "python"));
      return [i, JSON.stringify(values).replaceAll('"nan"', "float('nan')"), JSON.stringify(message)];
    });
    const checks = calls.map(([i, values, message]) =>
      ["try:", `    case${i}.calibrate(*${values})`, `    print(${i}, "passed")`, "except ValueError as error:"]
        .concat(`    if ${message} not in str(error): print(${i}, error)`)
        .join("\n"),
    );
    const imports = calls.map(([i]) => `import case${i}`).join("\n");
    writeFileSync(join(folder, "check.py"), `${imports}\n${checks.join("\n")}\n`);
    const python = execFileSync("python3", [join(folder, "check.py")], { encoding: "utf8" });
    expect(python).toBe("");
  });

  it.each(refused)("as a macro of DuckDB: %#", async (calibrator, values, message) => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(exportCalibrator(calibrator, "sql"));
    const literal = JSON.stringify(values[0]).replaceAll('"nan"', "'nan'::DOUBLE");
    await expect(connection.run(`SELECT candor_calibrate(${literal})`)).rejects.toThrow(message);
    const none = await connection.runAndReadAll("SELECT candor_calibrate(NULL)");
    expect(none.getRowsJS()).toEqual([[null]]);
    connection.closeSync();
  });

  it("a macro of DuckDB takes decimals, integers, expressions, and columns of any name", async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(exportCalibrator(logistic, "sql"));
    const names = ["candor", "v", "e", "x", "p"];
    const values = names.map((name) => `candor_calibrate(${name} + 0.5) AS q_${name}`).join(", ");
    const result = await connection.runAndReadAll(
      `SELECT candor_calibrate(0.5), candor_calibrate(1) > 0, ${values} FROM (SELECT ${names.map((name) => `0.0 AS ${name}`).join(", ")})`,
    );
    const [half, ...others] = result.getRowsJS()[0] ?? [];
    expect(others).toEqual([true, ...names.map(() => half)]);
    connection.closeSync();
  });
});

describe("exportCalibrator(calibrator, 'json-schema')", () => {
  const ajv = new Ajv2020({ strict: false });
  const validator = (calibrator: Calibrator): ValidateFunction =>
    ajv.compile(JSON.parse(exportCalibrator(calibrator, "json-schema")));
  const all = [...Object.entries(binaryCases()), ...Object.entries(multiclassCases(3))];

  it.each(all)("describes the calibrator: %s", (_, calibrator) => {
    const validate = validator(calibrator);
    expect({ valid: validate(JSON.parse(JSON.stringify(calibrator))), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    });
  });

  it("describes no other method, kind of score or classes", () => {
    const validate = validator(dense);
    expect(validate(ofProbabilities)).toBe(false);
    expect(validate({ ...dense, method: "vector" })).toBe(false);
    expect(validate({ ...dense, classNames: ["a", "b", "c"] })).toBe(false);
  });

  /** Every place inside a JSON value. */
  function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
    if (typeof value !== "object" || value === null) return [path];
    return [path, ...Object.entries(value).flatMap(([key, entry]) => places(entry, [...path, key]))];
  }

  function changed(value: unknown, [key, ...rest]: readonly (string | number)[], to: unknown): unknown {
    if (key === undefined) return to;
    const entries = Object.entries(value ?? {}).flatMap(([name, entry]) => {
      const next = name === String(key) ? changed(entry, rest, to) : entry;
      return next === undefined ? [] : [[name, next] as const];
    });
    return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
  }

  const altered = fc.constantFrom(undefined, null, -1, 0.5, 2, "x", true, [], [1], {}, { kind: "identity" });
  const documents = [binaryCases()["with segments"], multiclassCases(2)["with segments"]];

  it("refuses a part of a wrong type wherever openCalibrator(json) refuses it", () => {
    for (const document of documents) {
      const json: unknown = JSON.parse(JSON.stringify(document));
      const validate = validator(document!);
      const paths = places(json).filter(([top]) => top === "map" || top === "segments" || top === "certificate");
      fc.assert(
        fc.property(fc.constantFrom(...paths), altered, (path, to) => {
          const other = changed(json, path, to);
          if (validate(other)) return;
          const sealed = { ...Object(other), fingerprint: calibratorFingerprint(Object(other)) };
          expect(() => openCalibrator(sealed)).toThrow(expect.objectContaining({ name: InputError.name }));
        }),
        { numRuns: 1000 },
      );
    }
  });
});

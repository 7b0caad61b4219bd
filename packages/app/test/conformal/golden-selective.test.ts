import { augrc, aurc, auroc, excessAurc } from "@candor/core";
import { describe, expect, it } from "vitest";
import { npy } from "../calibrate/class-data.ts";
import { agree, isRecord } from "../calibrate/reference-json.ts";
import { golden, NETWORKS, present } from "./golden-arrays.ts";

/** Top probabilities as they are stored, and whether their class is right. */
function topClasses(folder: string, file: string): { confidence: Float64Array; correct: Uint8Array } {
  const { values, shape } = npy(folder, file);
  const labels = npy(folder, "labels.npy").values;
  const [rows = 0, cols = 0] = shape;
  const confidence = new Float64Array(rows);
  const correct = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const probabilities = values.subarray(row * cols, (row + 1) * cols);
    const top = probabilities.reduce((best, value) => Math.max(best, value), 0);
    confidence[row] = top;
    correct[row] = probabilities.indexOf(top) === labels[row] ? 1 : 0;
  }
  return { confidence, correct };
}

describe.skipIf(!present)("selective prediction on real networks, against golden.json", () => {
  const measured = NETWORKS.filter(([network]) => network !== "cifar100_densenet");

  it.each(measured)("aurc, excessAurc, augrc and auroc of %s", (network, folder, file) => {
    const { confidence, correct } = topClasses(folder, file);
    const expected = golden("selective", network);
    if (!isRecord(expected)) throw new Error("no table");
    const error = 1 - correct.reduce((sum, one) => sum + one, 0) / correct.length;
    const same = (what: string, value: unknown) => agree(`${network} ${what}`, value, expected[what], 1e-11);
    same("error", error);
    same("aurc_fdshifts", aurc(confidence, correct, { convention: "fd-shifts" }).value);
    same("eaurc", excessAurc(confidence, correct, { convention: "fd-shifts" }).value);
    same("augrc_fdshifts", augrc(confidence, correct).value);
    same("failure_auroc", auroc(confidence, correct).value);
    same("augrc_opt", error ** 2 / 2);
    expect(new Set(confidence).size).toBe(expected["n_distinct_conf"]);
  });
});

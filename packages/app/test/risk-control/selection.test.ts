import { fixedSequenceSelection, type Selection, selectionWithGuaranteedRisk } from "@candor/core";
import { describe, expect, it } from "vitest";
import { npy } from "../calibrate/class-data.ts";
import { agree } from "../calibrate/reference-json.ts";
import { golden, present } from "./golden.ts";

interface Outcomes {
  readonly confidence: Float64Array;
  readonly isError: Uint8Array;
}

/** The top probability of each row, as stored, and whether its class is wrong. */
function outcomes(folder: string, file: string): Outcomes {
  const { values, shape } = npy(folder, file);
  const labels = npy(folder, "labels.npy").values;
  const [rows = 0, cols = 0] = shape;
  const confidence = new Float64Array(rows);
  const isError = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const probabilities = values.subarray(row * cols, row * cols + cols);
    const top = probabilities.reduce((best, value) => Math.max(best, value), 0);
    confidence[row] = top;
    isError[row] = probabilities.indexOf(top) === labels[row] ? 0 : 1;
  }
  return { confidence, isError };
}

const sets = [
  ["cifar100_wideresnet", "c100_probs_3models", "probs_wideresnet-16-4-cifar-100.npy"],
  ["cifar10_wideresnet", "c10_probs_4models", "probs_wideresnet-16-4-cifar-10.npy"],
  ["cifar10_lenet", "c10_probs_4models", "probs_lenet-5-cifar-10.npy"],
] as const;

describe.skipIf(!present)("selection on 5000 rows of CIFAR (skipped where shared/data is absent)", () => {
  for (const [name, folder, file] of sets)
    it(`selectionWithGuaranteedRisk and fixedSequenceSelection agree with the reference on ${name}`, () => {
      const { confidence, isError } = outcomes(folder, file);
      const rows = confidence.subarray(0, 5000);
      const wrong = isError.subarray(0, 5000);
      for (const maxError of [0.02, 0.05, 0.1]) {
        const target = { maxError, failure: 0.05 };
        const found: Record<string, Selection> = {
          sgr: selectionWithGuaranteedRisk(rows, wrong, target),
          ltt_fst: fixedSequenceSelection(rows, wrong, { ...target, start: "strictest" }),
          ltt_fst_start: fixedSequenceSelection(rows, wrong, target),
        };
        for (const [method, selection] of Object.entries(found)) {
          const expected = golden("selective", name, `${method}_r${maxError}_delta0.05`);
          if (expected === null) {
            expect(selection.threshold, `${method} at ${maxError}`).toBe(null);
            continue;
          }
          const what = `${name} ${method} at ${maxError}`;
          agree(`${what} threshold`, selection.threshold, expected["threshold"], 1e-11);
          agree(`${what} coverage`, selection.coverage, expected["cal_coverage"], 1e-11);
          agree(`${what} error`, selection.error, expected["cal_risk"], 1e-11);
          if ("bound" in expected) agree(`${what} bound`, selection.upperBound, expected["bound"], 1e-11);
          let accepted = 0;
          let errors = 0;
          for (let row = 5000; row < 10000; row++)
            if ((confidence[row] ?? 0) >= (selection.threshold ?? Infinity)) {
              accepted++;
              errors += isError[row] ?? 0;
            }
          agree(`${what} test coverage`, accepted / 5000, expected["test_coverage"], 1e-11);
          agree(`${what} test error`, errors / accepted, expected["test_risk"], 1e-11);
        }
      }
    });
});

import {
  applyMultiLabel,
  bettingUpper,
  controlMultiLabel,
  hoeffdingUpper,
  type Matrix,
  type MultiLabelControl,
  maurerPontilUpper,
  sum,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { npy } from "../calibrate/class-data.ts";
import { agree, isRecord, type Reference } from "../calibrate/reference-json.ts";
import { golden, present } from "./golden.ts";

const CALIBRATION = 2000;

interface Labelled {
  readonly scores: Matrix;
  readonly labels: Uint8Array;
}

function coco(): { readonly calibration: Labelled; readonly test: Labelled } {
  const { values, shape } = npy("conformal", "coco_tresnetxl_sigmoid.npy");
  const labels = Uint8Array.from(npy("conformal", "coco_labels.npy").values);
  const [rows = 0, cols = 0] = shape;
  const part = (from: number, to: number): Labelled => ({
    scores: { data: values.slice(from * cols, to * cols), rows: to - from, cols },
    labels: labels.slice(from * cols, to * cols),
  });
  return { calibration: part(0, CALIBRATION), test: part(CALIBRATION, rows) };
}

/** Mean share of true labels missed, of false labels given, and mean number given. */
function evaluate({ scores, labels }: Labelled, control: MultiLabelControl): Record<"fnr" | "fdr" | "size", number> {
  const given = applyMultiLabel(scores, control);
  const { rows, cols } = scores;
  let fnr = 0;
  let fdr = 0;
  for (let row = 0; row < rows; row++) {
    const truth = labels.subarray(row * cols, row * cols + cols);
    const set = given.subarray(row * cols, row * cols + cols);
    const hits = set.reduce((count, value, k) => count + (value === 1 && truth[k] === 1 ? 1 : 0), 0);
    const size = set.reduce((count, value) => count + value, 0);
    fnr += 1 - hits / truth.reduce((count, value) => count + value, 0);
    fdr += size === 0 ? 0 : (size - hits) / size;
  }
  return { fnr: fnr / rows, fdr: fdr / rows, size: given.reduce((count, value) => count + value, 0) / rows };
}

describe.skipIf(!present)("COCO, 2000 images for calibration (skipped where shared/data is absent)", () => {
  const { calibration, test } = present ? coco() : { calibration: undefined, test: undefined };
  if (calibration === undefined || test === undefined) {
    it("needs the arrays");
    return;
  }
  const expected = (key: string): Reference => golden("coco_risk_control_first2000_cal", key) ?? {};

  for (const target of [0.05, 0.1, 0.2]) {
    it(`controlMultiLabel(scores, labels, fnr at ${target}) agrees in expectation and with probability 0.9`, () => {
      const crc = controlMultiLabel(calibration.scores, calibration.labels, { risk: "fnr", target });
      const reference = expected(`crc_fnr@${target}`);
      expect(crc.attained).toBe(true);
      expect(crc.threshold).toBe(reference["lam"]);
      agree("calibration risk", crc.calibrationRisk, reference["cal_risk"], 1e-11);
      const found = evaluate(test, crc);
      agree("test risk", found.fnr, reference["test_risk"], 1e-11);
      agree("mean set", found.size, reference["mean_set"], 1e-11);

      for (const [bound, name] of [
        ["hoeffding", "hoeffding"],
        ["hoeffding-bentkus", "hb"],
      ] as const) {
        const rcps = controlMultiLabel(calibration.scores, calibration.labels, {
          risk: "fnr",
          target,
          sure: 0.9,
          bound,
        });
        const figures = expected(`rcps_${name}_fnr@${target},d0.1`);
        expect(rcps.threshold).toBe(figures["lam"]);
        expect(rcps.upperBound).toBeLessThanOrEqual(target);
        const result = evaluate(test, rcps);
        agree("test risk", result.fnr, figures["test_risk"], 1e-11);
        agree("mean set", result.size, figures["mean_set"], 1e-11);
      }
    });

    it(`controlMultiLabel(scores, labels, fdr at ${target}) agrees with all three corrections`, () => {
      for (const [correction, name] of [
        ["bonferroni", "bonferroni"],
        ["holm", "holm"],
        ["fixed-sequence", "fixed_sequence"],
      ] as const) {
        const control = controlMultiLabel(calibration.scores, calibration.labels, {
          risk: "fdr",
          target,
          sure: 0.9,
          correction,
        });
        const figures = expected(`ltt_fdr@${target},d0.1`)[name];
        if (!isRecord(figures)) throw new Error(`no figures of ${name}`);
        expect(control.threshold).toBe(figures["lam"]);
        expect(control.qualifying).toBe(figures["n_valid"]);
        const result = evaluate(test, control);
        agree("test fdr", result.fdr, figures["test_fdr"], 1e-11);
        agree("mean set", result.size, figures["mean_set"], 1e-11);
      }
    });
  }

  it("bounds of the missed share at threshold 0.5 agree with the reference", () => {
    const figures = golden("bounds_on_coco_fnr_lambda0.5_delta0.1") ?? {};
    const { scores, labels } = calibration;
    const losses = Float64Array.from({ length: scores.rows }, (_, row) => {
      let missed = 0;
      let count = 0;
      for (let cell = row * scores.cols; cell < (row + 1) * scores.cols; cell++)
        if (labels[cell] === 1) {
          count++;
          if ((scores.data[cell] ?? 0) < 0.5) missed++;
        }
      return missed / count;
    });
    const mean = sum(losses) / losses.length;
    agree("mean", mean, figures["mean"], 1e-12);
    agree("hoeffding", hoeffdingUpper(mean, losses.length, 0.1), figures["hoeffding"], 1e-12);
    agree("maurer-pontil", maurerPontilUpper(losses, 0.1), figures["maurer_pontil"], 1e-12);
    agree("betting", bettingUpper(losses, 0.1), figures["wsr_betting"], 2e-10);
  });

  it("controlMultiLabel(scores, labels, betting) is less cautious than Hoeffding-Bentkus here", () => {
    const control = (bound: "betting" | "hoeffding-bentkus" | "maurer-pontil"): MultiLabelControl =>
      controlMultiLabel(calibration.scores, calibration.labels, { risk: "fnr", target: 0.1, sure: 0.9, bound });
    expect(control("betting").threshold).toBeGreaterThan(control("hoeffding-bentkus").threshold);
    expect(control("maurer-pontil").upperBound).toBeLessThanOrEqual(0.1);
  });
});

import { describe, expect, it } from "vitest";
import {
  applyMulticlassMap,
  type BinaryFitter,
  fitIsotonic,
  fitPlatt,
  fitTopLabel,
  topLabel,
} from "../../../src/index.ts";
import { L12, P12, Z12 } from "../../master-case.ts";
import { cases, farthest } from "./oracle.ts";

const platt: BinaryFitter = (scores, outcomes, options) => fitPlatt(scores, outcomes, options);
const isotonic: BinaryFitter = (scores, outcomes, options) => fitIsotonic(scores, outcomes, options);

describe("fitTopLabel", () => {
  it("fitTopLabel(logits, labels, fitOne) fits the largest probability against being right", () => {
    const { confidence, predicted } = topLabel(P12);
    const single = fitPlatt(
      confidence,
      Uint8Array.from(predicted, (k, i) => (k === L12[i] ? 1 : 0)),
    );
    const fit = fitTopLabel(Z12, L12, platt);
    expect(fit.map).toEqual({ kind: "top-label", map: single.map });
    expect(fit).toMatchObject({
      method: "top-label-platt",
      parameters: single.parameters,
      certificate: single.certificate,
    });
  });

  it("fitTopLabel(logits, labels, isotonic) makes the mean confidence the accuracy", () => {
    const { logits, labels } = cases[3];
    const { map } = fitTopLabel(logits, labels, isotonic);
    const { data, cols } = applyMulticlassMap(map, logits);
    const { predicted } = topLabel(applyMulticlassMap({ kind: "identity" }, logits));
    let confidence = 0;
    let right = 0;
    predicted.forEach((k, i) => {
      confidence += data[i * cols + k];
      right += k === labels[i] ? 1 : 0;
    });
    expect(confidence).toBeCloseTo(right, 10);
  });

  it("fitTopLabel(logits, labels, fitOne, { perClass }) fits each predicted class, or falls back on the common fit", () => {
    const fit = fitTopLabel(Z12, L12, platt, { perClass: true });
    const pooled = fitTopLabel(Z12, L12, platt);
    expect(Array.isArray(fit.map.map)).toBe(true);
    const maps = [fit.map.map].flat();
    expect(maps).toHaveLength(3);
    const borrowed = maps.filter((map) => JSON.stringify(map) === JSON.stringify(pooled.map.map)).length;
    expect(borrowed).toBeGreaterThan(0);
    expect(fit.notes.filter((note) => /no fit/.test(note))).toHaveLength(borrowed);
    const { logits, labels, weights } = cases[3];
    const own = fitTopLabel(logits, labels, isotonic, { perClass: true, weights });
    const predicted = topLabel(applyMulticlassMap({ kind: "identity" }, logits)).predicted;
    const at = Array.from(predicted.keys()).filter((i) => predicted[i] === 2);
    const { data, cols } = applyMulticlassMap({ kind: "identity" }, logits);
    const single = fitIsotonic(
      Float64Array.from(at, (i) => data[i * cols + 2]),
      Uint8Array.from(at, (i) => (labels[i] === 2 ? 1 : 0)),
      { weights: Float64Array.from(at, (i) => weights[i]) },
    );
    expect([own.map.map].flat()[2]).toEqual(single.map);
  });

  it("fitTopLabel(logits, labels, fitOne) passes on what the binary fit refuses", () => {
    const { predicted } = topLabel(P12);
    expect(() => fitTopLabel(Z12, predicted, platt)).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(farthest([fitTopLabel(Z12, predicted, isotonic).n], [12])).toBe(0);
  });
});

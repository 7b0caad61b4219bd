import { describe, expect, it } from "vitest";
import { namedBinaryCandidate } from "../../../src/calibration/choose/binary-candidates.ts";
import { namedMulticlassCandidate } from "../../../src/calibration/choose/multiclass-candidates.ts";

describe("unknownMethod", () => {
  it("unknownMethod(name, task) says that a method is for scores of the other kind", () => {
    expect(() => namedBinaryCandidate("svs", {})).toThrow(
      expect.objectContaining({
        code: "unknown-option",
        message: "svs is a method for one score per class, and these are one per row",
      }),
    );
    expect(() => namedMulticlassCandidate("venn-abers", {})).toThrow(
      "venn-abers is a method for one score per row, and these are one per class: one-vs-rest-venn-abers or top-label-venn-abers",
    );
  });

  it("unknownMethod(name, task) lists what there is", () => {
    expect(() => namedBinaryCandidate("plat", {})).toThrow(
      /^no method is called plat, expected auto or one of identity, .*platt, .*bbq$/,
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameAdded, uniqueNames } from "../../src/output/index.ts";

describe("nameAdded(existing, into, classNames)", () => {
  it("is confidence for one score, and prediction, confidence and p_<class> for several", () => {
    expect(nameAdded(["id"], undefined, undefined).names).toEqual(["confidence"]);
    expect(nameAdded(["id"], undefined, ["a", "b"]).names).toEqual(["prediction", "confidence", "p_a", "p_b"]);
  });

  it("puts calibrated_ before names that are taken, in whatever case, and says which", () => {
    const { added, changed, clash } = nameAdded(["CONFIDENCE", "p_b"], undefined, ["a", "b"]);
    expect(added.confidence).toBe("calibrated_confidence");
    expect(added.classes?.probabilities).toEqual(["p_a", "calibrated_p_b"]);
    expect(changed.map(({ name }) => name)).toEqual(["confidence", "p_b"]);
    expect(clash).toBeUndefined();
  });

  it("takes --into as it is, and reports what is taken either way", () => {
    expect(nameAdded(["x"], "sure", undefined)).toMatchObject({ names: ["sure"], clash: undefined });
    expect(nameAdded(["Sure"], "sure", undefined).clash).toBe("sure");
    expect(nameAdded(["confidence", "calibrated_confidence"], undefined, undefined).clash).toBe(
      "calibrated_confidence",
    );
    expect(nameAdded([], "p_a", ["a"])).toMatchObject({
      names: ["prediction", "p_a", "calibrated_p_a"],
      clash: undefined,
    });
  });

  it("never gives a name twice", () => {
    const name = fc.constantFrom("confidence", "p_a", "P_A", "prediction", "calibrated_p_a", "x");
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.uniqueArray(fc.constantFrom("a", "A", "b")), (existing, classes) => {
        const { names, clash } = nameAdded(uniqueNames(existing), undefined, classes);
        const all = [...uniqueNames(existing), ...names].map((text) => text.toLowerCase());
        expect(clash !== undefined || new Set(all).size === all.length).toBe(true);
      }),
    );
  });
});

describe("uniqueNames(names)", () => {
  it("numbers names that came before, in whatever case", () => {
    expect(uniqueNames(["a", "b", "a", "A"])).toEqual(["a", "b", "a_1", "A_2"]);
    expect(uniqueNames(["a", "a", "a_1"])).toEqual(["a", "a_1", "a_1_1"]);
  });

  it("leaves names alone that are different, and gives none twice", () => {
    const name = fc.constantFrom("a", "A", "a_1", "A_1", "a_1_1", "b");
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        const unique = uniqueNames(names);
        const lower = unique.map((text) => text.toLowerCase());
        expect(new Set(lower).size).toBe(names.length);
        if (new Set(names.map((text) => text.toLowerCase())).size === names.length) expect(unique).toEqual(names);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import type { BinaryMap } from "../../src/calibration/binary-map.ts";
import { checkBinaryMap } from "../../src/calibration/check-binary-map.ts";

/** A map as it would come from a file. */
const parse = (text: string): BinaryMap => JSON.parse(text);
const STEP = '{"kind":"step","x":[0.5],"at":[0.5],"between":[0.25,0.75]}';

describe("checkBinaryMap", () => {
  it.each([
    '{"kind":"identity"}',
    '{"kind":"logistic","terms":[{"feature":"one","coefficient":-1}],"clip":0.000001}',
    '{"kind":"interpolated","x":[0.1,0.9],"y":[0,1]}',
    STEP,
    `{"kind":"venn-abers","lower":${STEP},"upper":${STEP}}`,
    '{"kind":"spline","knots":[-1,1],"pieces":[[0,1,0,0]],"clip":0.000001}',
    `{"kind":"blend","parts":[{"weight":0.3,"map":{"kind":"identity"}},{"weight":0.7,"map":${STEP}}]}`,
    `{"kind":"chain","maps":[{"kind":"identity"},${STEP}]}`,
  ])("checkBinaryMap(map) lets pass %s", (text) => {
    expect(() => checkBinaryMap(parse(text))).not.toThrow();
  });

  it.each([
    ["null", "incompatible", "map: expected a map"],
    ['"step"', "incompatible", "map: expected a map"],
    ['{"kind":"magic"}', "unknown-option", "unknown kind"],
    ["{}", "unknown-option", "unknown kind"],
    ['{"kind":"logistic","terms":[],"clip":0.1}', "too-few", "map.terms"],
    ['{"kind":"logistic","terms":[{"feature":"cube","coefficient":1}],"clip":0.1}', "unknown-option", "cube"],
    ['{"kind":"logistic","terms":[null],"clip":0.1}', "unknown-option", "map.terms[0]"],
    ['{"kind":"logistic","terms":[{"feature":"one","coefficient":null}],"clip":0.1}', "not-finite", "map.terms[0]"],
    ['{"kind":"logistic","terms":[{"feature":"one","coefficient":1}],"clip":0.5}', "out-of-range", "map.clip"],
    ['{"kind":"logistic","terms":[{"feature":"one","coefficient":1}],"clip":1e-20}', "out-of-range", "map.clip"],
    ['{"kind":"interpolated","x":[0.2,0.2],"y":[0,1]}', "incompatible", "map.x[1]: 0.2 does not ascend"],
    ['{"kind":"interpolated","x":[],"y":[]}', "too-few", "map.x"],
    ['{"kind":"interpolated","x":[0.2],"y":[0,1]}', "shape-mismatch", "map.y"],
    ['{"kind":"interpolated","x":[0.2],"y":[1.5]}', "out-of-range", "map.y[0]"],
    ['{"kind":"interpolated","x":"0.2","y":[1]}', "incompatible", "map.x: expected a list"],
    ['{"kind":"step","x":[0.5],"at":[0.5],"between":[0.25]}', "shape-mismatch", "map.between"],
    ['{"kind":"venn-abers","lower":{"kind":"identity"},"upper":{"kind":"identity"}}', "incompatible", "map.lower"],
    [
      `{"kind":"venn-abers","lower":{"kind":"step","x":[0.4],"at":[0.1],"between":[0.1,0.3]},"upper":${STEP}}`,
      "incompatible",
      "above the upper",
    ],
    [
      '{"kind":"logistic","terms":[{"feature":"log","coefficient":1e200}],"clip":0.1}',
      "out-of-range",
      "at most 1e+100",
    ],
    ['{"kind":"spline","knots":[-1e9,1],"pieces":[[0,1,0,0]],"clip":0.1}', "out-of-range", "map.knots[0]"],
    ['{"kind":"spline","knots":[-1],"pieces":[[0,1,0,0]],"clip":0.1}', "too-few", "map.knots"],
    ['{"kind":"spline","knots":[-1,1,2],"pieces":[[0,1,0,0]],"clip":0.1}', "shape-mismatch", "map.pieces"],
    ['{"kind":"spline","knots":[-1,1],"pieces":[[0,1,0]],"clip":0.1}', "shape-mismatch", "map.pieces[0]"],
    ['{"kind":"blend","parts":[{"weight":0.5,"map":{"kind":"identity"}}]}', "not-normalised", "sum to 0.5"],
    ['{"kind":"blend","parts":[{"weight":-1,"map":{"kind":"identity"}}]}', "out-of-range", "map.parts[0]"],
    [
      '{"kind":"blend","parts":[{"weight":1,"map":{"kind":"step","x":[2,1]}}]}',
      "incompatible",
      "map.parts[0].map.x[1]",
    ],
    ['{"kind":"chain","maps":[]}', "too-few", "map.maps"],
    [`${'{"kind":"chain","maps":['.repeat(20)}{"kind":"identity"}${"]}".repeat(20)}`, "incompatible", "nested"],
  ])("checkBinaryMap(map) refuses %s", (text, code, part) => {
    expect(() => checkBinaryMap(parse(text))).toThrow(
      expect.objectContaining({ name: "InputError", code, message: expect.stringContaining(part) }),
    );
  });
});

import { InputError } from "../../errors.ts";
import type { BinaryMap } from "../binary-map.ts";
import { checkBinaryMap } from "../check-binary-map.ts";
import type { LinearMap, MulticlassMap } from "../multiclass-map.ts";

/**
 * Checks that a map fits a number of classes and that its numbers are in range.
 *
 * @param map as fitted, or as read from JSON
 * @param classes K ≥ 2
 * @throws {InputError} `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function checkMulticlassMap(map: MulticlassMap, classes: number): void {
  if (!(classes >= 2))
    throw new InputError("shape-mismatch", `a multiclass map needs 2 classes or more, got ${classes}`);
  switch (map.kind) {
    case "identity":
    case "uniform":
      return;
    case "linear":
      checkLinear(map, classes);
      return;
    case "blend":
      checkWeights(map.parts.map((part) => part.weight));
      for (const part of map.parts) checkMulticlassMap(part.map, classes);
      return;
    case "one-vs-rest":
      checkCount(map.maps, classes, "one-vs-rest map");
      for (const part of map.maps) checkBinaryMap(part);
      return;
    case "top-label":
      if (isList(map.map)) {
        checkCount(map.map, classes, "top-label map per class");
        for (const part of map.map) checkBinaryMap(part);
      } else checkBinaryMap(map.map);
      return;
    case "argmax-preserving":
      checkMulticlassMap(map.map, classes);
      return;
    case "chain":
      if (map.maps.length === 0) throw new InputError("shape-mismatch", "a chain needs one map or more, got none");
      for (const part of map.maps) checkMulticlassMap(part, classes);
      return;
    default:
      throw new InputError("unknown-option", `unknown kind of multiclass map ${JSON.stringify(map)}`);
  }
}

function checkLinear({ scale, bias, prepare }: LinearMap, classes: number): void {
  if (typeof scale === "number") checkFinite([scale], "scale");
  else {
    checkCount(scale, classes, "scale");
    for (const row of scale)
      if (typeof row === "number") checkFinite([row], "scale");
      else {
        checkCount(row, classes, "row of scale");
        checkFinite(row, "scale");
      }
  }
  if (bias !== null) {
    checkCount(bias, classes, "bias");
    checkFinite(bias, "bias");
  }
  if (prepare !== null) {
    checkFinite([prepare.beta], "beta");
    if (!(prepare.mix >= 0 && prepare.mix <= 1))
      throw new InputError("out-of-range", `mix must be in [0, 1], got ${prepare.mix}`);
  }
}

function checkWeights(weights: readonly number[]): void {
  let total = 0;
  for (const weight of weights) {
    if (!(weight >= 0)) throw new InputError("out-of-range", `weights of a blend must be >= 0, got ${weight}`);
    total += weight;
  }
  if (!(Math.abs(total - 1) <= 1e-9)) throw new InputError("out-of-range", `weights of a blend sum to ${total}, not 1`);
}

function checkCount(list: readonly unknown[], classes: number, what: string): void {
  if (list.length !== classes)
    throw new InputError("shape-mismatch", `${what}: expected one for each of ${classes} classes, got ${list.length}`);
}

function checkFinite(values: readonly number[], what: string): void {
  for (const value of values)
    if (!Number.isFinite(value)) throw new InputError("not-finite", `${what} holds ${value}, which is not finite`);
}

function isList(map: BinaryMap | readonly BinaryMap[]): map is readonly BinaryMap[] {
  return Array.isArray(map);
}

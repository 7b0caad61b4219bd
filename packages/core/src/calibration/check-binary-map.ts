import { InputError } from "../errors.ts";
import type { BinaryFeature, BinaryMap, StepMap } from "./binary-map.ts";

/** Maps inside maps beyond this are no calibrator, and would exhaust the stack. */
const MAX_DEPTH = 16;
/** How far the weights of a blend may be from 1 by rounding. */
const WEIGHT_TOLERANCE = 1e-9;

/** Logits, and coefficients of a polynomial in them, beyond which sums of them could overflow to NaN. */
const LARGEST_LOGIT = 1e6;
const LARGEST_COEFFICIENT = 1e100;

const FEATURES: ReadonlySet<BinaryFeature> = new Set<BinaryFeature>([
  "one",
  "score",
  "logit",
  "logit-squared",
  "log",
  "minus-log-complement",
]);

function checkList(values: readonly unknown[], least: number, path: string): void {
  if (!Array.isArray(values)) throw new InputError("incompatible", `${path}: expected a list, got ${typeof values}`);
  if (values.length < least)
    throw new InputError("too-few", `${path}: expected at least ${least} entries, got ${values.length}`);
}

function checkNumbers(values: readonly number[], path: string, count: number): void {
  checkList(values, 0, path);
  if (values.length !== count)
    throw new InputError("shape-mismatch", `${path}: expected ${count} numbers, got ${values.length}`);
  for (let i = 0; i < count; i++)
    if (!Number.isFinite(values[i]))
      throw new InputError("not-finite", `${path}[${i}]: expected a finite number, got ${values[i]}`, i);
}

function checkSizes(values: readonly number[], path: string, largest: number): void {
  for (let i = 0; i < values.length; i++)
    if (Math.abs(values[i]) > largest)
      throw new InputError("out-of-range", `${path}[${i}]: expected at most ${largest} in size, got ${values[i]}`, i);
}

function checkProbabilities(values: readonly number[], path: string, count: number): void {
  checkNumbers(values, path, count);
  for (let i = 0; i < count; i++)
    if (!(values[i] >= 0 && values[i] <= 1))
      throw new InputError("out-of-range", `${path}[${i}]: expected a probability in [0, 1], got ${values[i]}`, i);
}

function checkAscending(values: readonly number[], path: string, least: number): void {
  checkList(values, least, path);
  checkNumbers(values, path, values.length);
  for (let i = 1; i < values.length; i++)
    if (!(values[i] > values[i - 1]))
      throw new InputError("incompatible", `${path}[${i}]: ${values[i]} does not ascend from ${values[i - 1]}`, i);
}

function checkClip(clip: number, path: string): void {
  if (!(clip > 0 && clip < 0.5 && 1 - clip < 1))
    throw new InputError("out-of-range", `${path}: expected a clip in [2^-53, 0.5), got ${clip}`);
}

function checkStep(map: StepMap, path: string): void {
  if (map?.kind !== "step") throw new InputError("incompatible", `${path}: expected a step map, got ${map?.kind}`);
  checkAscending(map.x, `${path}.x`, 0);
  checkProbabilities(map.at, `${path}.at`, map.x.length);
  checkProbabilities(map.between, `${path}.between`, map.x.length + 1);
}

/** The value at each of the ascending points, and between them and beyond them. */
function valuesAround(map: StepMap, points: readonly number[]): number[] {
  const values: number[] = [];
  let k = 0;
  for (const point of points) {
    values.push(map.between[k], map.x[k] === point ? map.at[k] : map.between[k]);
    if (map.x[k] === point) k++;
  }
  return [...values, map.between[k]];
}

function checkOrder(lower: StepMap, upper: StepMap, path: string): void {
  const points = [...new Set([...lower.x, ...upper.x])].sort((a, b) => a - b);
  const high = valuesAround(upper, points);
  valuesAround(lower, points).forEach((value, i) => {
    if (value > high[i])
      throw new InputError("incompatible", `${path}: the lower probability ${value} is above the upper ${high[i]}`, i);
  });
}

function check(map: BinaryMap, path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new InputError("incompatible", `${path}: maps are nested more than ${MAX_DEPTH} deep`);
  if (typeof map !== "object" || map === null)
    throw new InputError("incompatible", `${path}: expected a map, got ${map === null ? "null" : typeof map}`);
  switch (map.kind) {
    case "identity":
      return;
    case "logistic":
      checkList(map.terms, 1, `${path}.terms`);
      map.terms.forEach((term, i) => {
        if (!FEATURES.has(term?.feature))
          throw new InputError("unknown-option", `${path}.terms[${i}]: unknown feature ${term?.feature}`, i);
        checkNumbers([term.coefficient], `${path}.terms[${i}].coefficient`, 1);
        checkSizes([term.coefficient], `${path}.terms[${i}].coefficient`, LARGEST_COEFFICIENT);
      });
      checkClip(map.clip, `${path}.clip`);
      return;
    case "interpolated":
      checkAscending(map.x, `${path}.x`, 1);
      checkProbabilities(map.y, `${path}.y`, map.x.length);
      return;
    case "step":
      checkStep(map, path);
      return;
    case "venn-abers":
      checkStep(map.lower, `${path}.lower`);
      checkStep(map.upper, `${path}.upper`);
      checkOrder(map.lower, map.upper, path);
      return;
    case "spline":
      checkAscending(map.knots, `${path}.knots`, 2);
      checkSizes(map.knots, `${path}.knots`, LARGEST_LOGIT);
      checkList(map.pieces, 1, `${path}.pieces`);
      if (map.pieces.length !== map.knots.length - 1)
        throw new InputError(
          "shape-mismatch",
          `${path}.pieces: expected ${map.knots.length - 1} pieces, got ${map.pieces.length}`,
        );
      map.pieces.forEach((piece, i) => {
        checkNumbers(piece, `${path}.pieces[${i}]`, 4);
        checkSizes(piece, `${path}.pieces[${i}]`, LARGEST_COEFFICIENT);
      });
      checkClip(map.clip, `${path}.clip`);
      return;
    case "blend": {
      checkList(map.parts, 1, `${path}.parts`);
      let total = 0;
      map.parts.forEach((part, i) => {
        if (!(part?.weight >= 0))
          throw new InputError("out-of-range", `${path}.parts[${i}]: expected a weight >= 0, got ${part?.weight}`, i);
        total += part.weight;
        check(part.map, `${path}.parts[${i}].map`, depth + 1);
      });
      if (!(Math.abs(total - 1) <= WEIGHT_TOLERANCE))
        throw new InputError("not-normalised", `${path}.parts: the weights sum to ${total}, not 1`);
      return;
    }
    case "chain":
      checkList(map.maps, 1, `${path}.maps`);
      map.maps.forEach((link, i) => {
        check(link, `${path}.maps[${i}]`, depth + 1);
      });
      return;
    default:
      throw new InputError("unknown-option", `${path}: unknown kind of map ${JSON.stringify(map)?.slice(0, 60)}`);
  }
}

/**
 * Lets a map pass that can be applied, and says what is wrong with any other: for maps that come from a file.
 *
 * @param map parsed JSON that claims to be a map; every field that matters is looked at, further ones are ignored
 * @throws {InputError} `unknown-option` for a kind or feature that does not exist; `incompatible` for knots that do not
 * ascend, a lower Venn–Abers probability above the upper one or a wrong type; `not-normalised` for weights of a blend
 * that do not sum to 1 within 1e-9; `shape-mismatch`, `too-few`, `not-finite`, `out-of-range`. The message names the path.
 */
export function checkBinaryMap(map: BinaryMap): void {
  check(map, "map", 0);
}

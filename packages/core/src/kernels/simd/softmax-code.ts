import { type Powers, SUMMARY_FIELDS, temperatureFields } from "../row-fields.ts";
import { createFrame, type Frame, type Variable, type WasmFunction } from "./assemble.ts";
import { exponentialCode, LOWEST_EXPONENT } from "./exponential-code.ts";
import { type Code, f32x4, f64, f64x2, i32, i64, i64x2, loopWhile, v128, when } from "./instructions.ts";

/** Smallest beta of `temperatureRows`: what is -Infinity adds less than 1e-200 to its first two sums then. */
export const SMALLEST_BETA = 1e-40;

/** Doubles per row that `residualRows` writes over the row's weight: top, rest. */
export const RESIDUAL_FIELDS = 2;

/** How logits lie in memory. */
interface Element {
  readonly bytes: number;
  /** Two neighbours, as f64x2. */
  readonly pair: (address: Code) => Code;
  /** One, in the first lane; the second is 0. */
  readonly last: (address: Code) => Code;
  /** The larger of as many as fit into sixteen bytes. */
  readonly larger: (a: Code, b: Code) => Code;
  /** The largest of them, as both lanes of f64x2. */
  readonly largest: (values: Code) => Code;
  /** Writes -Infinity. */
  readonly hide: (address: Code) => Code;
}

const largestOfTwo = (values: Code): Code => f64x2.larger(values, v128.swapHalves(values));

/** With a second lane of -Infinity, whose share is 0. */
const alone = (value: Code): Code => f64x2.replace(1, value, f64.constant(-Infinity));

const DOUBLE: Element = {
  bytes: 8,
  pair: (address) => v128.load(0, address),
  last: (address) => v128.load64(0, address),
  larger: f64x2.larger,
  largest: largestOfTwo,
  hide: (address) => f64.store(0, address, f64.constant(-Infinity)),
};

/** Its bits. */
const SINGLE_MINUS_INFINITY = -(2 ** 23);

const SINGLE: Element = {
  bytes: 4,
  pair: (address) => f64x2.promote(v128.load64(0, address)),
  last: (address) => f64x2.promote(v128.load32(0, address)),
  larger: f32x4.larger,
  largest: (values) => largestOfTwo(f64x2.promote(f32x4.larger(values, v128.swapHalves(values)))),
  hide: (address) => i32.store(0, address, i32.constant(SINGLE_MINUS_INFINITY)),
};

const sumOfLanes = (pair: Variable): Code => f64.add(f64x2.extract(0, pair.get), f64x2.extract(1, pair.get));

/** Code that walks along one row, two logits at a time, and ends at the next row. */
interface RowWalk {
  /** Once per function. */
  readonly prepare: Code;
  /**
   * Goes through the row at `data`. The code is written twice: for pairs, and for the last of an odd number of logits.
   * `overwrite` replaces the logits by others, in rows of doubles.
   */
  walk(code: (values: Code, overwrite: (values: Code) => Code) => Code): Code;
  /** The same, with other code for the last logit, which has a 0 beside it. */
  walkWithLast(pairs: (values: Code) => Code, last: (value: Code) => Code): Code;
  /** Sets `data` to the start of the next row. */
  readonly next: Code;
}

function rowWalk(frame: Frame, element: Element, data: Variable, cols: Variable): RowWalk {
  const at = frame.local("i32");
  const pairBytes = frame.local("i32");
  const endOfPairs = frame.local("i32");
  const walk = (pairs: Code, last: Code): Code => [
    ...at.set(data.get),
    ...endOfPairs.set(i32.add(data.get, pairBytes.get)),
    ...loopWhile(i32.lessThan(at.get, endOfPairs.get), [
      ...pairs,
      ...at.set(i32.add(at.get, i32.constant(2 * element.bytes))),
    ]),
    ...when(i32.and(cols.get, i32.constant(1)), last),
  ];
  return {
    prepare: pairBytes.set(i32.multiply(i32.and(cols.get, i32.constant(-2)), i32.constant(element.bytes))),
    walk: (code) =>
      walk(
        code(element.pair(at.get), (values) => v128.store(0, at.get, values)),
        code(alone(element.last(at.get)), (values) => v128.storeLane64(0, 0, at.get, values)),
      ),
    walkWithLast: (pairs, last) => walk(pairs(element.pair(at.get)), last(element.last(at.get))),
    next: data.set(i32.add(data.get, i32.multiply(cols.get, i32.constant(element.bytes)))),
  };
}

/**
 * Code for the largest logit of the row at `data`, in both lanes of `top`: sixty-four bytes at a time, then sixteen, then
 * the last sixteen again, which may overlap.
 */
function largestCode(
  frame: Frame,
  { bytes, larger, largest }: Element,
  data: Variable,
  cols: Variable,
  top: Variable,
): Code {
  const at = frame.local("i32");
  const last = frame.local("i32");
  const others = Array.from({ length: 3 }, () => frame.local("v128"));
  const four = [top, ...others];
  return [
    ...at.set(data.get),
    ...last.set(i32.add(data.get, i32.add(i32.multiply(cols.get, i32.constant(bytes)), i32.constant(-16)))),
    ...top.set(v128.load(0, last.get)),
    ...others.flatMap((other) => other.set(top.get)),
    ...loopWhile(i32.lessThan(i32.add(at.get, i32.constant(48)), last.get), [
      ...four.flatMap((one, k) => one.set(larger(one.get, v128.load(16 * k, at.get)))),
      ...at.set(i32.add(at.get, i32.constant(64))),
    ]),
    ...others.flatMap((other) => top.set(larger(top.get, other.get))),
    ...loopWhile(i32.lessThan(at.get, last.get), [
      ...top.set(larger(top.get, v128.load(0, at.get))),
      ...at.set(i32.add(at.get, i32.constant(16))),
    ]),
    ...top.set(largest(top.get)),
  ];
}

/** Code that replaces the first logit that is as large as `top`, in the row at `data`, by -Infinity. */
function hideLargestCode(frame: Frame, { bytes, pair, hide }: Element, data: Variable, top: Variable): Code {
  const at = frame.local("i32");
  const isSecond = f64.unequal(f64x2.extract(0, pair(at.get)), f64x2.extract(0, top.get));
  return [
    ...at.set(data.get),
    ...loopWhile(i32.not(v128.isAny(f64x2.equal(pair(at.get), top.get))), [
      ...at.set(i32.add(at.get, i32.constant(2 * bytes))),
    ]),
    ...hide(i32.add(at.get, i32.multiply(isSecond, i32.constant(bytes)))),
  ];
}

/** Code for the shares exp(beta · (z - top)) of a row and their sum. */
interface ShareCode {
  readonly prepare: Code;
  /** Before each row. */
  readonly start: Code;
  /** Sets `distance` to z - top and `share`; both to 0 where the share is below 1e-307. */
  pair(values: Code): Code;
  readonly distance: Variable;
  readonly share: Variable;
  /** Sum of the shares without one of the largest, which is exactly 1: an f64. */
  readonly rest: Code;
}

function shareCode(frame: Frame, top: Variable, beta: Code): ShareCode {
  const exponential = exponentialCode(frame);
  const factor = frame.local("v128");
  const lowest = frame.local("v128");
  const zero = frame.local("v128");
  const distance = frame.local("v128");
  const share = frame.local("v128");
  const scaled = frame.local("v128");
  const kept = frame.local("v128");
  const isTop = frame.local("v128");
  const below = frame.local("v128");
  const minusTops = frame.local("v128");
  const topsBeyondOne = f64.subtract(
    f64.constant(-1),
    i64.toF64(i64.add(i64x2.extract(0, minusTops.get), i64x2.extract(1, minusTops.get))),
  );
  return {
    distance,
    share,
    prepare: [
      ...exponential.prepare,
      ...factor.set(f64x2.splat(f64.multiply(beta, f64.constant(Math.LOG2E)))),
      ...lowest.set(f64x2.splat(f64.constant(LOWEST_EXPONENT))),
    ],
    start: [...below.set(zero.get), ...minusTops.set(zero.get)],
    pair: (values) => [
      ...distance.set(f64x2.subtract(values, top.get)),
      ...scaled.set(f64x2.multiply(distance.get, factor.get)),
      ...kept.set(f64x2.atLeast(scaled.get, lowest.get)),
      ...share.set(v128.and(exponential.apply(scaled.get), kept.get)),
      ...isTop.set(f64x2.equal(distance.get, zero.get)),
      ...distance.set(v128.and(distance.get, kept.get)),
      ...below.set(f64x2.add(below.get, v128.andNot(share.get, isTop.get))),
      ...minusTops.set(i64x2.add(minusTops.get, isTop.get)),
    ],
    rest: f64.add(sumOfLanes(below), topsBeyondOne),
  };
}

/** Code for all rows, one after the other. */
function forEachRow(rows: Variable, code: Code): Code {
  return loopWhile(rows.get, [...code, ...rows.set(i32.add(rows.get, i32.constant(-1)))]);
}

/**
 * `(rows, cols, data, out, beta)`: the fields for the temperature of every row of logits at `data`, to `out`, with shares
 * s_j = exp(beta · (z_j - top)) and beta ≥ `SMALLEST_BETA`. Shares below 2⁻¹⁰²¹ count as this; the logits are written over.
 */
function temperatureRows(name: string, element: Element, powers: Powers): WasmFunction {
  const frame = createFrame();
  const rows = frame.parameter("i32");
  const cols = frame.parameter("i32");
  const data = frame.parameter("i32");
  const out = frame.parameter("i32");
  const beta = frame.parameter("f64");
  const top = frame.local("v128");
  const sums = Array.from({ length: powers }, () => frame.local("v128"));
  const weighted = frame.local("v128");
  const zero = frame.local("v128");
  const factor = frame.local("v128");
  const farthest = frame.local("v128");
  const distance = frame.local("v128");
  const rest = frame.local("v128");
  const row = rowWalk(frame, element, data, cols);
  const exponential = exponentialCode(frame);
  const prepare = [
    ...row.prepare,
    ...exponential.prepare,
    ...factor.set(f64x2.splat(f64.multiply(beta.get, f64.constant(Math.LOG2E)))),
    ...farthest.set(f64x2.divide(f64x2.splat(f64.constant(LOWEST_EXPONENT + 1)), factor.get)),
  ];
  const oneRow = [
    ...largestCode(frame, element, data, cols, top),
    ...hideLargestCode(frame, element, data, top),
    ...rest.set(zero.get),
    ...sums.flatMap((sum) => sum.set(zero.get)),
    ...row.walk((values) => [
      ...distance.set(f64x2.larger(f64x2.subtract(values, top.get), farthest.get)),
      ...weighted.set(exponential.apply(f64x2.multiply(distance.get, factor.get))),
      ...rest.set(f64x2.add(rest.get, weighted.get)),
      ...sums.flatMap((sum) => [
        ...weighted.set(f64x2.multiply(weighted.get, distance.get)),
        ...sum.set(f64x2.add(sum.get, weighted.get)),
      ]),
    ]),
    ...f64.store(0, out.get, f64x2.extract(0, top.get)),
    ...f64.store(8, out.get, sumOfLanes(rest)),
    ...sums.flatMap((sum, k) => f64.store(16 + 8 * k, out.get, sumOfLanes(sum))),
    ...out.set(i32.add(out.get, i32.constant(8 * temperatureFields(powers)))),
    ...row.next,
  ];
  return { name, frame, body: [...prepare, ...forEachRow(rows, oneRow)] };
}

/**
 * `(rows, cols, data, out)`: overwrites every row of logits at `data` with weight · softmax, where `out` holds the row's
 * weight in the first of two doubles; they become top and rest, as in `temperatureRows` with beta = 1.
 */
function residualRows(): WasmFunction {
  const frame = createFrame();
  const rows = frame.parameter("i32");
  const cols = frame.parameter("i32");
  const data = frame.parameter("i32");
  const out = frame.parameter("i32");
  const top = frame.local("v128");
  const factor = frame.local("v128");
  const rest = frame.local("f64");
  const row = rowWalk(frame, DOUBLE, data, cols);
  const shares = shareCode(frame, top, f64.constant(1));
  const oneRow = [
    ...largestCode(frame, DOUBLE, data, cols, top),
    ...shares.start,
    ...row.walk((values, overwrite) => [...shares.pair(values), ...overwrite(shares.share.get)]),
    ...rest.set(shares.rest),
    ...factor.set(f64x2.splat(f64.divide(f64.load(0, out.get), f64.add(f64.constant(1), rest.get)))),
    ...row.walk((values, overwrite) => overwrite(f64x2.multiply(values, factor.get))),
    ...f64.store(0, out.get, f64x2.extract(0, top.get)),
    ...f64.store(8, out.get, rest.get),
    ...out.set(i32.add(out.get, i32.constant(8 * RESIDUAL_FIELDS))),
    ...row.next,
  ];
  return { name: "residualRows", frame, body: [...row.prepare, ...shares.prepare, ...forEachRow(rows, oneRow)] };
}

/** `(rows, cols, data, out)`: the `SUMMARY_FIELDS` of every row of logits at `data`, to `out`. */
function summaryRows(name: string, element: Element): WasmFunction {
  const frame = createFrame();
  const rows = frame.parameter("i32");
  const cols = frame.parameter("i32");
  const data = frame.parameter("i32");
  const out = frame.parameter("i32");
  const pair = frame.local("v128");
  const top = frame.local("v128");
  const bottom = frame.local("v128");
  const sum = frame.local("v128");
  const zero = frame.local("v128");
  const row = rowWalk(frame, element, data, cols);
  const compare = [...top.set(f64x2.larger(top.get, pair.get)), ...bottom.set(f64x2.smaller(bottom.get, pair.get))];
  const oneRow = [
    ...top.set(f64x2.splat(f64.constant(-Infinity))),
    ...bottom.set(f64x2.splat(f64.constant(Infinity))),
    ...sum.set(zero.get),
    ...row.walkWithLast(
      (values) => [...sum.set(f64x2.add(sum.get, pair.tee(values))), ...compare],
      (value) => [
        ...sum.set(f64x2.add(sum.get, pair.tee(value))),
        ...pair.set(f64x2.splat(f64x2.extract(0, pair.get))),
        ...compare,
      ],
    ),
    ...f64.store(0, out.get, f64x2.extract(0, f64x2.larger(top.get, v128.swapHalves(top.get)))),
    ...f64.store(8, out.get, f64x2.extract(0, f64x2.smaller(bottom.get, v128.swapHalves(bottom.get)))),
    ...f64.store(16, out.get, sumOfLanes(sum)),
    ...out.set(i32.add(out.get, i32.constant(8 * SUMMARY_FIELDS))),
    ...row.next,
  ];
  return { name, frame, body: [...row.prepare, ...forEachRow(rows, oneRow)] };
}

/** The functions of the module that work along rows of logits. */
export function softmaxFunctions(): WasmFunction[] {
  return [
    temperatureRows("temperatureRows64", DOUBLE, 2),
    temperatureRows("temperatureRows32", SINGLE, 2),
    temperatureRows("temperatureSeries64", DOUBLE, 5),
    temperatureRows("temperatureSeries32", SINGLE, 5),
    residualRows(),
    summaryRows("summaryRows64", DOUBLE),
    summaryRows("summaryRows32", SINGLE),
  ];
}

import { SUMMARY_FIELDS, TEMPERATURE_FIELDS } from "../row-fields.ts";
import { createFrame, type Frame, type Variable, type WasmFunction } from "./assemble.ts";
import { exponentialCode, LOWEST_EXPONENT } from "./exponential-code.ts";
import { type Code, f32x4, f64, f64x2, i32, i64, i64x2, loopWhile, v128, when } from "./instructions.ts";

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
};

const SINGLE: Element = {
  bytes: 4,
  pair: (address) => f64x2.promote(v128.load64(0, address)),
  last: (address) => f64x2.promote(v128.load32(0, address)),
  larger: f32x4.larger,
  largest: (values) => largestOfTwo(f64x2.promote(f32x4.larger(values, v128.swapHalves(values)))),
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
 * Code for the largest logit of the row at `data`, in both lanes of `top`: sixteen bytes at a time, then the last sixteen
 * again, which may overlap.
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
  return [
    ...at.set(data.get),
    ...last.set(i32.add(data.get, i32.add(i32.multiply(cols.get, i32.constant(bytes)), i32.constant(-16)))),
    ...top.set(v128.load(0, last.get)),
    ...loopWhile(i32.lessThan(at.get, last.get), [
      ...top.set(larger(top.get, v128.load(0, at.get))),
      ...at.set(i32.add(at.get, i32.constant(16))),
    ]),
    ...top.set(largest(top.get)),
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
 * `(rows, cols, data, out, beta)`: the `TEMPERATURE_FIELDS` of every row of logits at `data`, to `out`, with shares
 * s_j = exp(beta · (z_j - top)) and beta ≥ 0.
 */
function temperatureRows(name: string, element: Element): WasmFunction {
  const frame = createFrame();
  const rows = frame.parameter("i32");
  const cols = frame.parameter("i32");
  const data = frame.parameter("i32");
  const out = frame.parameter("i32");
  const beta = frame.parameter("f64");
  const top = frame.local("v128");
  const first = frame.local("v128");
  const second = frame.local("v128");
  const weighted = frame.local("v128");
  const zero = frame.local("v128");
  const row = rowWalk(frame, element, data, cols);
  const shares = shareCode(frame, top, beta.get);
  const oneRow = [
    ...largestCode(frame, element, data, cols, top),
    ...shares.start,
    ...first.set(zero.get),
    ...second.set(zero.get),
    ...row.walk((values) => [
      ...shares.pair(values),
      ...weighted.set(f64x2.multiply(shares.share.get, shares.distance.get)),
      ...first.set(f64x2.add(first.get, weighted.get)),
      ...second.set(f64x2.add(second.get, f64x2.multiply(weighted.get, shares.distance.get))),
    ]),
    ...f64.store(0, out.get, f64x2.extract(0, top.get)),
    ...f64.store(8, out.get, shares.rest),
    ...f64.store(16, out.get, sumOfLanes(first)),
    ...f64.store(24, out.get, sumOfLanes(second)),
    ...out.set(i32.add(out.get, i32.constant(8 * TEMPERATURE_FIELDS))),
    ...row.next,
  ];
  return { name, frame, body: [...row.prepare, ...shares.prepare, ...forEachRow(rows, oneRow)] };
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
    temperatureRows("temperatureRows64", DOUBLE),
    temperatureRows("temperatureRows32", SINGLE),
    residualRows(),
    summaryRows("summaryRows64", DOUBLE),
    summaryRows("summaryRows32", SINGLE),
  ];
}

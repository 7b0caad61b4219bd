import { createFrame, type WasmFunction } from "./assemble.ts";
import { f64x2, i32, loopWhile, repeatWhile, v128 } from "./instructions.ts";

/** Columns that are rotated at a time, in eight vectors. */
export const STRIP = 16;

/** Bytes of one row of a strip. */
export const STRIP_BYTES: number = 8 * STRIP;

/** Bytes before the rotations of a sweep: the byte of the row where it starts, then how many follow, both i32. */
export const SWEEP_HEAD = 16;

/**
 * `(strip, sweeps, count)`: turns neighbouring rows of a strip of 16 columns.
 *
 * A sweep starts at its row and goes up: a rotation, cosine and sine, replaces the row by s·above + c·row and turns the row
 * above into c·above - s·row, which the next rotation takes as its row. It stays in registers until then.
 */
function rotateStrip(): WasmFunction {
  const frame = createFrame();
  const strip = frame.parameter("i32");
  const sweeps = frame.parameter("i32");
  const count = frame.parameter("i32");
  const at = frame.local("i32");
  const left = frame.local("i32");
  const cosine = frame.local("v128");
  const sine = frame.local("v128");
  const above = frame.local("v128");
  const row = Array.from({ length: STRIP / 2 }, () => frame.local("v128"));

  const rotation = [
    ...cosine.set(v128.loadSplat64(0, sweeps.get)),
    ...sine.set(v128.loadSplat64(8, sweeps.get)),
    ...sweeps.set(i32.add(sweeps.get, i32.constant(16))),
    ...at.set(i32.add(at.get, i32.constant(-STRIP_BYTES))),
    ...row.flatMap((values, v) => [
      ...above.set(v128.load(16 * v, at.get)),
      ...v128.store(
        STRIP_BYTES + 16 * v,
        at.get,
        f64x2.add(f64x2.multiply(sine.get, above.get), f64x2.multiply(cosine.get, values.get)),
      ),
      ...values.set(f64x2.subtract(f64x2.multiply(cosine.get, above.get), f64x2.multiply(sine.get, values.get))),
    ]),
  ];
  const sweep = [
    ...at.set(i32.add(strip.get, i32.load(0, sweeps.get))),
    ...left.set(i32.load(4, sweeps.get)),
    ...sweeps.set(i32.add(sweeps.get, i32.constant(SWEEP_HEAD))),
    ...row.flatMap((values, v) => values.set(v128.load(16 * v, at.get))),
    ...repeatWhile(rotation, left.tee(i32.add(left.get, i32.constant(-1)))),
    ...row.flatMap((values, v) => v128.store(16 * v, at.get, values.get)),
    ...count.set(i32.add(count.get, i32.constant(-1))),
  ];
  return { name: "rotateStrip", frame, body: loopWhile(count.get, sweep) };
}

/**
 * `(row, p, u, next, out, pairs, first, second, weight, result)`: each value a of the row becomes a - (first·p + second·u),
 * weight times it is added to `out`, and its inner product with `next` is written as two sums. `pairs` ≥ 1 of doubles.
 */
function changeRow(): WasmFunction {
  const frame = createFrame();
  const row = frame.parameter("i32");
  const p = frame.parameter("i32");
  const u = frame.parameter("i32");
  const next = frame.parameter("i32");
  const out = frame.parameter("i32");
  const pairs = frame.parameter("i32");
  const first = frame.parameter("f64");
  const second = frame.parameter("f64");
  const weight = frame.parameter("f64");
  const result = frame.parameter("i32");
  const firsts = frame.local("v128");
  const seconds = frame.local("v128");
  const weights = frame.local("v128");
  const values = frame.local("v128");
  const inner = frame.local("v128");

  const change = f64x2.add(
    f64x2.multiply(firsts.get, v128.load(0, p.get)),
    f64x2.multiply(seconds.get, v128.load(0, u.get)),
  );
  const pair = [
    ...v128.store(0, row.get, values.tee(f64x2.subtract(v128.load(0, row.get), change))),
    ...v128.store(0, out.get, f64x2.add(v128.load(0, out.get), f64x2.multiply(weights.get, values.get))),
    ...inner.set(f64x2.add(inner.get, f64x2.multiply(values.get, v128.load(0, next.get)))),
    ...[row, p, u, next, out].flatMap((place) => place.set(i32.add(place.get, i32.constant(16)))),
  ];
  const body = [
    ...firsts.set(f64x2.splat(first.get)),
    ...seconds.set(f64x2.splat(second.get)),
    ...weights.set(f64x2.splat(weight.get)),
    ...repeatWhile(pair, pairs.tee(i32.add(pairs.get, i32.constant(-1)))),
    ...v128.store(0, result.get, inner.get),
  ];
  return { name: "changeRow", frame, body };
}

/** The functions of the module that work on the rows of eigenvectors. */
export function rotationFunctions(): WasmFunction[] {
  return [rotateStrip(), changeRow()];
}

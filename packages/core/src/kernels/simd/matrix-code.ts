import { createFrame, type Variable, type WasmFunction } from "./assemble.ts";
import { type Code, call, f64, f64x2, i32, loopWhile, repeatWhile, v128 } from "./instructions.ts";

/** Rows and columns of the block of the result that is kept in registers. */
export const TILE = 4;

/** Bytes of one step along the depth of a panel: four doubles. */
const STEP = 8 * TILE;

/** Positions of the functions for one tile in the list of functions. */
const ADD_TILE = 0;
const ADD_SQUARES_TILE = 1;

const plus = (address: Code, bytes: Code): Code => i32.add(address, bytes);
const minusOne = (count: Code): Code => i32.add(count, i32.constant(-1));

/**
 * `(a, b, out, outBytes, depth)`: adds a panel of A times a panel of B to 4 × 4 doubles of the result, or the squares of
 * their differences.
 *
 * A panel holds four rows (of A, of Bᵀ) side by side: the four values of step 0, then those of step 1, and so on for
 * `depth` ≥ 1 steps. Rows of the result lie `outBytes` apart. Eight sums of two doubles stay in registers.
 */
function tileFunction(name: string, term: (a: Code, b: Code, spare: Variable) => Code): WasmFunction {
  const frame = createFrame();
  const a = frame.parameter("i32");
  const b = frame.parameter("i32");
  const out = frame.parameter("i32");
  const outBytes = frame.parameter("i32");
  const depth = frame.parameter("i32");
  const left = frame.local("v128");
  const right = frame.local("v128");
  const value = frame.local("v128");
  const spare = frame.local("v128");
  const rows = Array.from({ length: TILE }, () => [frame.local("v128"), frame.local("v128")]);

  const step = [
    ...left.set(v128.load(0, b.get)),
    ...right.set(v128.load(16, b.get)),
    ...rows.flatMap(([inLeft, inRight], r) => [
      ...value.set(v128.loadSplat64(8 * r, a.get)),
      ...inLeft.set(f64x2.add(inLeft.get, term(value.get, left.get, spare))),
      ...inRight.set(f64x2.add(inRight.get, term(value.get, right.get, spare))),
    ]),
    ...a.set(plus(a.get, i32.constant(STEP))),
    ...b.set(plus(b.get, i32.constant(STEP))),
  ];
  const addRow = (offset: number, sum: Code): Code =>
    v128.store(offset, out.get, f64x2.add(v128.load(offset, out.get), sum));
  const finish = rows.flatMap(([inLeft, inRight]) => [
    ...addRow(0, inLeft.get),
    ...addRow(16, inRight.get),
    ...out.set(plus(out.get, outBytes.get)),
  ]);
  return { name, frame, body: [...repeatWhile(step, depth.tee(minusOne(depth.get))), ...finish] };
}

/** `addTile`: sums of products. */
function addTile(): WasmFunction {
  return tileFunction("addTile", (a, b) => f64x2.multiply(a, b));
}

/** `addSquaresTile`: sums of squared differences. */
function addSquaresTile(): WasmFunction {
  return tileFunction("addSquaresTile", (a, b, spare) => f64x2.multiply(spare.tee(f64x2.subtract(a, b)), spare.get));
}

/**
 * `(a, b, out, outBytes, depth, rowTiles, colTiles)`: does the tile function at that position for all of `rowTiles` panels
 * of A and `colTiles` panels of B. One panel of B stays in the nearest cache while the panels of A pass by.
 */
function tilesFunction(name: string, tileAt: number): WasmFunction {
  const frame = createFrame();
  const a = frame.parameter("i32");
  const b = frame.parameter("i32");
  const out = frame.parameter("i32");
  const outBytes = frame.parameter("i32");
  const depth = frame.parameter("i32");
  const rowTiles = frame.parameter("i32");
  const colTiles = frame.parameter("i32");
  const panelBytes = frame.local("i32");
  const panel = frame.local("i32");
  const target = frame.local("i32");
  const left = frame.local("i32");

  const oneTile = [
    ...call(tileAt, panel.get, b.get, target.get, outBytes.get, depth.get),
    ...panel.set(plus(panel.get, panelBytes.get)),
    ...target.set(plus(target.get, i32.multiply(outBytes.get, i32.constant(TILE)))),
    ...left.set(minusOne(left.get)),
  ];
  const oneColumn = [
    ...panel.set(a.get),
    ...target.set(out.get),
    ...left.set(rowTiles.get),
    ...loopWhile(left.get, oneTile),
    ...b.set(plus(b.get, panelBytes.get)),
    ...out.set(plus(out.get, i32.constant(STEP))),
    ...colTiles.set(minusOne(colTiles.get)),
  ];
  const body = [...panelBytes.set(i32.multiply(depth.get, i32.constant(STEP))), ...loopWhile(colTiles.get, oneColumn)];
  return { name, frame, body };
}

/**
 * `(w, x, y, tiles, panels)`: adds W·Xᵀ to Y for a lower triangular W, without the products above its diagonal.
 *
 * Panels of W, 4 rows each, reach as far as the diagonal: 4 steps, then 8, up to 4 · `tiles`. X and Y are panels of 4 rows
 * and 4 · `tiles` steps: a step of Y takes what one row of W makes of the four rows of X.
 */
function addTriangle(): WasmFunction {
  const frame = createFrame();
  const w = frame.parameter("i32");
  const x = frame.parameter("i32");
  const y = frame.parameter("i32");
  const tiles = frame.parameter("i32");
  const panels = frame.parameter("i32");
  const panelBytes = frame.local("i32");
  const depth = frame.local("i32");
  const source = frame.local("i32");
  const target = frame.local("i32");
  const left = frame.local("i32");

  const onePanel = [
    ...call(ADD_TILE, w.get, source.get, target.get, i32.constant(STEP), depth.get),
    ...source.set(plus(source.get, panelBytes.get)),
    ...target.set(plus(target.get, panelBytes.get)),
    ...left.set(minusOne(left.get)),
  ];
  const oneRow = [
    ...depth.set(plus(depth.get, i32.constant(TILE))),
    ...source.set(x.get),
    ...target.set(y.get),
    ...left.set(panels.get),
    ...loopWhile(left.get, onePanel),
    ...w.set(plus(w.get, i32.multiply(depth.get, i32.constant(STEP)))),
    ...y.set(plus(y.get, i32.constant(STEP * TILE))),
    ...tiles.set(minusOne(tiles.get)),
  ];
  const body = [...panelBytes.set(i32.multiply(tiles.get, i32.constant(STEP * TILE))), ...loopWhile(tiles.get, oneRow)];
  return { name: "addTriangle", frame, body };
}

/**
 * `(source, rowBytes, depth, tiles, panels)`: packs 4 · `tiles` rows of `depth` ≥ 1 doubles, `rowBytes` apart, into panels
 * whose steps run along the rows.
 */
function packRows(): WasmFunction {
  const frame = createFrame();
  const source = frame.parameter("i32");
  const rowBytes = frame.parameter("i32");
  const depth = frame.parameter("i32");
  const tiles = frame.parameter("i32");
  const panels = frame.parameter("i32");
  const left = frame.local("i32");
  const from = Array.from({ length: TILE }, () => frame.local("i32"));

  const oneStep = [
    ...from.flatMap((address, r) => [
      ...f64.store(8 * r, panels.get, f64.load(0, address.get)),
      ...address.set(plus(address.get, i32.constant(8))),
    ]),
    ...panels.set(plus(panels.get, i32.constant(STEP))),
  ];
  const onePanel = [
    ...from.flatMap((address) => [...address.set(source.get), ...source.set(plus(source.get, rowBytes.get))]),
    ...left.set(depth.get),
    ...repeatWhile(oneStep, left.tee(minusOne(left.get))),
    ...tiles.set(minusOne(tiles.get)),
  ];
  return { name: "packRows", frame, body: loopWhile(tiles.get, onePanel) };
}

/**
 * `(source, rowBytes, depth, tiles, panels)`: packs 4 · `tiles` columns of `depth` ≥ 1 rows, `rowBytes` apart, into panels
 * whose steps run down the columns.
 */
function packColumns(): WasmFunction {
  const frame = createFrame();
  const source = frame.parameter("i32");
  const rowBytes = frame.parameter("i32");
  const depth = frame.parameter("i32");
  const tiles = frame.parameter("i32");
  const panels = frame.parameter("i32");
  const left = frame.local("i32");
  const from = frame.local("i32");

  const oneStep = [
    ...v128.store(0, panels.get, v128.load(0, from.get)),
    ...v128.store(16, panels.get, v128.load(16, from.get)),
    ...from.set(plus(from.get, rowBytes.get)),
    ...panels.set(plus(panels.get, i32.constant(STEP))),
  ];
  const onePanel = [
    ...from.set(source.get),
    ...source.set(plus(source.get, i32.constant(STEP))),
    ...left.set(depth.get),
    ...repeatWhile(oneStep, left.tee(minusOne(left.get))),
    ...tiles.set(minusOne(tiles.get)),
  ];
  return { name: "packColumns", frame, body: loopWhile(tiles.get, onePanel) };
}

/** The functions of the module that multiply matrices; they have to come first in it. */
export function matrixFunctions(): WasmFunction[] {
  return [
    addTile(),
    addSquaresTile(),
    tilesFunction("addTiles", ADD_TILE),
    tilesFunction("addSquares", ADD_SQUARES_TILE),
    addTriangle(),
    packRows(),
    packColumns(),
  ];
}

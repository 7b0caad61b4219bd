import { createFrame, type WasmFunction } from "../simd/assemble.ts";
import {
  type Code,
  call,
  f32x4,
  i32,
  i32x4,
  joined,
  loopWhile,
  repeatWhile,
  v128,
  when,
} from "../simd/instructions.ts";

/** Queries that are compared at a time. */
export const QUERY_TILE = 4;

/** Rows of the bank that every query of a tile is compared with at a time: two vectors of four. */
export const BANK_TILE = 8;

/** Values of a row are taken four at a time: two steps of two neighbours. */
export const STEP_VALUES = 4;

/** Bytes of what is known of a query: x, y, z as f32, then the address where its next candidate goes. */
export const QUERY_FACTS = 16;

/** Bytes of a row that cannot be refused: its position, then s·⟨q̂, b̂⟩ - z·h as f32. */
export const CANDIDATE = 8;

/** Bytes at the start of the memory where that of 8 rows is kept. */
export const SCRATCH: number = 4 * BANK_TILE;

/** Bytes of what is known of a tile of the bank: scales s, then squares h, then errors e, each 8 f32. */
export const BANK_FACTS: number = 12 * BANK_TILE;

/** Bytes of two values of every row of a tile. */
const QUERY_STEP = 4 * QUERY_TILE;
const BANK_STEP = 4 * BANK_TILE;

/** Position of `compareTile` in the list of functions. */
const COMPARE_TILE = 0;

const plus = (value: Code, more: number): Code => i32.add(value, i32.constant(more));

/**
 * `(queries, bank, bankFacts, queryFacts, first, steps)`: compares 4 queries with 8 rows of the bank and notes which rows
 * cannot be refused, as `first` plus their place.
 *
 * A tile holds the i16 values of its rows side by side: the first two of every row, the next two of every row, and so on for
 * 2 · `steps` ≥ 2 times. A row is refused where s·⟨q̂, b̂⟩ - z·h + y·e < x, in single precision; a NaN refuses nothing.
 */
function compareTile(): WasmFunction {
  const frame = createFrame();
  const queries = frame.parameter("i32");
  const bank = frame.parameter("i32");
  const bankFacts = frame.parameter("i32");
  const queryFacts = frame.parameter("i32");
  const first = frame.parameter("i32");
  const steps = frame.parameter("i32");
  const left = frame.local("v128");
  const right = frame.local("v128");
  const pair = frame.local("v128");
  const kept = frame.local("i32");
  const list = frame.local("i32");
  const place = frame.local("i32");
  const similarity = [frame.local("v128"), frame.local("v128")];
  const sums = Array.from({ length: QUERY_TILE }, () => [frame.local("v128"), frame.local("v128")]);

  const half = (which: 0 | 1): Code => [
    ...left.set(v128.load(which * BANK_STEP, bank.get)),
    ...right.set(v128.load(which * BANK_STEP + 16, bank.get)),
    ...sums.flatMap(([inLeft, inRight], r) => [
      ...pair.set(v128.loadSplat32(which * QUERY_STEP + 4 * r, queries.get)),
      ...inLeft.set(i32x4.add(inLeft.get, i32x4.innerOfPairs(pair.get, left.get))),
      ...inRight.set(i32x4.add(inRight.get, i32x4.innerOfPairs(pair.get, right.get))),
    ]),
  ];
  const step = [
    ...half(0),
    ...half(1),
    ...queries.set(plus(queries.get, 2 * QUERY_STEP)),
    ...bank.set(plus(bank.get, 2 * BANK_STEP)),
  ];
  const refused = (sum: Code, r: number, which: 0 | 1): Code => {
    const ofBank = (fact: number): Code => v128.load(4 * BANK_TILE * fact + 16 * which, bankFacts.get);
    const ofQuery = (fact: number): Code => v128.loadSplat32(QUERY_FACTS * r + 4 * fact, queryFacts.get);
    const product = f32x4.multiply(f32x4.fromI32x4(sum), ofBank(0));
    const withSquare = similarity[which].tee(f32x4.subtract(product, f32x4.multiply(ofQuery(2), ofBank(1))));
    const withError = f32x4.add(withSquare, f32x4.multiply(ofQuery(1), ofBank(2)));
    return i32x4.signs(f32x4.lessThan(withError, ofQuery(0)));
  };
  const noteOne = [
    ...place.set(i32.trailingZeros(kept.get)),
    ...i32.store(0, list.get, i32.add(first.get, place.get)),
    ...i32.store(4, list.get, i32.load(0, i32.shiftLeft(place.get, i32.constant(2)))),
    ...list.set(plus(list.get, CANDIDATE)),
  ];
  const note = (r: number): Code => [
    ...v128.store(0, i32.constant(0), similarity[0].get),
    ...v128.store(16, i32.constant(0), similarity[1].get),
    ...list.set(i32.load(QUERY_FACTS * r + 12, queryFacts.get)),
    ...repeatWhile(noteOne, kept.tee(i32.and(kept.get, plus(kept.get, -1)))),
    ...i32.store(QUERY_FACTS * r + 12, queryFacts.get, list.get),
  ];
  const finish = sums.flatMap(([inLeft, inRight], r) => {
    const both = i32.or(refused(inLeft.get, r, 0), i32.shiftLeft(refused(inRight.get, r, 1), i32.constant(4)));
    return when(kept.tee(i32.exclusiveOr(both, i32.constant(255))), note(r));
  });
  return { name: "compareTile", frame, body: [...repeatWhile(step, steps.tee(plus(steps.get, -1))), ...finish] };
}

/**
 * `(queries, bank, bankFacts, queryFacts, first, steps, queryTiles, bankTiles)`: compares all tiles of queries with all
 * tiles of the bank, each at least one. One tile of the bank stays in the nearest cache while the queries pass by.
 */
function compareTiles(): WasmFunction {
  const frame = createFrame();
  const queries = frame.parameter("i32");
  const bank = frame.parameter("i32");
  const bankFacts = frame.parameter("i32");
  const queryFacts = frame.parameter("i32");
  const first = frame.parameter("i32");
  const steps = frame.parameter("i32");
  const queryTiles = frame.parameter("i32");
  const bankTiles = frame.parameter("i32");
  const tile = frame.local("i32");
  const facts = frame.local("i32");
  const left = frame.local("i32");
  const bytes = (perStep: number): Code => i32.multiply(steps.get, i32.constant(2 * perStep));

  const oneTile = [
    ...call(COMPARE_TILE, tile.get, bank.get, bankFacts.get, facts.get, first.get, steps.get),
    ...tile.set(i32.add(tile.get, bytes(QUERY_STEP))),
    ...facts.set(plus(facts.get, QUERY_FACTS * QUERY_TILE)),
    ...left.set(plus(left.get, -1)),
  ];
  const oneRow = joined(
    tile.set(queries.get),
    facts.set(queryFacts.get),
    left.set(queryTiles.get),
    loopWhile(left.get, oneTile),
    bank.set(i32.add(bank.get, bytes(BANK_STEP))),
    bankFacts.set(plus(bankFacts.get, BANK_FACTS)),
    first.set(plus(first.get, BANK_TILE)),
    bankTiles.set(plus(bankTiles.get, -1)),
  );
  return { name: "compareTiles", frame, body: loopWhile(bankTiles.get, oneRow) };
}

/** The functions of the module that refuses what cannot be near. */
export function filterFunctions(): WasmFunction[] {
  return [compareTile(), compareTiles()];
}

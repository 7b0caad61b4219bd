import { signedLeb128, unsignedLeb128 } from "./leb128.ts";

/**
 * Bytes of an expression or of a sequence of instructions.
 *
 * WebAssembly is a stack machine: the bytes of an operation follow those of its operands, so `f64x2.add(a, b)` is all of
 * `a`, all of `b`, then the opcode. Nesting calls therefore writes code in the order in which one reads a formula.
 */
export type Code = readonly number[];

/** A value of two f64, two i64 or four f32 is a `v128`. */
export type ValueType = "i32" | "f64" | "v128";

/** Code of an instruction, after that of its operands. */
type Operation = (...operands: Code[]) => Code;
/** Code of an instruction that reads or writes memory at an address, the first operand, plus an offset. */
type Access = (offset: number, ...operands: Code[]) => Code;
/** Code of an instruction on one of two lanes. */
type Lane = (index: 0 | 1, ...operands: Code[]) => Code;
type Operations<Names extends string> = Readonly<Record<Names, Operation>>;
type Accesses<Names extends string> = Readonly<Record<Names, Access>>;

const NOTHING: Code = [];

/** One piece of code after the other. */
export function joined(...parts: Code[]): Code {
  return NOTHING.concat(...parts);
}

function operation(opcode: number): Operation {
  return (...operands) => joined(...operands, [opcode]);
}

/** One instruction of the vector extension: prefix 0xfd, then its number. */
function vectorOperation(opcode: number): Operation {
  const code = [0xfd, ...unsignedLeb128(opcode)];
  return (...operands) => joined(...operands, code);
}

/** The alignment is only a hint and stays at one byte. */
function access(opcode: Code): Access {
  return (offset, ...operands) => joined(...operands, opcode, [0], unsignedLeb128(offset));
}

function lane(opcode: number): Lane {
  return (index, ...operands) => joined(...operands, [0xfd, opcode, index]);
}

/** Addresses, counters and conditions. */
export const i32: Operations<
  "add" | "multiply" | "and" | "or" | "exclusiveOr" | "shiftLeft" | "trailingZeros" | "lessThan" | "not"
> &
  Accesses<"load" | "store"> & { readonly constant: (value: number) => Code } = {
  constant: (value: number): Code => [0x41, ...signedLeb128(value)],
  load: access([0x28]),
  store: access([0x36]),
  add: operation(0x6a),
  multiply: operation(0x6c),
  and: operation(0x71),
  or: operation(0x72),
  exclusiveOr: operation(0x73),
  shiftLeft: operation(0x74),
  /** How many bits below the lowest that is set; 32 for 0. */
  trailingZeros: operation(0x68),
  lessThan: operation(0x49),
  /** 1 for 0, else 0. */
  not: operation(0x45),
};

/** Exact counts out of vector lanes. */
export const i64: Operations<"add" | "toF64"> = {
  add: operation(0x7c),
  toF64: operation(0xb9),
};

/** Single doubles. */
export const f64: Operations<"add" | "subtract" | "multiply" | "divide" | "unequal"> &
  Accesses<"load" | "store"> & { readonly constant: (value: number) => Code } = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: access([0x2b]),
  store: access([0x39]),
  add: operation(0xa0),
  subtract: operation(0xa1),
  multiply: operation(0xa2),
  divide: operation(0xa3),
  unequal: operation(0x62),
};

/** Which bytes a shuffle takes, to exchange two halves. */
const SWAPPED = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/** Sixteen bytes, whatever they hold. */
export const v128: Accesses<"load" | "loadSplat32" | "loadSplat64" | "load32" | "load64" | "store"> &
  Operations<"and" | "andNot" | "isAny"> & {
    readonly swapHalves: (value: Code) => Code;
    readonly storeLane64: (offset: number, index: 0 | 1, ...operands: Code[]) => Code;
  } = {
  load: access([0xfd, 0x00]),
  /** Reads four bytes into all four lanes. */
  loadSplat32: access([0xfd, 0x09]),
  /** Reads one f64 into both lanes. */
  loadSplat64: access([0xfd, 0x0a]),
  /** Reads four bytes, the rest is 0. */
  load32: access([0xfd, 0x5c]),
  /** Reads eight bytes, the rest is 0. */
  load64: access([0xfd, 0x5d]),
  store: access([0xfd, 0x0b]),
  /** Writes one f64 of the two. */
  storeLane64: (offset: number, index: 0 | 1, ...operands: Code[]): Code => [
    ...access([0xfd, 0x5b])(offset, ...operands),
    index,
  ],
  /** The last eight bytes first; the operand is written twice. */
  swapHalves: (value: Code): Code => [...value, ...value, 0xfd, 0x0d, ...SWAPPED],
  and: vectorOperation(0x4e),
  /** The bits of the first that the second does not have. */
  andNot: vectorOperation(0x4f),
  /** Whether any bit is set, as i32. */
  isAny: vectorOperation(0x53),
};

/** Two f64; comparisons give all ones or all zeros per lane. */
export const f64x2: Operations<
  "splat" | "equal" | "atLeast" | "promote" | "add" | "subtract" | "multiply" | "divide" | "larger" | "smaller"
> & { readonly extract: Lane; readonly replace: Lane } = {
  splat: vectorOperation(0x14),
  extract: lane(0x21),
  replace: lane(0x22),
  equal: vectorOperation(0x47),
  atLeast: vectorOperation(0x4c),
  /** The first two of four f32. */
  promote: vectorOperation(0x5f),
  add: vectorOperation(0xf0),
  subtract: vectorOperation(0xf1),
  multiply: vectorOperation(0xf2),
  divide: vectorOperation(0xf3),
  /** `a < b ? b : a`: one machine instruction, unlike the maximum that has to handle NaN. */
  larger: vectorOperation(0xf7),
  /** `b < a ? b : a` */
  smaller: vectorOperation(0xf6),
};

/** Four i32. */
export const i32x4: Operations<"add" | "innerOfPairs" | "signs"> = {
  add: vectorOperation(0xae),
  /** Of eight i16 each: the products of every two neighbours, added. */
  innerOfPairs: vectorOperation(0xba),
  /** The highest bit of each, as the four lowest bits of an i32. */
  signs: vectorOperation(0xa4),
};

/** Four f32; comparisons give all ones or all zeros per lane. */
export const f32x4: Operations<"fromI32x4" | "lessThan" | "add" | "subtract" | "multiply" | "larger"> = {
  /** Rounds four i32. */
  fromI32x4: vectorOperation(0xfa),
  lessThan: vectorOperation(0x43),
  add: vectorOperation(0xe4),
  subtract: vectorOperation(0xe5),
  multiply: vectorOperation(0xe6),
  /** As in `f64x2`. */
  larger: vectorOperation(0xeb),
};

/** Two i64. */
export const i64x2: Operations<"shiftLeft" | "add"> & { readonly extract: Lane } = {
  extract: lane(0x1d),
  /** The second operand is an i32. */
  shiftLeft: vectorOperation(0xcb),
  add: vectorOperation(0xce),
};

/** Runs the code at least once, and again while the condition holds at its end. */
export function repeatWhile(code: Code, condition: Code): Code {
  return [0x03, 0x40, ...code, ...condition, 0x0d, 0, 0x0b];
}

/** Runs the code where the condition holds. */
export function when(condition: Code, code: Code): Code {
  return [...condition, 0x04, 0x40, ...code, 0x0b];
}

/** Runs the code while the condition holds at its start. */
export function loopWhile(condition: Code, code: Code): Code {
  return when(condition, repeatWhile(code, condition));
}

/** Calls the function at that position of the module. */
export function call(position: number, ...operands: Code[]): Code {
  return joined(...operands, [0x10], unsignedLeb128(position));
}

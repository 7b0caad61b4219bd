import { assembleModule } from "./assemble.ts";
import { matrixFunctions } from "./matrix-code.ts";
import { rotationFunctions } from "./rotation-code.ts";
import { softmaxFunctions } from "./softmax-code.ts";
import type { WebAssemblyInterface, WebAssemblyMemory } from "./web-assembly.ts";

const PAGE_BYTES = 65536;

/** The memory never holds more than 48 MiB, however large the input is. */
const MAXIMUM_PAGES = 768;

type Pack = (source: number, rowBytes: number, depth: number, tiles: number, panels: number) => void;
type Tiles = (
  a: number,
  b: number,
  out: number,
  outBytes: number,
  depth: number,
  rowTiles: number,
  colTiles: number,
) => void;
type Rows = (rows: number, cols: number, data: number, out: number) => void;
type TemperatureRows = (rows: number, cols: number, data: number, out: number, beta: number) => void;

/** The functions of the module, described where their code is written; all addresses are in bytes. */
export interface SimdExports {
  readonly memory: WebAssemblyMemory;
  readonly addTiles: Tiles;
  readonly addSquares: Tiles;
  readonly addTriangle: (w: number, x: number, y: number, tiles: number, panels: number) => void;
  readonly rotateStrip: (strip: number, sweeps: number, count: number) => void;
  readonly changeRow: (
    row: number,
    p: number,
    u: number,
    next: number,
    out: number,
    pairs: number,
    first: number,
    second: number,
    weight: number,
    result: number,
  ) => void;
  readonly packRows: Pack;
  readonly packColumns: Pack;
  readonly temperatureRows64: TemperatureRows;
  readonly temperatureRows32: TemperatureRows;
  readonly temperatureSeries64: TemperatureRows;
  readonly temperatureSeries32: TemperatureRows;
  readonly residualRows: Rows;
  readonly summaryRows64: Rows;
  readonly summaryRows32: Rows;
}

declare const WebAssembly: WebAssemblyInterface<SimdExports> | undefined;

/** undefined before the first use, null where the vector functions cannot run. */
let cached: SimdExports | null | undefined;

/**
 * The vector functions, compiled at the first call.
 *
 * @returns null where there is no WebAssembly, where it lacks the vector extension, or where a Content-Security-Policy
 *   forbids compiling it: plain loops do the same work then
 */
export function simdKernels(): SimdExports | null {
  if (cached === undefined) cached = compileKernels(typeof WebAssembly === "undefined" ? undefined : WebAssembly);
  return cached;
}

/** The vector functions compiled by this engine; null where it cannot. */
export function compileKernels(engine: WebAssemblyInterface<SimdExports> | undefined): SimdExports | null {
  if (engine === undefined) return null;
  try {
    return new engine.Instance(new engine.Module(simdModule())).exports;
  } catch {
    return null;
  }
}

/** Bytes of the module, about 8.8 KiB. Chrome before version 114 refuses more than 4 on a page's main thread. */
export function simdModule(): Uint8Array<ArrayBuffer> {
  return assembleModule([...matrixFunctions(), ...softmaxFunctions(), ...rotationFunctions()], MAXIMUM_PAGES);
}

/**
 * The memory of the vector functions, at least that large.
 *
 * @param bytes at most 48 MiB
 * @returns valid until the next call; earlier contents stay
 */
export function reserve(memory: WebAssemblyMemory, bytes: number): ArrayBuffer {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) memory.grow(missing);
  return memory.buffer;
}

import { assembleModule } from "../simd/assemble.ts";
import type { WebAssemblyInterface, WebAssemblyMemory } from "../simd/web-assembly.ts";
import { filterFunctions } from "./filter-code.ts";

/** The memory never holds more than 48 MiB, however large the bank is. */
const MAXIMUM_PAGES = 768;

/** The functions of the module, described where their code is written; all addresses are in bytes. */
export interface FilterExports {
  readonly memory: WebAssemblyMemory;
  readonly compareTiles: (
    queries: number,
    bank: number,
    bankFacts: number,
    queryFacts: number,
    first: number,
    steps: number,
    queryTiles: number,
    bankTiles: number,
  ) => void;
}

declare const WebAssembly: WebAssemblyInterface<FilterExports> | undefined;

/** undefined before the first use, null where the functions cannot run. */
let cached: FilterExports | null | undefined;

/** The functions, compiled at the first call; null where there is no WebAssembly with vectors or it may not be compiled. */
export function filterKernel(): FilterExports | null {
  if (cached === undefined) cached = compileFilter(typeof WebAssembly === "undefined" ? undefined : WebAssembly);
  return cached;
}

/** The functions compiled by this engine; null where it cannot. */
export function compileFilter(engine: WebAssemblyInterface<FilterExports> | undefined): FilterExports | null {
  if (engine === undefined) return null;
  try {
    return new engine.Instance(new engine.Module(filterModule())).exports;
  } catch {
    return null;
  }
}

/** Bytes of the module, less than 2 KiB. */
export function filterModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(filterFunctions(), MAXIMUM_PAGES);
}

import { assembleModule, type WasmFunction } from "../../../src/kernels/simd/assemble.ts";

/** Compiles one function; returns it and its memory of 64 KiB. */
export function runnable(code: WasmFunction): { run: (...numbers: number[]) => void; memory: ArrayBuffer } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembleModule([code], 1)));
  const run = exports[code.name];
  const memory = exports["memory"];
  if (typeof run !== "function" || !(memory instanceof WebAssembly.Memory)) throw new Error("nothing to run");
  return {
    run: (...numbers) => {
      run(...numbers);
    },
    memory: memory.buffer,
  };
}

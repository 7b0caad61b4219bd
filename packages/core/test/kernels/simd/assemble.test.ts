import { describe, expect, it } from "vitest";
import { assembleModule, createFrame } from "../../../src/kernels/simd/assemble.ts";
import { f64, f64x2, i32, loopWhile, v128, when } from "../../../src/kernels/simd/instructions.ts";
import { runnable } from "./run-module.ts";

describe("assembleModule", () => {
  it("assembleModule([], pages) is a module with nothing but memory", () => {
    const bytes = assembleModule([], 300);
    expect(Array.from(bytes.subarray(0, 8))).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
    expect(exports).toEqual([{ name: "memory", kind: "memory" }]);
  });

  it("assembleModule(functions, pages) exports a loop that runs as often as asked", () => {
    const frame = createFrame();
    const times = frame.parameter("i32");
    const step = frame.parameter("f64");
    const total = frame.local("f64");
    const body = [
      ...loopWhile(times.get, [
        ...total.set(f64.add(total.get, step.get)),
        ...times.set(i32.add(times.get, i32.constant(-1))),
      ]),
      ...f64.store(8, i32.constant(200), total.get),
    ];
    const { run, memory } = runnable({ name: "total", frame, body });
    run(5, 1.5);
    expect(new Float64Array(memory, 208, 1)[0]).toBe(7.5);
    run(0, 1.5);
    expect(new Float64Array(memory, 208, 1)[0]).toBe(0);
  });

  it("assembleModule(functions, pages) keeps lanes, shuffles and conditions as written", () => {
    const frame = createFrame();
    const odd = frame.parameter("i32");
    const pair = frame.local("v128");
    const body = [
      ...pair.set(v128.load(0, i32.constant(0))),
      ...when(odd.get, pair.set(v128.swapHalves(pair.get))),
      ...v128.store(16, i32.constant(0), f64x2.replace(1, f64x2.multiply(pair.get, pair.get), f64.constant(-0.5))),
    ];
    const { run, memory } = runnable({ name: "lanes", frame, body });
    const doubles = new Float64Array(memory);
    doubles.set([3, 5]);
    run(0);
    expect(doubles.slice(2, 4)).toEqual(Float64Array.of(9, -0.5));
    run(1);
    expect(doubles.slice(2, 4)).toEqual(Float64Array.of(25, -0.5));
  });
});

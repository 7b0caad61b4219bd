import { describe, expect, it } from "vitest";
import { compileKernels, reserve, simdKernels, simdModule } from "../../../src/kernels/simd/kernels.ts";

class Refusing {
  constructor() {
    throw new Error("refused by the policy of this page");
  }
}

describe("simdKernels", () => {
  it("simdKernels() compiles once, here", () => {
    const kernels = simdKernels();
    expect(kernels).not.toBeNull();
    expect(simdKernels()).toBe(kernels);
  });

  it("compileKernels(engine) is null without WebAssembly and where it is refused", () => {
    expect(compileKernels(undefined)).toBeNull();
    const Instance = class {
      readonly exports: never;
      constructor() {
        throw new Error("not reached");
      }
    };
    expect(compileKernels({ Module: Refusing, Instance })).toBeNull();
  });

  it("simdModule() is valid and small", () => {
    expect(WebAssembly.validate(simdModule())).toBe(true);
    expect(simdModule().length).toBeLessThan(9216);
  });

  it("reserve(memory, bytes) grows what is too small, up to 48 MiB, and keeps its contents", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 768 });
    new Uint8Array(memory.buffer)[9] = 7;
    expect(reserve(memory, 65536).byteLength).toBe(65536);
    const grown = reserve(memory, 65537);
    expect(grown.byteLength).toBe(2 * 65536);
    expect(new Uint8Array(grown)[9]).toBe(7);
    expect(reserve(memory, 1).byteLength).toBe(2 * 65536);
  });
});

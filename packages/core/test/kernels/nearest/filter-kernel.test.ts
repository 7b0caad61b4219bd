import { describe, expect, it } from "vitest";
import { compileFilter, filterKernel, filterModule } from "../../../src/kernels/nearest/filter-kernel.ts";

class Refusing {
  constructor() {
    throw new Error("refused by the policy of this page");
  }
}

describe("filterKernel", () => {
  it("filterKernel() compiles once, here", () => {
    expect(filterKernel()).not.toBeNull();
    expect(filterKernel()).toBe(filterKernel());
  });

  it("compileFilter(engine) is null without WebAssembly and where it is refused", () => {
    expect(compileFilter(undefined)).toBeNull();
    const Instance = class {
      readonly exports: never;
      constructor() {
        throw new Error("not reached");
      }
    };
    expect(compileFilter({ Module: Refusing, Instance })).toBeNull();
  });

  it("filterModule() is valid and small enough for the main thread of every browser", () => {
    expect(WebAssembly.validate(filterModule())).toBe(true);
    expect(filterModule().length).toBeLessThan(4096);
  });
});

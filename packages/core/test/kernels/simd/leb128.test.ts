import { describe, expect, it } from "vitest";
import { signedLeb128, unsignedLeb128 } from "../../../src/kernels/simd/leb128.ts";

describe("LEB128", () => {
  it("unsignedLeb128(value) is the example of its definition and the limits", () => {
    expect(unsignedLeb128(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(unsignedLeb128(0)).toEqual([0]);
    expect(unsignedLeb128(127)).toEqual([127]);
    expect(unsignedLeb128(128)).toEqual([128, 1]);
    expect(unsignedLeb128(2 ** 32 - 1)).toEqual([255, 255, 255, 255, 15]);
  });

  it("signedLeb128(value) is the example of its definition and the limits", () => {
    expect(signedLeb128(-123456)).toEqual([0xc0, 0xbb, 0x78]);
    expect(signedLeb128(0)).toEqual([0]);
    expect(signedLeb128(63)).toEqual([63]);
    expect(signedLeb128(64)).toEqual([0xc0, 0]);
    expect(signedLeb128(-64)).toEqual([0x40]);
    expect(signedLeb128(-65)).toEqual([0xbf, 0x7f]);
    expect(signedLeb128(-(2 ** 31))).toEqual([128, 128, 128, 128, 0x78]);
  });
});

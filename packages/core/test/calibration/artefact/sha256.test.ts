import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/calibration/artefact/utf8.ts";
import { createSha256, sha256 } from "../../../src/index.ts";

describe("sha256(bytes)", () => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("is that of the vectors of FIPS 180-4: %#", (text, digest) => {
    expect(sha256(utf8(text))).toBe(digest);
  });

  it("agrees with Web Crypto for every length around a block", async () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 256);
    for (let length = 0; length <= 200; length++) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice(0, length)));
      const expected = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      expect(sha256(bytes.subarray(0, length))).toBe(expected);
    }
  });

  it("does not change the bytes", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    sha256(bytes);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe("createSha256()", () => {
  it("gives the digest of all bytes, wherever they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        const hash = createSha256();
        for (const piece of pieces) hash.update(piece);
        const expected = sha256(Uint8Array.from(pieces.flatMap((piece) => Array.from(piece))));
        expect(hash.digest()).toBe(expected);
        expect(hash.digest()).toBe(expected);
      }),
    );
  });
});

describe("utf8(text)", () => {
  it("is what TextEncoder makes of any text, halves of surrogate pairs included", () => {
    const encoder = new TextEncoder();
    expect(utf8("aé€😀\ud800z")).toEqual(encoder.encode("aé€😀\ud800z"));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8(text)).toEqual(encoder.encode(text));
      }),
    );
  });
});

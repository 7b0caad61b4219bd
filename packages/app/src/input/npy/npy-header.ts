import { BadInput, shownValue } from "@candor/input";

/** Element kind: float, signed, unsigned, boolean, UTF-32 text, bytes, date. */
export type NpyKind = "f" | "i" | "u" | "b" | "U" | "S" | "M";

export interface NpyHeader {
  readonly kind: NpyKind;
  /** Bytes per element. */
  readonly size: number;
  readonly bigEndian: boolean;
  /** Unit of a date, e.g. `ns`; empty otherwise. */
  readonly unit: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the data starts. */
  readonly offset: number;
}

const sizes: Readonly<Record<string, readonly number[]>> = {
  f: [2, 4, 8],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  b: [1],
  M: [8],
};

function elementType(descr: string, file: string): Pick<NpyHeader, "kind" | "size" | "bigEndian" | "unit"> {
  const match = /^([<>|=])([fiubUSM])(\d+)(?:\[(\d*)([a-zA-Z]+)\])?$/.exec(descr);
  const count = Number(match?.[3]);
  const kind = (["f", "i", "u", "b", "U", "S", "M"] as const).find((letter) => letter === match?.[2]);
  const known = kind !== undefined && (kind === "U" || kind === "S" || sizes[kind]!.includes(count));
  if (!known || (match?.[4] || "1") !== "1") {
    const python = descr.includes("O") ? " (Python objects)" : "";
    throw new BadInput(`${file}: expected an array of numbers, got element type ${shownValue(descr)}${python}`, {
      file,
      hint: python ? "save it as a plain float array" : undefined,
    });
  }
  const size = kind === "U" ? count * 4 : count;
  return { kind, size, bigEndian: match?.[1] === ">", unit: match?.[5] ?? "" };
}

/**
 * Reads the header of an NPY file, versions 1 to 3.
 *
 * @param bytes the beginning of the file, at least its header
 * @param file as the user named it
 * @throws {BadInput} when it is not NPY or its elements are neither numbers, texts nor dates
 *
 * Source: NumPy, `numpy.lib.format`.
 */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (what: string) => new BadInput(`${file}: not an NPY file, ${what}`, { file });
  if (bytes.length < 10 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059)
    throw broken("it does not start with \\x93NUMPY");
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw broken(`its format version is ${version}`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? 0 : view.getUint32(8, true);
  const offset = start + length;
  if (bytes.length < offset) throw broken("its header is cut off");
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, offset));
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  const described = /'descr':\s*('([^']*)'|\[)/.exec(text);
  if (order === undefined || shape === undefined || described === null) throw broken("its header is not understood");
  if (described[1] === "[")
    throw new BadInput(`${file}: expected an array of numbers, got a structured array`, {
      file,
      hint: "save each field as an array of its own",
    });
  return {
    ...elementType(described[2]!, file),
    fortranOrder: order === "True",
    shape: shape
      .split(",")
      .map((part) => part.trim().replace("L", ""))
      .filter((part) => part !== "")
      .map(Number),
    offset,
  };
}

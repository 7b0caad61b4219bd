import type { Compressors, FileMetaData } from "hyparquet";

type Codec = keyof Compressors;

/** Loads what unpacks a codec; Snappy is part of the reader. */
const loads: Partial<Record<Codec, () => Promise<Compressors>>> = {
  GZIP: async () => {
    const { gunzip } = await import("hyparquet-compressors/src/gzip.js");
    return { GZIP: (input, length) => gunzip(input, new Uint8Array(length)) };
  },
  BROTLI: async () => {
    const { decompressBrotli } = await import("hyparquet-compressors/src/brotli.js");
    return { BROTLI: decompressBrotli };
  },
  ZSTD: async () => {
    const { decompress } = await import("fzstd");
    return { ZSTD: (input) => decompress(input) };
  },
  LZ4: async () => {
    const { decompressLz4 } = await import("hyparquet-compressors/src/lz4.js");
    return { LZ4: decompressLz4 };
  },
  LZ4_RAW: async () => {
    const { decompressLz4Raw } = await import("hyparquet-compressors/src/lz4.js");
    return { LZ4_RAW: decompressLz4Raw };
  },
};

/** What unpacks the pages of a file. */
export async function decompressors({ row_groups: groups }: FileMetaData): Promise<Compressors> {
  const codecs = new Set(groups.flatMap(({ columns }) => columns.flatMap((column) => column.meta_data?.codec ?? [])));
  const loaded = await Promise.all([...codecs].map((codec) => loads[codec]?.() ?? {}));
  return Object.assign({}, ...loaded);
}

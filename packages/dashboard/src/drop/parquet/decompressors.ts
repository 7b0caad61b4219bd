import type { Compressors, FileMetaData } from "hyparquet";

/** What unpacks the pages of a file; loaded only where it is packed with something else than Snappy. */
export async function decompressors({ row_groups: groups }: FileMetaData): Promise<Compressors> {
  const codecs = new Set(groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec)));
  codecs.delete("SNAPPY");
  codecs.delete("UNCOMPRESSED");
  if (codecs.size === 0) return {};
  const { decompressBrotli, decompressGzip, decompressLz4, decompressLz4Raw, decompressZstd } = await import(
    "hyparquet-compressors"
  );
  return {
    GZIP: decompressGzip,
    BROTLI: decompressBrotli,
    ZSTD: (input) => decompressZstd(input),
    LZ4: decompressLz4,
    LZ4_RAW: decompressLz4Raw,
  };
}

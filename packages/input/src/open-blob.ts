import { BadInput } from "./bad-input.ts";
import { openCsvBlob } from "./csv/csv-table.ts";
import { createGunzip } from "./csv/gunzip-stream.ts";
import { formatOf, headBytes } from "./file-format.ts";
import { printable } from "./show.ts";
import type { Table } from "./table.ts";

/** The first bytes of what a gzip file holds. */
async function unpackedHead(head: Uint8Array, file: string): Promise<Uint8Array> {
  const gunzip = await createGunzip();
  try {
    const parts = gunzip.push(head);
    return new Uint8Array(await new Blob(parts).arrayBuffer()).subarray(0, headBytes);
  } catch (cause) {
    throw new BadInput(`${file}: not a whole gzip file, it is cut off or damaged`, { file, cause });
  }
}

/**
 * Opens a file that is held by a browser.
 *
 * @param blob the file
 * @param name as the user named it
 * @param format what the user says it is, if anything
 * @param openParquet opens Parquet; what it needs is loaded only then
 * @throws {BadInput} for a file that is empty, damaged, or of a kind that is not read here
 */
export async function openBlob(
  blob: Blob,
  name: string,
  format: string | undefined,
  openParquet: (blob: Blob, file: string) => Promise<Table>,
): Promise<Table> {
  const file = printable(name, 200);
  const head = new Uint8Array(await blob.slice(0, headBytes).arrayBuffer());
  const detected = await formatOf(head, (packed) => unpackedHead(packed, file), file, format);
  const refuse = (what: string, hint: string) =>
    new BadInput(`${file}: ${what} cannot be read in the browser, expected CSV, TSV (also as .gz) or Parquet`, {
      file,
      hint,
    });
  if (detected.compression === "zstd") throw refuse("zstd", "unpack it, or use `candor report`, which reads it");
  if (detected.format === "npz" && !/\.npz$/i.test(name))
    throw refuse("a zip archive or Excel workbook", "save the table as CSV first");
  switch (detected.format) {
    case "csv":
    case "tsv":
      return openCsvBlob(blob, file, detected);
    case "parquet":
      if (detected.compression === "gzip") throw refuse("packed Parquet", "unpack it first");
      return openParquet(blob, file);
    default:
      throw refuse(detected.format.toUpperCase(), "use `candor report`, which reads it");
  }
}

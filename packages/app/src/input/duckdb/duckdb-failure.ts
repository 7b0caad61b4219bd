import { BadInput } from "@candor/input";

/**
 * What a DuckDB complaint about a file means. DuckDB quotes whole lines of the file; nothing of them is passed on.
 *
 * @param file as the user named it
 * @param format in words, e.g. `CSV`
 * @param badLine the line at fault, where it was found by other means
 */
export function explainFailure(error: unknown, file: string, format: string, badLine?: number): BadInput {
  const text = error instanceof Error ? error.message : String(error);
  const line = badLine ?? (format === "CSV" ? /\bLine: (\d+)/.exec(text)?.[1] : undefined);
  const where = line === undefined ? file : `${file}, line ${line}`;
  const fail = (message: string, hint?: string) => new BadInput(`${where}: ${message}`, { file, hint, cause: error });

  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (counts) return fail(`expected ${counts[1]} values as in the header, got ${counts[2]}`);
  if (/unterminated quote/i.test(text)) return fail("a quoted value does not end where it should");
  if (/not utf-?8|invalid unicode|invalid encoding/i.test(text))
    return fail("the text is not UTF-8", "save the file as UTF-8");
  if (/maximum line size|max_line_size/i.test(text)) return fail("the line is longer than 2 MB");
  if (/Expected OBJECT|expected records/.test(text))
    return fail('expected a JSON object such as {"score": 0.7, "label": 1}');
  if (/maximum_object_size/.test(text)) return fail("a JSON object is larger than 16 MB");
  if (/Malformed JSON|JSON transform/.test(text)) return fail("not valid JSON");
  if (format === "Parquet") return fail("not a whole Parquet file: it is cut off or damaged");
  if (/invalid state/.test(text)) return fail("not regular CSV", "do all lines end in the same way?");
  return fail(`cannot be read as ${format}`);
}

import { BadInput, type Column, type ColumnRequest, type StreamOptions, type Table } from "@candor/input";
import { inFolder } from "./helpers.ts";

export type Gathered = Column[] | { readonly complaint: string };

/** All batches of a table put together, each column as every kind that fits; or the complaint. */
export async function gather(open: Promise<Table>, options: Partial<StreamOptions> = {}): Promise<Gathered> {
  let table: Table | undefined;
  try {
    table = await open;
    const requests = table.fields.flatMap((field): ColumnRequest[] => [
      ...(field.kind === "time" || field.kind === "other" ? [] : [{ as: "number", field } as const]),
      { as: "category", field, limit: 1_000_000, purpose: "too many" },
      { as: "text", field },
      ...(field.kind === "boolean" || field.kind === "other" ? [] : [{ as: "time", field } as const]),
    ]);
    const columns: Column[] = [];
    const stream = table.stream(requests, { batchRows: 3, skipBad: false, signal: undefined, ...options });
    for await (const batch of stream)
      batch.columns.forEach((column, i) => {
        columns.push(JSON.parse(JSON.stringify({ i, ...column, values: [...column.values].map(String) })));
      });
    return [
      ...columns,
      { malformed: table.malformed, fields: table.fields.map(({ name, kind }) => [name, kind]) } as never,
    ];
  } catch (error) {
    if (!BadInput.is(error)) throw error;
    return { complaint: error.message.replaceAll(`${inFolder("")}/`, "") };
  } finally {
    await table?.close();
  }
}

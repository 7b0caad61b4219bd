import type { Decided } from "../../serving/decided.ts";

/** An output tensor as the protocol writes it. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: "FP64" | "BYTES" | "BOOL";
  readonly data: readonly (number | string | boolean | null)[];
}

interface Output extends Pick<OutputTensor, "datatype"> {
  readonly of: (decided: Decided, id: string) => OutputTensor["data"][number];
}

const outputs: Readonly<Record<string, Output>> = {
  probability: { datatype: "FP64", of: ({ probability }) => probability },
  decision: { datatype: "BYTES", of: ({ decision }) => decision ?? "" },
  lower: { datatype: "FP64", of: ({ interval }) => interval?.[0] ?? null },
  upper: { datatype: "FP64", of: ({ interval }) => interval?.[1] ?? null },
  certified: { datatype: "BOOL", of: ({ certified }) => certified === true },
  prediction: { datatype: "BYTES", of: ({ prediction }) => prediction ?? "" },
  treat_as: { datatype: "BYTES", of: ({ treatAs }) => treatAs ?? "" },
  reason: { datatype: "BYTES", of: ({ reason }) => reason },
  id: { datatype: "BYTES", of: (_, id) => id },
};

/** Outputs that a model has: of numbers null, and of texts the empty one, where there is none. */
export const outputNames: readonly string[] = Object.keys(outputs);

/** How metadata describes them. */
export const outputMetadata: readonly { name: string; datatype: string; shape: number[] }[] = Object.entries(
  outputs,
).map(([name, { datatype }]) => ({ name, datatype, shape: [-1] }));

/** Decided rows as output tensors. @param wanted names; null for all */
export function outputTensors(
  rows: readonly { readonly id: string; readonly decided: Decided }[],
  wanted: readonly string[] | null,
): OutputTensor[] {
  return (wanted ?? outputNames).flatMap((name) => {
    const output = outputs[name];
    if (output === undefined) return [];
    const data = rows.map(({ id, decided }) => output.of(decided, id));
    return [{ name, shape: [rows.length], datatype: output.datatype, data }];
  });
}

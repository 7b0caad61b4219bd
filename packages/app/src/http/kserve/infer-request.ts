import { isRecord, shown } from "../ingest/rejection.ts";
import { KserveError } from "./kserve-error.ts";
import { checkParameters, readTensor, type Tensor } from "./tensor.ts";

/** An inference request, read: one item to decide per row, as `POST /api/v1/decide` takes them. */
export interface InferRequest {
  /** As it was given; null where it was not. */
  readonly id: string | null;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Names of the outputs that were asked for; null for all. */
  readonly outputs: readonly string[] | null;
}

const evidenceNames = ["score", "logits", "probabilities"] as const;

const besideNames = ["id", "prediction", "inDistribution"] as const;

const segmentPrefix = "segment:";

function inputsOf(body: Readonly<Record<string, unknown>>): ReadonlyMap<string, Tensor> {
  const { inputs } = body;
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new KserveError(`inputs: expected a list of tensors, got ${shown(inputs)}`);
  const byName = new Map<string, Tensor>();
  for (const input of inputs) {
    const tensor = readTensor(input);
    const label = tensor.name.slice(0, 80);
    if (byName.has(tensor.name)) throw new KserveError(`input ${label}: it is there twice`);
    const isKnown =
      besideNames.some((name) => name === tensor.name) ||
      tensor.name.startsWith(segmentPrefix) ||
      evidenceNames.some((name) => name === tensor.name);
    if (!isKnown)
      throw new KserveError(
        `input ${label}: expected one of ${evidenceNames.join(", ")}, and beside it ${besideNames.join(", ")} or segment:NAME`,
      );
    byName.set(tensor.name, tensor);
  }
  return byName;
}

function evidenceOf(inputs: ReadonlyMap<string, Tensor>): Tensor {
  const given = evidenceNames.flatMap((name) => inputs.get(name) ?? []);
  const [tensor] = given;
  if (tensor === undefined || given.length > 1)
    throw new KserveError(
      `inputs: expected one of ${evidenceNames.join(", ")}, got ${given.length === 0 ? "none" : given.map(({ name }) => name).join(" and ")}`,
    );
  for (const name of ["score", "inDistribution"]) {
    const { rows = 0, cols = 1 } = inputs.get(name) ?? {};
    if (cols !== 1) throw new KserveError(`input ${name}: expected the shape [n] or [n, 1], got [${rows}, ${cols}]`);
  }
  for (const { name, rows } of inputs.values())
    if (rows !== tensor.rows)
      throw new KserveError(
        `input ${name.slice(0, 80)}: expected ${tensor.rows} rows as ${tensor.name} has, got ${rows}`,
      );
  return tensor;
}

function outputsOf(outputs: unknown, known: readonly string[]): readonly string[] | null {
  if (outputs === undefined || outputs === null) return null;
  if (!Array.isArray(outputs)) throw new KserveError(`outputs: expected a list, got ${shown(outputs)}`);
  return outputs.map((output: unknown) => {
    if (!isRecord(output) || typeof output["name"] !== "string")
      throw new KserveError(`outputs: expected objects with a name, got ${shown(output)}`);
    const { name, parameters } = output;
    checkParameters(parameters, `output ${name.slice(0, 80)}`);
    if (!known.includes(name))
      throw new KserveError(`output ${name.slice(0, 80)}: expected one of ${known.join(", ")}`);
    return name;
  });
}

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new KserveError("the body is not JSON");
  }
  if (isRecord(body)) return body;
  throw new KserveError(`expected an object with inputs, got ${shown(body)}`);
}

/** What the address and the server say of a request. */
export interface InferContext {
  readonly model: string;
  readonly version: string;
  /** Of this request, where it names none. */
  readonly requestId: string;
  readonly outputNames: readonly string[];
  readonly mostRows: number;
}

/**
 * The rows of an inference request, as items to decide. Ids of predictions are those of the input `id`, else the id of
 * the request and the number of the row.
 *
 * @throws {KserveError} naming the part, what was expected and what came
 */
export function readInferRequest(text: string, context: InferContext): InferRequest {
  const { model, version, requestId, outputNames, mostRows } = context;
  const body = bodyOf(text);
  const { id = null, parameters = null } = body;
  if (id !== null && typeof id !== "string") throw new KserveError(`id: expected text, got ${shown(id)}`);
  checkParameters(parameters, "parameters");
  const route = (isRecord(parameters) ? parameters["route"] : null) ?? null;
  const inputs = inputsOf(body);
  const evidence = evidenceOf(inputs);
  if (evidence.rows > mostRows)
    throw new KserveError(`input ${evidence.name}: expected at most ${mostRows} rows, got ${evidence.rows}`);
  const { cols, values, name } = evidence;
  const inside = inputs.get("inDistribution");
  const items = Array.from({ length: evidence.rows }, (_, row) => {
    const segments: [string, unknown][] = [];
    for (const tensor of inputs.values())
      if (tensor.name.startsWith(segmentPrefix))
        segments.push([tensor.name.slice(segmentPrefix.length), tensor.values[row]]);
    return {
      id: inputs.get("id")?.values[row] ?? `${id ?? requestId}/${row}`,
      model,
      version,
      route,
      segments: Object.fromEntries(segments),
      prediction: inputs.get("prediction")?.values[row] ?? null,
      ...(inside === undefined ? {} : { inDistribution: inside.values[row] ?? null }),
      [name]: name === "score" ? (values[row] ?? null) : values.slice(row * cols, (row + 1) * cols),
    };
  });
  return { id, items, outputs: outputsOf(body["outputs"], outputNames) };
}

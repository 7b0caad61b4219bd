import { batchQueue } from "./batch-queue.ts";
import { ClientError, type Rejection } from "./client-error.ts";
import {
  askDecisions,
  type DecideOptions,
  type DecideOutcome,
  type DecideRequest,
  type DecideResult,
} from "./decide.ts";
import type { QueuedItem } from "./deliver.ts";
import type { ClientOutcome, ClientPrediction } from "./items.ts";
import { type ClientOptions, readOptions } from "./options.ts";
import { toJson } from "./to-json.ts";

/** Sends predictions and outcomes to a Candor server, and asks it for decisions. */
export interface Client {
  /**
   * Queues a prediction. It is delivered once however often it has to be sent: every attempt carries the same id.
   *
   * @returns its id, when there is room in the queue for another
   * @throws {ClientError} `full` where the options say so, `closed`, `bad-input`: the prediction was not taken
   */
  predict(prediction: ClientPrediction): Promise<string>;
  /**
   * Queues an outcome; those of a client arrive in the order of the calls.
   *
   * @returns when there is room in the queue for another
   * @throws {ClientError} as `predict`
   */
  outcome(outcome: ClientOutcome): Promise<void>;
  /**
   * Asks for a decision, which also records the prediction.
   *
   * @throws {ClientError} `refused`; `unavailable` unless `onUnavailable` says otherwise; the reason of an aborted signal
   */
  decide(request: DecideRequest, options?: DecideOptions): Promise<DecideOutcome>;
  /**
   * As `decide`, for many in one request, in their order. Of those that the server refuses the result says why; the others
   * are decided.
   */
  decideBatch(requests: readonly DecideRequest[], options?: DecideOptions): Promise<readonly DecideResult[]>;
  /**
   * Sends what is queued now; resolves when the server has it on disk or has rejected it.
   *
   * @throws {ClientError} `rejected` where items were and there is no `onRejected`
   */
  flush(): Promise<void>;
  /**
   * Takes nothing more, sends what is queued, and gives up after `closeMs`: what was not delivered is rejected with
   * `unavailable`.
   *
   * @throws {ClientError} as `flush`
   */
  close(): Promise<void>;
  /** Items that are queued or on their way. */
  readonly queued: number;
}

/** Rejections that are kept for the next `flush` where nobody listens to them. */
const rejectionsKept = 1000;

/**
 * A client of a Candor server, for Node, edge runtimes and browsers.
 *
 * ```ts
 * const candor = createClient({ url: "http://127.0.0.1:4319", key, onRejected: (items) => log.warn(items) });
 * const id = await candor.predict({ model: "fraud", version: "7", confidence: 0.93 });
 * await candor.outcome({ predictionId: id, value: true });
 * await candor.close();
 * ```
 *
 * @throws {ClientError} `bad-input` for options that cannot be right
 */
export function createClient(options: ClientOptions): Client {
  const settings = readOptions(options);
  const { now, exit } = settings;
  const givingUp = new AbortController();
  let closing: Promise<void> | undefined;
  let unheard: Rejection[] = [];
  let unheardCount = 0;

  const settled = (rejections: readonly Rejection[]): void => {
    const { onRejected } = settings;
    if (onRejected !== undefined) {
      queueMicrotask(() => onRejected(rejections));
      return;
    }
    unheardCount += rejections.length;
    unheard.push(...rejections.slice(0, rejectionsKept - unheard.length));
  };
  const queue = (kind: "prediction" | "outcome", path: "/predictions" | "/outcomes", lanes: number) =>
    batchQueue({ kind, path }, lanes, settings, givingUp.signal, settled);
  const predictions = queue("prediction", "/predictions", settings.connections);
  const outcomes = queue("outcome", "/outcomes", 1);

  const open = (): void => {
    if (closing !== undefined) throw new ClientError("closed", "the client is closed");
  };
  const sayUnheard = (): void => {
    const [first] = unheard;
    if (first === undefined) return;
    const rejections = unheard;
    const count = unheardCount;
    unheard = [];
    unheardCount = 0;
    const message = `${count} ${count === 1 ? "item was" : "items were"} rejected, the first because: ${first.message}`;
    throw new ClientError("rejected", message, { rejections });
  };
  const flushAll = async (): Promise<void> => {
    await Promise.all([predictions.flush(), outcomes.flush()]);
  };
  const close = async (): Promise<void> => {
    exit?.off("beforeExit", atExit);
    const timer = setTimeout(() => givingUp.abort(), settings.closeMs);
    await flushAll();
    clearTimeout(timer);
    sayUnheard();
  };
  const atExit = (): void => {
    closing ??= close();
    closing.catch((error: unknown) => {
      if (ClientError.is(error)) settings.onError(error);
    });
  };
  exit?.once("beforeExit", atExit);

  return {
    async predict(prediction) {
      open();
      const id = prediction.id ?? crypto.randomUUID();
      await predictions.add(queuedItem(id, { ...prediction, id, time: prediction.time ?? now() }));
      return id;
    },
    async outcome(outcome) {
      open();
      await outcomes.add(queuedItem(outcome.predictionId, { ...outcome, observedAt: outcome.observedAt ?? now() }));
    },
    async decide(request, options = {}) {
      open();
      const [result] = await askDecisions([identified(request, now)], false, settings, options);
      if (result === undefined || "refused" in result)
        throw new ClientError("refused", result?.refused.message ?? "the server answered without a decision");
      return result.decided;
    },
    async decideBatch(requests, options = {}) {
      open();
      if (requests.length === 0) return [];
      return await askDecisions(
        requests.map((request) => identified(request, now)),
        true,
        settings,
        options,
      );
    },
    async flush() {
      await flushAll();
      sayUnheard();
    },
    close() {
      closing ??= close();
      return closing;
    },
    get queued() {
      return predictions.size + outcomes.size;
    },
  };
}

/** Id and time are set once: a request that is sent again must say the same. */
function identified(request: DecideRequest, now: () => number): DecideRequest & { readonly id: string } {
  return { ...request, id: request.id ?? crypto.randomUUID(), time: request.time ?? now() };
}

/**
 * The item in JSON as of now: what the caller changes later is not sent.
 *
 * @throws {ClientError} `bad-input`
 */
function queuedItem(id: string, item: Readonly<Record<string, unknown>>): QueuedItem {
  if (typeof id !== "string" || id === "")
    throw new ClientError("bad-input", `the id of a prediction must be a string that is not empty, got ${String(id)}`);
  return { id, line: toJson(item, `prediction ${id}`) };
}

import { backOffMs } from "./back-off.ts";
import { ClientError } from "./client-error.ts";
import { describe } from "./deliver.ts";
import type { ClientDecision } from "./items.ts";
import type { Settings } from "./options.ts";
import { pause } from "./pause.ts";
import { post } from "./post.ts";
import { isPassing, isRecord, serverError } from "./read-reply.ts";
import { toJson } from "./to-json.ts";

/** One value per class: in the order of the calibrator's classes, or by their names. */
export type ClassValues = readonly number[] | Readonly<Record<string, number>>;

/** What to decide on: whose it is, and exactly one of `score`, `logits`, `probabilities` and `llm`. */
export interface DecideRequest {
  /** Made with `crypto.randomUUID` where it is missing; the prediction is recorded under it. */
  readonly id?: string;
  readonly model: string;
  readonly version: string;
  readonly route?: string | null;
  readonly segments?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, or ISO 8601. The time of the call where it is missing. */
  readonly time?: number | string;
  readonly task?: "confidence" | "binary";
  readonly prediction?: string | null;
  readonly propensity?: number | null;
  /** Raw confidence in [0, 1]; null where the evidence was missing. */
  readonly score?: number | null;
  readonly logits?: ClassValues;
  readonly probabilities?: ClassValues;
  /** The response of a language model, and which part of it is meant; the API describes the members. */
  readonly llm?: Readonly<Record<string, unknown>>;
  /** P-value of being like the training data; null where it is not known. Policies that demand rows inside read it. */
  readonly inDistribution?: number | null;
  /** Kept only where the project asks for it. */
  readonly content?: Readonly<Record<string, unknown>>;
}

/** What was decided, and by what. */
export interface DecideOutcome {
  readonly id: string;
  /** Null where no policy is active. */
  readonly decision: ClientDecision | null;
  /** Why this decision, or why none. */
  readonly reason: string;
  /** Calibrated probability; null without evidence, or where the server was not reached. */
  readonly probability: number | null;
  readonly interval: readonly [number, number] | null;
  /** Whether calibrator and policy belong to this very model version; null without a decision. */
  readonly certified: boolean | null;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** True for what the client answered itself because the server could not be reached; such an answer is not recorded. */
  readonly unavailable?: boolean;
}

/** Why the server did not decide one of several. */
export interface DecideRefusal {
  readonly id: string;
  /** Kebab-case, for programs. */
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
}

/** What became of one of several requests. */
export type DecideResult = { readonly decided: DecideOutcome } | { readonly refused: DecideRefusal };

/** Options of one call. */
export interface DecideOptions {
  /** Default: `decideTimeoutMs` of the client. */
  readonly timeoutMs?: number;
  /** Aborts the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/**
 * Asks for decisions, one per request and in their order.
 *
 * @param batch whether they go as an array
 * @throws {ClientError} `refused` when the server says no to all of it; `unavailable`
 */
export async function askDecisions(
  requests: readonly (DecideRequest & { readonly id: string })[],
  batch: boolean,
  settings: Settings,
  { timeoutMs = settings.decideTimeoutMs, signal = new AbortController().signal }: DecideOptions,
): Promise<readonly DecideResult[]> {
  signal.throwIfAborted();
  const text = toJson(batch ? requests : requests[0], "what to decide");
  const until = settings.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const result = await post(
      settings,
      { path: "/decide", type: "application/json", text },
      Math.max(1, until - settings.now()),
      signal,
    );
    signal.throwIfAborted();
    if (result.kind === "reply" && !isPassing(result.status)) return readDecisions(requests, batch, result);
    const status = result.kind === "reply" ? result.status : null;
    const cause = result.kind === "failed" ? result.cause : undefined;
    const error = new ClientError("unavailable", describe(result), { status, cause });
    const retryAfter = result.kind === "reply" ? result.retryAfter : null;
    const waitMs = backOffMs(attempt, retryAfter, settings.random(), settings.now());
    if (settings.now() + waitMs >= until) return failSafe(requests, settings, error);
    settings.onError(error);
    await pause(waitMs, signal, true);
    signal.throwIfAborted();
  }
}

/** @throws {ClientError} `refused` for a reply that is an error */
function readDecisions(
  requests: readonly { readonly id: string }[],
  batch: boolean,
  result: Parameters<typeof describe>[0] & { kind: "reply" },
): readonly DecideResult[] {
  const { status, body } = result;
  const items = batch ? (isRecord(body) && Array.isArray(body["items"]) ? body["items"] : []) : [body];
  const refused = () => new ClientError("refused", serverError(body)?.message ?? describe(result), { status });
  if (items.length !== requests.length) throw refused();
  return requests.map(({ id }, i) => {
    const item: unknown = items[i];
    const error = serverError(item);
    if (batch && error !== undefined) return { refused: { id, ...error } };
    if (!isOutcome(item)) throw refused();
    return { decided: item };
  });
}

function isOutcome(item: unknown): item is DecideOutcome {
  if (!isRecord(item)) return false;
  const { decision, probability } = item;
  return (
    typeof item["id"] === "string" &&
    (decision === null || decision === "act" || decision === "review" || decision === "abstain") &&
    (probability === null || typeof probability === "number")
  );
}

function failSafe(
  requests: readonly (DecideRequest & { readonly id: string })[],
  { onUnavailable }: Settings,
  error: ClientError,
): readonly DecideResult[] {
  if (onUnavailable === "throw") throw error;
  if (typeof onUnavailable === "function")
    return requests.map((request) => ({ decided: onUnavailable(request, error) }));
  const nothing = { probability: null, interval: null, certified: null, calibratorId: null, policyId: null };
  return requests.map(({ id }) => ({
    decided: { id, decision: "review", reason: error.message, ...nothing, unavailable: true },
  }));
}

export { ClientError, type ClientErrorCode, type Rejection } from "./client-error.ts";
export { type Client, createClient } from "./create-client.ts";
export type {
  ClassValues,
  DecideOptions,
  DecideOutcome,
  DecideRefusal,
  DecideRequest,
  DecideResult,
} from "./decide.ts";
export type { ClientDecision, ClientOutcome, ClientPrediction } from "./items.ts";
export type { ClientFetch, ClientOptions, ClientResponse, ExitHook } from "./options.ts";

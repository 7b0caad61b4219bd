import { InputError } from "@candor/core";
import type { ConfidenceOptions } from "./confidence.ts";
import { confidenceFetch, type Fetch } from "./confidence-fetch.ts";

/** What a wrapper needs of the official `openai` client, version 5 or later. */
export interface OpenAiClient {
  /** A client of the same class with the same options but those that are given. */
  withOptions(options: { readonly fetch: Fetch }): unknown;
}

/**
 * The client, with `confidence` on every answer of `chat.completions`, `responses` and `completions`, whole and streamed, and
 * nothing else that its caller could see: it is a client of the same class with the same options (also Azure's), whose `fetch`
 * is a `confidenceFetch`. So `parse`, `stream`, `runTools`, `withResponse`, `asResponse`, retries, timeouts, aborts and errors
 * are the client's own. `confidence` is an ordinary enumerable property, because the client's helpers copy answers by their
 * enumerable properties and loggers by JSON; what is hidden from those would be lost. The client that was given stays as it
 * is; what is set on one of them later is not seen by the other.
 *
 * @param client an instance of `OpenAI` or `AzureOpenAI`
 * @throws {InputError} `incompatible` for a client without `withOptions` and `fetch`; what `confidenceFetch` throws
 */
export function withConfidence<Client extends OpenAiClient>(client: Client, options: ConfidenceOptions = {}): Client {
  const own: unknown = Reflect.get(client, "fetch");
  if (typeof client.withOptions !== "function" || !isFetch(own))
    throw new InputError("incompatible", "withConfidence needs a client of the openai package, version 5 or later");
  const made = client.withOptions({ ...azureOptions(client), fetch: confidenceFetch(own, options) });
  if (!isSameKind(made, client))
    throw new InputError("incompatible", "the client's withOptions gave back no client of its own class");
  return made;
}

function isFetch(value: unknown): value is Fetch {
  return typeof value === "function";
}

function isSameKind<Client extends object>(made: unknown, client: Client): made is Client {
  return typeof made === "object" && made !== null && Object.getPrototypeOf(made) === Object.getPrototypeOf(client);
}

/** `AzureOpenAI` forgets these two of its options when it is copied. */
function azureOptions(client: object): { readonly apiVersion?: string; readonly deployment?: string } {
  const apiVersion: unknown = Reflect.get(client, "apiVersion");
  const deployment: unknown = Reflect.get(client, "deploymentName");
  return {
    ...(typeof apiVersion === "string" ? { apiVersion } : {}),
    ...(typeof deployment === "string" ? { deployment } : {}),
  };
}

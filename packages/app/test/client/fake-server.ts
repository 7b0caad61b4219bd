import type { ClientFetch } from "../../src/client/index.ts";

/** A request as it reached the server. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly items: readonly Record<string, unknown>[];
  readonly bytes: number;
}

export interface FakeReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A `fetch` whose replies a test decides on; what it has not decided on is accepted. */
export function fakeServer(reply: (request: SeenRequest, nth: number) => FakeReply | undefined | Promise<FakeReply>): {
  readonly fetch: ClientFetch;
  readonly seen: SeenRequest[];
} {
  const seen: SeenRequest[] = [];
  const fetch: ClientFetch = async (url, { headers, body, signal }) => {
    signal.throwIfAborted();
    const text = typeof body === "string" ? body : await opened(body);
    const items = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Record<string, unknown> => JSON.parse(line));
    const bytes = typeof body === "string" ? body.length : body.size;
    const request = { path: new URL(url).pathname, headers, items, bytes };
    seen.push(request);
    const { status, body: said, headers: with_ = {} } = (await reply(request, seen.length)) ?? accepted(request);
    signal.throwIfAborted();
    return new Response(JSON.stringify(said), { status, headers: with_ });
  };
  return { fetch, seen };
}

/** The reply that takes every item. */
export function accepted({ items }: SeenRequest): FakeReply {
  const said = items.map((item, index) => ({ index, id: item["id"] ?? item["predictionId"], status: "accepted" }));
  return { status: 200, body: { accepted: items.length, rejected: 0, items: said } };
}

async function opened(body: Blob): Promise<string> {
  return await new Response(body.stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

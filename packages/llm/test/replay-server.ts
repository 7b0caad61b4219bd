import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the server saw it. */
export interface Recorded {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** True once the client left before the answer was whole. */
  aborted: boolean;
}

/** A server on this machine that plays back the fixtures; `model` in a request names the fixture or an error. */
export interface ReplayServer {
  readonly url: string;
  readonly requests: Recorded[];
  /** How bytes of a stream are cut; default: one event each. */
  cut: (bytes: Buffer) => readonly Buffer[];
  /** Awaited before each piece of a stream; default: nothing. */
  gate: (piece: number) => Promise<void>;
  /** Forgets the requests and goes back to one event a piece, without waiting. */
  reset(): void;
  close(): Promise<void>;
}

/** Errors by model. */
const errors: Readonly<Record<string, { status: number; error: Record<string, unknown> }>> = {
  "no-logprobs": {
    status: 400,
    error: {
      message: "'logprobs' is not supported with this model.",
      type: "invalid_request_error",
      param: "logprobs",
      code: "unsupported_parameter",
    },
  },
  forbidden: {
    status: 403,
    error: { message: "You are not allowed to request logprobs from this model", type: "invalid_request_error" },
  },
  "too-long": {
    status: 400,
    error: { message: "This model's maximum context length is 10 tokens.", param: "messages", code: "context_length" },
  },
  "rate-limited": { status: 429, error: { message: "Slow down", type: "requests", code: "rate_limit_exceeded" } },
  unauthorised: { status: 401, error: { message: "Incorrect API key provided", code: "invalid_api_key" } },
  broken: { status: 500, error: { message: "The server had an error", type: "server_error" } },
};

/** These come only where log-probabilities are asked for. */
const onlyWhereAsked = new Set(["no-logprobs", "forbidden"]);

/** Models that play the fixture `answer`, all or a part of it. */
const answering = new Set([...onlyWhereAsked, "error-in-stream", "hangs", "gpt-5.4-mini", "o3-mini"]);

const text = (name: string): string => readFileSync(new URL(`./fixtures/replay/${name}`, import.meta.url), "utf8");

function asksLogprobs(path: string, body: Readonly<Record<string, unknown>>): boolean {
  if (path.endsWith("/responses"))
    return Array.isArray(body["include"]) && body["include"].includes("message.output_text.logprobs");
  return body["logprobs"] === true || typeof body["logprobs"] === "number";
}

/** The bytes of a fixture; throws for one that does not exist, which the server answers with 404. */
function fixture(path: string, body: Readonly<Record<string, unknown>>): string {
  const wire =
    /\/(chat\/completions|completions|responses|embeddings)$/.exec(path)?.[1]?.replace("/completions", "") ?? "";
  const model = String(body["model"]);
  const name = answering.has(model) ? "answer" : model;
  const kind = asksLogprobs(path, body) ? "asked" : "plain";
  if (body["stream"] !== true) return text(`${wire}.${name}.${kind}.json`);
  const options = body["stream_options"];
  const usage = typeof options === "object" && options !== null && "include_usage" in options && options.include_usage;
  const events = text(`${wire}.${name}.${kind}.jsonl`)
    .trim()
    .split("\n")
    .filter((line) => wire !== "chat" || usage || !line.includes('"choices":[],'));
  const sse = events.map(
    (line) => `${wire === "responses" ? `event: ${JSON.parse(line).type}\n` : ""}data: ${line}\n\n`,
  );
  if (model === "error-in-stream")
    return `${sse.slice(0, 4).join("")}data: {"error":{"message":"Overloaded","code":"overloaded"}}\n\n`;
  return sse.join("") + (wire === "responses" ? "" : "data: [DONE]\n\n");
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString("utf8") || "{}");
}

/** Starts a server on 127.0.0.1 at a free port. */
export async function startReplayServer(): Promise<ReplayServer> {
  const requests: Recorded[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    response.sendDate = false;
    const body = await readBody(request);
    const recorded: Recorded = { path, headers: request.headers, body, aborted: false };
    requests.push(recorded);
    response.on("close", () => {
      recorded.aborted = !response.writableFinished;
    });
    const failure = errors[String(body["model"])];
    if (failure !== undefined && (!onlyWhereAsked.has(String(body["model"])) || asksLogprobs(path, body))) {
      response.writeHead(failure.status, {
        "content-type": "application/json",
        "x-request-id": "req_replay",
        "x-should-retry": "false",
      });
      response.end(JSON.stringify({ error: failure.error }));
      return;
    }
    if (body["model"] === "never") return;
    const bytes = Buffer.from(fixture(path, body));
    if (body["stream"] !== true) {
      response.writeHead(200, { "content-type": "application/json", "x-request-id": "req_replay" });
      response.end(bytes);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_replay" });
    let piece = 0;
    for (const part of server.cut(bytes)) {
      await server.gate(piece);
      if (body["model"] === "hangs" && piece >= 4) return;
      piece++;
      response.write(part);
    }
    response.end();
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
      response.writeHead(isAbsent ? 404 : 500, { "content-type": "application/json", "x-should-retry": "false" });
      response.end(JSON.stringify({ error: { message: isAbsent ? "There is no such fixture" : String(error) } }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const isPort = (value: string | AddressInfo | null): value is AddressInfo =>
    typeof value === "object" && value !== null;
  if (!isPort(address)) throw new Error("the replay server has no port");

  const eventByEvent = (bytes: Buffer): Buffer[] =>
    bytes
      .toString("utf8")
      .split(/(?<=\n\n)/)
      .map((event) => Buffer.from(event));
  const atOnce = async (): Promise<void> => {};

  const server: ReplayServer = {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    cut: eventByEvent,
    gate: atOnce,
    reset() {
      requests.length = 0;
      server.cut = eventByEvent;
      server.gate = atOnce;
    },
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return server;
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** A request as a server of `useServers` saw it. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Buffer;
}

/** A server on this machine that answers as a test says. */
export interface TestServer {
  readonly url: string;
  readonly seen: Seen[];
}

type Answer = (response: ServerResponse, seen: Seen, count: number) => void | Promise<void>;

/** Starts servers, which end with the test. */
export function useServers(): (answer: Answer) => Promise<TestServer> {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });
  return async (answer) => {
    const seen: Seen[] = [];
    const http = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const one = { path: request.url ?? "", headers: request.headers, bytes: Buffer.concat(pieces) };
      seen.push(one);
      await answer(response, one, seen.length);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    open.push(
      () =>
        new Promise((resolve) => {
          http.closeAllConnections();
          http.close(() => resolve());
        }),
    );
    const isPort = (value: string | AddressInfo | null): value is AddressInfo => typeof value === "object";
    const address = http.address();
    return { url: `http://127.0.0.1:${isPort(address) ? address?.port : 0}/v1`, seen };
  };
}

/** A chat completion, or its stream, of words with these log-probabilities; they come where they were asked for. */
export function answerOf(words: readonly string[], logprob: number, body: Readonly<Record<string, unknown>>): string {
  const entry = (token: string): object => ({ token, logprob, bytes: null, top_logprobs: [] });
  const logprobs = (some: readonly string[]): object | null =>
    body["logprobs"] === true ? { content: some.map(entry), refusal: null } : null;
  const envelope = { id: "chatcmpl-a", created: 1, model: "a" };
  const content = words.join("");
  if (body["stream"] !== true) {
    const message = { role: "assistant", content, refusal: null };
    const choices = [{ index: 0, message, logprobs: logprobs(words), finish_reason: "stop" }];
    return JSON.stringify({ ...envelope, object: "chat.completion", choices });
  }
  const chunk = (delta: object, some: object | null, finish_reason: string | null): string => {
    const choices = [{ index: 0, delta, logprobs: some, finish_reason }];
    return `data: ${JSON.stringify({ ...envelope, object: "chat.completion.chunk", choices })}\n\n`;
  };
  return [...words.map((word) => chunk({ content: word }, logprobs([word]), null)), chunk({}, null, "stop")].join("");
}

import { afterAll, beforeAll, beforeEach } from "vitest";
import { type ReplayServer, startReplayServer } from "../replay-server.ts";

/** A replay server for the tests of one file, set back before each of them. */
export function useReplayServer(): { readonly server: ReplayServer } {
  const held: { server?: ReplayServer } = {};
  beforeAll(async () => {
    held.server = await startReplayServer();
  });
  beforeEach(() => {
    held.server?.reset();
  });
  afterAll(() => held.server?.close());
  return {
    get server() {
      if (held.server === undefined) throw new Error("the replay server has not started");
      return held.server;
    },
  };
}

/** The value without what stands under this key anywhere in it, as a copy; and what stood there. */
export function apart(
  value: unknown,
  name = "confidence",
): { readonly rest: unknown; readonly confidences: readonly unknown[] } {
  const confidences: unknown[] = [];
  const strip = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(strip);
    if (typeof each !== "object" || each === null || each instanceof Date) return each;
    return Object.fromEntries(
      Object.entries(each).flatMap(([key, inner]) => {
        if (key !== name) return [[key, strip(inner)]];
        confidences.push(inner);
        return [];
      }),
    );
  };
  return { rest: strip(value), confidences };
}

/** All that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** The error with which the work fails. */
export async function failureOf(work: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** A promise that is opened from outside. */
export function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

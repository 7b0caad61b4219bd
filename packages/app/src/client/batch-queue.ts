import { ClientError, type Rejection } from "./client-error.ts";
import { type Destination, deliver, type QueuedItem } from "./deliver.ts";
import type { Settings } from "./options.ts";
import { release } from "./pause.ts";

/** Bytes, about, above which a batch is sent although it has fewer items. */
const batchCharacters = 1_000_000;

/** Items of one kind on their way to the server, oldest first. */
export interface BatchQueue {
  /** Queued or being sent. */
  readonly size: number;
  /**
   * Takes an item.
   *
   * @returns when there is room for another
   * @throws {ClientError} `full` where the options say so; the item was not taken
   */
  add(item: QueuedItem): Promise<void>;
  /** Sends at once what is there; resolves when it is known of every item added before the call what became of it. */
  flush(): Promise<void>;
}

/**
 * A queue that sends what it holds in batches: when one is full, or when the oldest item has waited long enough.
 *
 * @param lanes batches that are on their way at once; with one, items arrive in the order in which they were added
 * @param settled hears of the items that were not taken
 */
export function batchQueue(
  to: Destination,
  lanes: number,
  settings: Settings,
  signal: AbortSignal,
  settled: (rejections: readonly Rejection[]) => void,
): BatchQueue {
  const { batchSize, maxQueue, whenFull, flushMs, exit } = settings;
  let waiting: QueuedItem[] = [];
  let head = 0;
  let added = 0;
  let finished = 0;
  let sendNow = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Numbers of the first item of each batch on its way. */
  const onTheirWay = new Set<number>();
  let callers: { readonly room: number; readonly resolve: () => void }[] = [];
  let flushes: { readonly until: number; readonly resolve: () => void }[] = [];

  const pending = (): number => waiting.length - head;
  const oldest = (): number => Math.min(added - pending(), ...onTheirWay);

  function take(): QueuedItem[] {
    let characters = 0;
    let end = head;
    while (end < waiting.length && end - head < batchSize && characters < batchCharacters) {
      characters += waiting[end]?.line.length ?? 0;
      end++;
    }
    const batch = waiting.slice(head, end);
    head = end;
    if (head === waiting.length || head > 4 * batchSize) {
      waiting = waiting.slice(head);
      head = 0;
    }
    return batch;
  }

  function pump(): void {
    while (onTheirWay.size < lanes && pending() > 0 && (pending() >= batchSize || added - pending() < sendNow)) {
      const first = added - pending();
      const batch = take();
      onTheirWay.add(first);
      void deliver(batch, to, settings, signal).then((rejections) => {
        onTheirWay.delete(first);
        finished += batch.length;
        if (rejections.length > 0) settled(rejections);
        pump();
        wake();
      });
    }
    if (pending() > 0 && timer === undefined && added - pending() >= sendNow) {
      timer = setTimeout(() => {
        timer = undefined;
        sendNow = added;
        pump();
      }, flushMs);
      if (exit !== undefined) release(timer);
    }
  }

  function wake(): void {
    const ready = callers.filter(({ room }) => finished >= room);
    if (ready.length > 0) callers = callers.filter(({ room }) => finished < room);
    const done = flushes.filter(({ until }) => oldest() >= until);
    if (done.length > 0) flushes = flushes.filter(({ until }) => oldest() < until);
    for (const { resolve } of [...ready, ...done]) resolve();
  }

  return {
    get size() {
      return added - finished;
    },
    async add(item) {
      if (added - finished >= maxQueue && whenFull === "throw")
        throw new ClientError("full", `the queue has ${added - finished} items, maxQueue is ${maxQueue}`);
      waiting.push(item);
      added++;
      pump();
      const room = added - maxQueue + 1;
      if (whenFull === "wait" && finished < room) await new Promise<void>((resolve) => callers.push({ room, resolve }));
    },
    async flush() {
      const until = added;
      sendNow = until;
      pump();
      if (oldest() < until) await new Promise<void>((resolve) => flushes.push({ until, resolve }));
    },
  };
}

import type { PendingGroup } from "./read-backlog.ts";
import type { RecoveredLog } from "./recover-log.ts";

/** What is acknowledged and not loaded: first what the log held at the start, which stays on disk, then what came since. */
export interface Pending {
  readonly events: number;
  /** Of their JSON. */
  readonly bytes: number;
  /** Milliseconds that the oldest of them has waited; 0 where there is none. */
  readonly lagMs: number;
  /** Everything acknowledged before is loaded: milliseconds since 1970, never less than it was. */
  readonly asOf: number;
  add(group: PendingGroup): void;
  /** The oldest groups that were not taken before, up to about so many events; they stay pending until `loaded`. */
  take(events: number): Promise<readonly PendingGroup[]>;
  /** Everything up to a position is in the engine; returns how many events that are. */
  loaded(position: number): number;
  close(): Promise<void>;
}

interface Waiting {
  readonly group: PendingGroup;
  /** By the clock of `performance.now`, which does not jump. */
  readonly since: number;
  left: number;
}

/**
 * The queue in front of the engine.
 *
 * @param scope.backlog what the log held at the start, oldest first, as `recovered` counts it
 */
export function openPending(scope: {
  readonly recovered: RecoveredLog;
  readonly backlog: AsyncGenerator<PendingGroup>;
  readonly now: () => number;
}): Pending {
  const { recovered, backlog, now } = scope;
  const openedAt = now();
  const opened = performance.now();
  let inBacklog = recovered.pendingEvents > 0;
  let nextInBacklog = recovered.oldestWrittenAt;
  let queue: Waiting[] = [];
  let head = 0;
  let inHand: Waiting[] = [];
  let events = recovered.pendingEvents;
  let bytes = recovered.pendingBytes;
  let asOf = 0;

  const sinceOf = (writtenAt: number): number => opened - Math.max(0, openedAt - writtenAt);

  function oldest(): { readonly writtenAt: number; readonly since: number } | null {
    const first = inHand[0] ?? (inBacklog ? undefined : queue[head]);
    if (first !== undefined) return { writtenAt: first.group.writtenAt, since: first.since };
    if (inBacklog && nextInBacklog !== null) return { writtenAt: nextInBacklog, since: sinceOf(nextInBacklog) };
    return null;
  }

  async function takeBacklog(wanted: number): Promise<Waiting[]> {
    const taken: Waiting[] = [];
    for (let count = 0; count < wanted; ) {
      const { value, done } = await backlog.next();
      if (done === true) {
        inBacklog = false;
        break;
      }
      const group: PendingGroup = value;
      nextInBacklog = group.writtenAt;
      taken.push({ group, since: sinceOf(group.writtenAt), left: group.events.length });
      count += group.events.length;
    }
    return taken;
  }

  function takeQueue(wanted: number): Waiting[] {
    const from = head;
    for (let count = 0; head < queue.length; head++) {
      const next = queue[head]?.left ?? 0;
      if (head > from && count + next > wanted) break;
      count += next;
    }
    const taken = queue.slice(from, head);
    // What was taken is let go of, in pieces that keep this cheap.
    if (head === queue.length || head > 1024) {
      queue = queue.slice(head);
      head = 0;
    }
    return taken;
  }

  return {
    get events() {
      return events;
    },
    get bytes() {
      return bytes;
    },
    get lagMs() {
      const first = oldest();
      return first === null ? 0 : Math.max(0, performance.now() - first.since);
    },
    get asOf() {
      asOf = Math.max(asOf, oldest()?.writtenAt ?? now());
      return asOf;
    },

    add(group) {
      queue.push({ group, since: performance.now(), left: group.events.length });
      events += group.events.length;
      bytes += group.bytes;
    },

    async take(wanted) {
      let taken = inBacklog ? await takeBacklog(wanted) : [];
      if (taken.length === 0) taken = takeQueue(wanted);
      inHand = inHand.concat(taken);
      return taken.map(({ group }) => group);
    },

    loaded(position) {
      let count = 0;
      let finished = 0;
      for (const waiting of inHand) {
        const left = Math.max(0, Math.min(waiting.left, waiting.group.position - position));
        count += waiting.left - left;
        waiting.left = left;
        if (left > 0) break;
        bytes -= waiting.group.bytes;
        finished++;
      }
      inHand = inHand.slice(finished);
      events -= count;
      return count;
    },

    async close() {
      await backlog.return(undefined);
    },
  };
}

import type { EventStore } from "../store/event-store.ts";
import type { StateStore } from "../store/state-store.ts";
import type { Job } from "./scheduler.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * What a store needs done by the clock: events older than their project keeps them are forgotten (hourly), content whose time
 * is over too (every ten minutes), and what is in many pieces is put together (every half hour).
 *
 * @param now milliseconds since 1970
 */
export function storeJobs(
  events: Pick<EventStore, "retain" | "expireContent" | "compact">,
  state: Pick<StateStore, "projects">,
  now: () => number,
): readonly Job[] {
  return [
    {
      name: "retention",
      everyMs: hourMs,
      async run() {
        let forgotten = 0;
        for (const { id, settings } of await state.projects()) {
          if (settings.retentionDays === null) continue;
          const from = Math.floor((now() - settings.retentionDays * dayMs) / hourMs) * hourMs;
          forgotten += await events.retain(id, from);
        }
        return forgotten === 0 ? null : { forgotten };
      },
    },
    {
      name: "content",
      everyMs: 10 * minuteMs,
      async run() {
        const forgotten = await events.expireContent(now());
        return forgotten === 0 ? null : { forgotten };
      },
    },
    {
      name: "compaction",
      everyMs: hourMs / 2,
      async run() {
        await events.compact();
        return {};
      },
    },
  ];
}

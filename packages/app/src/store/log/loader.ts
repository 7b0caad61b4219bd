import { StoreError } from "../errors.ts";
import type { EventStore, LoadSummary } from "../event-store.ts";
import type { SpineEvent } from "../events.ts";
import type { IngestLimits } from "./limits.ts";
import type { LogFiles } from "./log-files.ts";
import type { PendingGroup } from "./read-backlog.ts";
import { type SetAside, setAsideFile } from "./set-aside.ts";

/** Where a loader gets its events, and whom it tells. */
export interface LoaderScope {
  readonly events: Pick<EventStore, "load">;
  readonly files: LogFiles;
  readonly aside: SetAside;
  readonly limits: IngestLimits;
  /** The next groups, together about `loadEvents` events; empty where there are none. */
  take(): Promise<readonly PendingGroup[]>;
  /** Whether to load without a pause: somebody waits, or the queue is getting full. */
  hurries(): boolean;
  /** Everything up to a position is in the engine; without a summary the last event of it was set aside. */
  loaded(summary: LoadSummary | null, position: number): void;
  /** A sentence when loading fails, null when it works again. */
  problem(text: string | null): void;
  warn(message: string): void;
}

/** The one writer of the engine. */
export interface Loader {
  /** There is something to load, or `hurries` has changed. */
  wake(): void;
  /** Loads what there is, without pauses; stops at the first failure that is not of a single event. Throws nothing. */
  finish(): Promise<void>;
  /** Events per millisecond of the newest load; 0 before the first. */
  readonly rate: number;
}

class Stopped extends Error {}

function messageOf(error: unknown): string {
  // Engines add the query and a drawing below the first line.
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

/** Whether it is the machine that refuses, and not these events. */
function isOfTheMachine(error: unknown): boolean {
  if (StoreError.is(error)) return error.code !== "damaged";
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (typeof code === "string" && ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"].includes(code)) return true;
  // DuckDB: what comes after the first words may quote the text of a user.
  return /^(IO|Out of Memory|FATAL|Connection) Error/.test(messageOf(error));
}

/**
 * Starts the one writer: it takes everything that is pending, loads it in one transaction, and pauses in proportion to how
 * long that took. A load that fails is tried again, in ever smaller parts, until it works. A single event that fails twice
 * while an empty load works is set aside in a file, so that it holds up nothing else.
 */
export function startLoader(scope: LoaderScope): Loader {
  const { limits } = scope;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  let closing = false;
  let rate = 0;

  function sleep(milliseconds: number | null, until: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? null : setTimeout(finish, milliseconds);
      function finish(): void {
        if (timer !== null) clearTimeout(timer);
        wakeUp = null;
        resolve();
      }
      wakeUp = () => {
        if (until()) finish();
      };
      wakeUp();
    });
  }

  async function loadPart(part: readonly SpineEvent[], position: number): Promise<void> {
    // Before the load: after it, a crash would leave what is erased there for good.
    const erased = part.filter((event) => event.kind === "erasure");
    if (erased.length > 0) await scope.aside.forgetPredictions(erased);
    const started = performance.now();
    const summary = await scope.events.load(part, position);
    rate = part.length / Math.max(0.1, performance.now() - started);
    scope.problem(null);
    scope.loaded(summary, position);
  }

  async function loadAll(batch: readonly SpineEvent[], last: number): Promise<void> {
    const before = last - batch.length;
    let done = 0;
    let size = batch.length;
    let failures = 0;
    while (done < batch.length) {
      const end = Math.min(batch.length, done + size);
      const part = done === 0 && end === batch.length ? batch : batch.slice(done, end);
      try {
        await loadPart(part, before + end);
        done = end;
        size *= 2;
        failures = 0;
      } catch (error) {
        failures++;
        const machine = isOfTheMachine(error);
        const only = part.length === 1 ? part[0] : undefined;
        if (!machine && only !== undefined && failures > 1 && (await passOver(only, before + end, error))) {
          done = end;
          failures = 0;
          continue;
        }
        const alone = part.length === 1;
        size = Math.ceil(part.length / 2);
        if (!machine && !alone) {
          failures = 0;
          continue;
        }
        if (machine || failures > 1) scope.problem(`the store cannot be written: ${messageOf(error)}`);
        if (closing) throw new Stopped();
        await sleep(limits.retryMs * 2 ** Math.min(failures - 1, 4), () => closing);
      }
    }
  }

  /** Whether the event was set aside: the engine works without it. */
  async function passOver(event: SpineEvent, position: number, error: unknown): Promise<boolean> {
    let takeOut: (() => Promise<void>) | null = null;
    try {
      takeOut = await scope.aside.add(event, position, messageOf(error));
      await scope.events.load([], position);
    } catch {
      await takeOut?.().catch(() => undefined);
      return false;
    }
    const id = event.kind === "prediction" ? event.id : event.predictionId;
    scope.warn(
      `the ${event.kind} "${id}" of project "${event.project}" cannot be stored and was set aside in ` +
        `${scope.files.folder}/${setAsideFile}: ${messageOf(error)}`,
    );
    scope.problem(null);
    scope.loaded(null, position);
    return true;
  }

  async function run(): Promise<void> {
    for (;;) {
      woken = false;
      const groups = await scope.take();
      const final = groups.at(-1);
      if (final === undefined) {
        if (closing) return;
        await sleep(null, () => woken || closing);
        continue;
      }
      const batch = groups.length === 1 ? final.events : groups.flatMap(({ events }) => events);
      const started = performance.now();
      await loadAll(batch, final.position);
      const pause = Math.max(limits.pauseMs, limits.pauseShare * (performance.now() - started));
      await sleep(pause, () => closing || scope.hurries());
    }
  }

  const running = run().catch((error: unknown) => {
    if (!(error instanceof Stopped)) scope.problem(`the log cannot be read: ${messageOf(error)}`);
  });

  return {
    wake() {
      woken = true;
      wakeUp?.();
    },
    async finish() {
      closing = true;
      wakeUp?.();
      await running;
    },
    get rate() {
      return rate;
    },
  };
}

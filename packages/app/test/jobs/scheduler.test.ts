import { describe, expect, it } from "vitest";
import { type Job, startScheduler } from "../../src/jobs/scheduler.ts";
import { storeJobs } from "../../src/jobs/store-jobs.ts";
import { defaultSettings } from "../../src/store/state-store.ts";

/** A clock that moves when it is told to, and everything that jobs need. */
function world(random = 0.5) {
  let time = 1000;
  let waiting: { at: number; call: () => void }[] = [];
  const lines: string[] = [];
  const write = (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push(`${message}: ${String(fields["job"])}`);
  };
  const deps = {
    now: () => time,
    random: () => random,
    after(ms: number, call: () => void) {
      const entry = { at: time + ms, call };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    log: { info: write, error: write },
  };
  /** Lets so much time pass; everything that is due happens at its time. */
  async function pass(ms: number): Promise<void> {
    const until = time + ms;
    const settle = async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    await settle();
    for (;;) {
      const [next] = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      waiting = waiting.filter((other) => other !== next);
      time = next.at;
      next.call();
      await settle();
    }
    time = until;
  }
  return { deps, pass, lines, planned: () => waiting.map(({ at }) => at - time) };
}

const job = (name: string, run: Job["run"], everyMs = 100): Job => ({ name, everyMs, run });

describe("startScheduler(jobs, deps)", () => {
  it("runs each job within its interval first, then again and again", async () => {
    const { deps, pass } = world();
    const times: number[] = [];
    const noting = async () => {
      times.push(deps.now());
      return null;
    };
    const told: number[] = [];
    const ran = (runs: readonly { startedAt: number }[]) => told.push(...runs.map(({ startedAt }) => startedAt));
    const scheduler = startScheduler([job("a", noting)], { ...deps, ran });
    await pass(400);
    expect(told).toEqual(times);
    expect(times).toEqual([1050, 1150, 1250, 1350]);
    expect(scheduler.runs).toEqual([{ name: "a", startedAt: 1350, durationMs: 0, problem: null }]);
    await scheduler.close();
  });

  it("waits a tenth more or less than the interval", async () => {
    for (const [random, wait] of [
      [0, 90],
      [0.999, 109.98],
    ] as const) {
      const { deps, pass, planned } = world(random);
      const scheduler = startScheduler([job("a", async () => null)], deps);
      await pass(100 * random);
      expect(planned()[0]).toBeCloseTo(wait, 6);
      await scheduler.close();
    }
  });

  it("runs one job at a time", async () => {
    const { deps, pass } = world();
    let release = (): void => undefined;
    const order: string[] = [];
    const slow = job("slow", async () => {
      order.push("slow begins");
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push("slow ends");
      return null;
    });
    const quick = async () => {
      order.push("quick");
      return null;
    };
    const scheduler = startScheduler([slow, job("quick", quick, 110)], deps);
    await pass(90);
    expect(order).toEqual(["slow begins"]);
    release();
    await pass(1);
    expect(order).toEqual(["slow begins", "slow ends", "quick"]);
    await scheduler.close();
  });

  it("logs a job that fails, remembers why, and runs it again", async () => {
    const { deps, pass, lines } = world();
    let runs = 0;
    const broken = job("broken", async () => {
      if (runs++ === 0) throw new Error("the disk is full");
      return { forgotten: 3 };
    });
    const scheduler = startScheduler([broken], deps);
    await pass(60);
    expect(scheduler.runs[0]?.problem).toBe("the disk is full");
    await pass(100);
    expect(scheduler.runs[0]?.problem).toBe(null);
    expect(lines).toEqual(["job failed: broken", "job done: broken"]);
    await scheduler.close();
  });

  it("close() waits for what is running, and begins nothing more", async () => {
    const { deps, pass, planned } = world();
    let release = (): void => undefined;
    let runs = 0;
    const slow = job("slow", async () => {
      runs++;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return null;
    });
    const scheduler = startScheduler([slow], deps);
    await pass(60);
    let isClosed = false;
    const closed = scheduler.close().then(() => {
      isClosed = true;
    });
    await pass(10);
    expect(isClosed).toBe(false);
    release();
    await closed;
    await pass(1000);
    expect(runs).toBe(1);
    expect(planned()).toEqual([]);
  });
});

describe("storeJobs(events, state, now)", () => {
  const now = Date.UTC(2026, 5, 10, 12, 34, 56);
  const calls: unknown[] = [];
  const events = {
    async retain(id: string, from: number) {
      calls.push(["retain", id, from]);
      return 7;
    },
    async expireContent(time: number) {
      calls.push(["content", time]);
      return 0;
    },
    async compact() {
      calls.push(["compact"]);
    },
  };
  const project = (id: string, retentionDays: number | null) => ({
    id,
    name: id,
    createdAt: 0,
    demo: false,
    settings: { ...defaultSettings, retentionDays },
  });
  const state = { projects: async () => [project("ever", null), project("month", 30)] };
  const jobs = storeJobs(events, state, () => now);
  const run = (name: string) => jobs.find((each) => each.name === name)?.run();

  it("forgets what is older than a project keeps, in whole hours, and nothing of projects that keep all", async () => {
    expect(await run("retention")).toEqual({ forgotten: 7 });
    expect(calls.splice(0)).toEqual([["retain", "month", Date.UTC(2026, 4, 11, 12)]]);
  });

  it("says nothing where nothing was to be done", async () => {
    expect(await run("content")).toBe(null);
    expect(calls.splice(0)).toEqual([["content", now]]);
  });

  it("compacts", async () => {
    await run("compaction");
    expect(calls.splice(0)).toEqual([["compact"]]);
  });
});

/** Something that is done again and again. */
export interface Job {
  readonly name: string;
  /** Milliseconds from the end of one run to the beginning of the next. */
  readonly everyMs: number;
  /** @returns what was done, for the log; null where there was nothing to do */
  run(): Promise<Readonly<Record<string, unknown>> | null>;
}

/** What became of the last run of a job. */
export interface JobRun {
  readonly name: string;
  /** When it began, milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Null where it went well. */
  readonly problem: string | null;
}

/** What the scheduler gets from the process it runs in. */
export interface SchedulerDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1): where in its time a job runs, so that servers that start together do not work together. */
  readonly random: () => number;
  /** Hears of the last run of every job, whenever one has ended. */
  readonly ran?: (runs: readonly JobRun[]) => void;
  /** Calls back after so many milliseconds; returns what takes that back. Nothing waits for it when the process ends. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

/** Jobs that run by the clock, one at a time. */
export interface Scheduler {
  /** The last run of every job that has run. */
  readonly runs: readonly JobRun[];
  /** Runs a job now, after those that are running; resolves when it is over, however it went. */
  runNow(name: string): Promise<void>;
  /** Begins nothing more, and resolves when what is running is over. */
  close(): Promise<void>;
}

/**
 * Runs jobs by the clock: each for the first time within its interval, then `everyMs` after it ended, a tenth more or less.
 * One that fails is logged and runs again at its next time.
 */
export function startScheduler(jobs: readonly Job[], { now, random, after, log, ran }: SchedulerDeps): Scheduler {
  const last = new Map<string, JobRun>();
  const timers = new Map<string, () => void>();
  let line: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function perform(job: Job): Promise<void> {
    if (isClosed) return;
    const startedAt = now();
    let problem: string | null = null;
    try {
      const done = await job.run();
      if (done !== null) log.info({ job: job.name, ...done, durationMs: now() - startedAt }, "job done");
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      log.error({ job: job.name, err: error }, "job failed");
    }
    last.set(job.name, { name: job.name, startedAt, durationMs: now() - startedAt, problem });
    ran?.([...last.values()]);
  }

  function queue(job: Job): Promise<void> {
    line = line.then(() => perform(job));
    return line;
  }

  function plan(job: Job, ms: number): void {
    if (isClosed) return;
    const cancel = after(ms, () => {
      timers.delete(job.name);
      void queue(job).then(() => plan(job, job.everyMs * (0.9 + 0.2 * random())));
    });
    timers.set(job.name, cancel);
  }

  for (const job of jobs) plan(job, job.everyMs * random());
  return {
    get runs() {
      return [...last.values()];
    },
    async runNow(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      if (job === undefined) throw new Error(`there is no job ${name}`);
      await queue(job);
    },
    async close() {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await line;
    },
  };
}

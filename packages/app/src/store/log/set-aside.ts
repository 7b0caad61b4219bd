import type { SpineEvent } from "../events.ts";
import type { LogFiles } from "./log-files.ts";

/** Beside the log: events that the engine cannot take, one line of JSON each. */
export const setAsideFile = "set-aside.ndjson";

/** Events that the engine cannot take, kept so that nothing acknowledged is lost. Calls are done one after the other. */
export interface SetAside {
  /**
   * Keeps an event with the reason; it is on disk when the promise resolves. Of a content event only that there was one is
   * kept: its time to live would not be looked after here.
   *
   * @returns takes it out again
   */
  add(event: SpineEvent, position: number, reason: string): Promise<() => Promise<void>>;
  /** Removes those of predictions that are erased; what is left is never seen half written. */
  forgetPredictions(erased: Iterable<{ readonly project: string; readonly predictionId: string }>): Promise<void>;
  /** Removes those of a project. */
  forgetProject(project: string): Promise<void>;
}

interface KeptEvent {
  readonly project: string;
  readonly id: string;
}

/** What a line is about; null where it cannot be read. */
function keptIn(line: string): KeptEvent | null {
  try {
    const { event }: { event: SpineEvent } = JSON.parse(line);
    return { project: event.project, id: event.kind === "prediction" ? event.id : event.predictionId };
  } catch {
    return null;
  }
}

/** The file of events that were set aside; it is there only while it holds some. */
export async function openSetAside(files: LogFiles): Promise<SetAside> {
  const names = (await files.list()).map(({ name }) => name);
  for (const name of names) if (name === `${setAsideFile}.new`) await files.remove(name);
  let line: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }

  async function append(event: SpineEvent, position: number, reason: string): Promise<string> {
    const kept = event.kind === "content" ? { ...event, content: null } : event;
    const text = `${JSON.stringify({ position, reason, event: kept })}\n`;
    const { file, size } = await files.open(setAsideFile);
    try {
      try {
        await file.write(Buffer.from(text), size);
        await file.sync();
      } catch (error) {
        await file.truncate(size).catch(() => undefined);
        throw error;
      }
      await files.sync();
    } finally {
      await file.close();
    }
    return text;
  }

  /** Leaves out lines; those that cannot be read stay for people to look at. */
  async function leaveOut(isOut: (text: string) => boolean): Promise<void> {
    const listed = await files.list();
    if (!listed.some(({ name }) => name === setAsideFile)) return;
    const { file, size } = await files.open(setAsideFile);
    const bytes = Buffer.alloc(size);
    const got = await file.read(bytes, 0).finally(() => file.close());
    const lines = bytes.toString("utf8", 0, got).split("\n");
    const left = lines.filter((text) => text !== "" && !isOut(text));
    if (left.length === lines.filter((text) => text !== "").length) return;
    if (left.length === 0) await files.remove(setAsideFile);
    else await files.replace(setAsideFile, Buffer.from(`${left.join("\n")}\n`));
    await files.sync();
  }

  const leaveOutEvents = (isOut: (kept: KeptEvent) => boolean): Promise<void> =>
    inTurn(() =>
      leaveOut((text) => {
        const kept = keptIn(text);
        return kept !== null && isOut(kept);
      }),
    );

  return {
    async add(event, position, reason) {
      const text = await inTurn(() => append(event, position, reason));
      return () => inTurn(() => leaveOut((other) => `${other}\n` === text));
    },
    forgetPredictions(erased) {
      const names = new Set([...erased].map(({ project, predictionId }) => `${project}\n${predictionId}`));
      return leaveOutEvents(({ project, id }) => names.has(`${project}\n${id}`));
    },
    forgetProject: (project) => leaveOutEvents((kept) => kept.project === project),
  };
}

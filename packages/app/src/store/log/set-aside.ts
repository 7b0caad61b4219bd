import type { SpineEvent } from "../events.ts";
import type { LogFiles } from "./log-files.ts";

const fileName = "set-aside.ndjson";

/**
 * Keeps an event that the engine cannot take, with the reason, in `set-aside.ndjson` beside the log: one line of JSON,
 * on disk when the promise resolves.
 *
 * @returns takes it out again
 */
export async function setAside(
  files: LogFiles,
  event: SpineEvent,
  position: number,
  reason: string,
): Promise<() => Promise<void>> {
  const { file, size } = await files.open(fileName);
  try {
    await file.write(Buffer.from(`${JSON.stringify({ position, reason, event })}\n`), size);
    await file.sync();
    await files.sync();
  } finally {
    await file.close();
  }
  return async () => {
    if (size === 0) {
      await files.remove(fileName);
      return;
    }
    const again = await files.open(fileName);
    try {
      await again.file.truncate(size);
    } finally {
      await again.file.close();
    }
  };
}

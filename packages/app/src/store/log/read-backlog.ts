import type { SpineEvent } from "../events.ts";
import type { LogFiles } from "./log-files.ts";
import { readRecords } from "./read-records.ts";
import type { RecoveredLog } from "./recover-log.ts";

/** Events that are on disk and not in the engine, in the order in which they were acknowledged. */
export interface PendingGroup {
  readonly events: readonly SpineEvent[];
  /** Of the last of them. */
  readonly position: number;
  /** Of their JSON. */
  readonly bytes: number;
  /** By the server's clock, milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * What is not loaded of the segments that were there at the start, a group at a time; the memory it takes does not
 * depend on how much there is.
 *
 * @param loaded position of the engine
 */
export async function* readBacklog(
  files: LogFiles,
  { segments }: RecoveredLog,
  loaded: number,
): AsyncGenerator<PendingGroup> {
  for (const { name, number, from, to } of segments) {
    if (from >= to) continue;
    const { file } = await files.open(name);
    try {
      for await (const records of readRecords(file, number, from, to)) {
        for (const { header, text } of records) {
          if (header.position <= loaded) continue;
          const events: SpineEvent[] = JSON.parse(text.toString());
          const known = loaded - (header.position - header.count);
          yield {
            events: known > 0 ? events.slice(known) : events,
            position: header.position,
            bytes: text.length,
            writtenAt: header.writtenAt,
          };
        }
      }
    } finally {
      await file.close();
    }
  }
}

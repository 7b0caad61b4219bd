import { type DestinationStream, pino } from "pino";
import type { Log } from "./deps.ts";

/** How much is logged. */
export const logLevels = ["info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

/** A log that writes one JSON object per line, with the time as ISO 8601. */
export function openLog(to: DestinationStream, level: LogLevel): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, to);
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

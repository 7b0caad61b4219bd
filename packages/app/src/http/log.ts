import { pino } from "pino";
import type { Log } from "./deps.ts";

/** Where log lines go: standard error of the process, or a test. */
export interface LogTarget {
  write(line: string): void;
}

/** Names whose values never reach the log, wherever in the fields of a line they stand. */
const secretNames = ["authorization", "cookie", "key", "secret", "token", "password", "csrfToken", "body", "content"];

/**
 * A log of one JSON object per line. Of an error it keeps name, message, stack and cause; what bears the name of a secret or of
 * content is left out, one level down as well.
 *
 * @param target default: standard error
 * @param level the least important that is written. Default `info`
 */
export function openLog(target: LogTarget = process.stderr, level: "info" | "warn" | "error" | "silent" = "info"): Log {
  const paths = secretNames.filter((name) => name !== "key").flatMap((name) => [name, `*.${name}`]);
  const careful = pino({ level, base: null, redact: { paths, censor: "[left out]" } }, target);
  const plain = pino({ level, base: null }, target);
  const of = (fields: Readonly<Record<string, unknown>>) => (isPlain(fields) ? plain : careful);
  return {
    info: (fields, message) => of(fields).info(fields, message),
    warn: (fields, message) => of(fields).warn(fields, message),
    error: (fields, message) => of(fields).error(fields, message),
  };
}

const secret: ReadonlySet<string> = new Set(secretNames);

/** Whether there is nothing to look for: no name of a secret, and nothing that holds further names. */
function isPlain(fields: Readonly<Record<string, unknown>>): boolean {
  for (const name in fields) {
    const value = fields[name];
    if ((typeof value === "object" && value !== null) || (secret.has(name) && name !== "key")) return false;
  }
  return true;
}

import type { TerminalOptions } from "../render/terminal/render-sections.ts";
import type { CliContext } from "./context.ts";

/** How wide, how colourful and in which letters to write to this standard output. */
export function terminalOptions({ stdout, env }: CliContext): TerminalOptions {
  const isTerminal = stdout.isTTY === true;
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const color = forced || (isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb");
  const locale = env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"] ?? "";
  const unicode = process.platform === "win32" || !isTerminal || /utf-?8/i.test(locale) || locale === "";
  return { columns: isTerminal ? (stdout.columns ?? 80) : 80, color, unicode };
}

import { InputError } from "@candor/core";
import { isSpace, OPEN_BRACE, OPEN_BRACKET, skipSpace } from "./json-lexemes.ts";
import { type JsonScan, scanJson } from "./scan-json.ts";

const OPENINGS_TRIED = 64;
const FENCE = [0x60, 0x60, 0x60];
const NEWLINE = 0x0a;

/** Where the JSON of an answer stands, and what it says. */
export interface LocatedJson {
  readonly scan: JsonScan;
  readonly from: number;
  readonly to: number;
}

/**
 * The JSON of an answer: the whole of it; else that of the first fence (```json, or any that holds JSON); else the first object
 * that begins anywhere, or array that begins a line, of the first 64 openings. What follows it is not looked at, save for an
 * answer that is nothing but JSON. Null where there is none.
 *
 * @param bytes UTF-8 of the answer
 */
export function locateJson(bytes: Uint8Array, maxDepth: number): LocatedJson | null {
  const start = skipSpace(bytes, 0);
  const whole = attempt(bytes, start, maxDepth);
  if (whole !== null && skipSpace(bytes, whole.end) === bytes.length && isWorth(whole, isContainer(bytes, start)))
    return { scan: whole, from: 0, to: bytes.length };
  return inFence(bytes, maxDepth) ?? afterProse(bytes, maxDepth);
}

/** A word or number that is cut off at the root may be prose: `t`, `-`. */
function isWorth({ leaves, complete }: JsonScan, container: boolean): boolean {
  return leaves.length > 0 && (complete || container || leaves[0]?.kind === "string");
}

function isContainer(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET;
}

function attempt(bytes: Uint8Array, from: number, maxDepth: number): JsonScan | null {
  if (!'{["-0123456789tfn'.includes(String.fromCharCode(bytes[from] ?? 0))) return null;
  try {
    return scanJson(bytes, from, maxDepth);
  } catch (error) {
    if (InputError.is(error)) return null;
    throw error;
  }
}

function inFence(bytes: Uint8Array, maxDepth: number): LocatedJson | null {
  for (let at = findFence(bytes, 0); at >= 0; at = findFence(bytes, at)) {
    const line = bytes.indexOf(NEWLINE, at);
    if (line < 0) return null;
    const start = skipSpace(bytes, line + 1);
    const scan = attempt(bytes, start, maxDepth);
    if (scan !== null && isWorth(scan, isContainer(bytes, start)) && endsThere(bytes, scan))
      return { scan, from: start, to: scan.end };
    at = line;
  }
  return null;
}

function findFence(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x60, from); at >= 0; at = bytes.indexOf(0x60, at + 1))
    if (FENCE.every((byte, i) => bytes[at + i] === byte)) return at + FENCE.length;
  return -1;
}

/** A fence holds JSON only where nothing but its end follows. */
function endsThere(bytes: Uint8Array, { end, complete }: JsonScan): boolean {
  if (!complete) return true;
  const next = skipSpace(bytes, end);
  return next >= bytes.length || bytes[next] === 0x60;
}

function afterProse(bytes: Uint8Array, maxDepth: number): LocatedJson | null {
  let tried = 0;
  for (let at = 0; at < bytes.length && tried < OPENINGS_TRIED; at++) {
    if (bytes[at] !== OPEN_BRACE && !(bytes[at] === OPEN_BRACKET && beginsLine(bytes, at))) continue;
    tried += 1;
    const scan = attempt(bytes, at, maxDepth);
    if (scan !== null && isWorth(scan, true)) return { scan, from: at, to: scan.end };
  }
  return null;
}

function beginsLine(bytes: Uint8Array, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && bytes[before] !== NEWLINE && isSpace(bytes[before])) before--;
  return before < 0 || bytes[before] === NEWLINE;
}

import { InputError } from "@candor/core";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  type Lexeme,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
  startsNumber,
  unexpected,
} from "./json-lexemes.ts";
import { elementStep, memberStep } from "./json-path.ts";
import { textBetween, unescapeString } from "./json-values.ts";

/** A leaf as it stands in the bytes. */
export interface Leaf {
  readonly path: string;
  readonly kind: "string" | "number" | "literal" | "container";
  /** Of the whole, quotes included. */
  readonly start: number;
  readonly end: number;
  /**
   * Of what decides the value: the inside of a string (of an empty one its closing quote), the whole of everything else.
   */
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly complete: boolean;
  duplicate: boolean;
}

/** The leaves of a JSON text, in the order they stand. */
export interface JsonScan {
  readonly leaves: readonly Leaf[];
  /** Where the root ends, or the bytes. */
  readonly end: number;
  /** False where the bytes end before the root does. */
  readonly complete: boolean;
}

/** The leaves that a member of an object made. */
interface Span {
  readonly from: number;
  to: number;
  readonly earlier: Span | undefined;
}

interface Frame {
  readonly isObject: boolean;
  readonly start: number;
  readonly path: string;
  /** Of the member or element that is being read. */
  childPath: string;
  index: number;
  readonly members: Map<string, Span>;
  span: Span | undefined;
}

const noMembers: Map<string, Span> = new Map();

/**
 * The leaves of the JSON value that begins at or after `from`. Bytes may end anywhere; what stands before must be JSON (RFC 8259)
 * that can go on. What follows the root is not looked at. A value of which nothing has come yet is no leaf.
 *
 * @param bytes UTF-8
 * @param maxDepth containers within containers that are accepted
 * @throws {InputError} `incompatible` naming the byte and what was expected there; `out-of-range` for a nesting beyond `maxDepth`
 */
export function scanJson(bytes: Uint8Array, from: number, maxDepth: number): JsonScan {
  const leaves: Leaf[] = [];
  const frames: Frame[] = [];
  const steps = new Map<string, string>();
  let frame: Frame | undefined;
  let at = from;
  let state: "value" | "first" | "key" | "after" = "value";

  const cut = (): JsonScan => {
    for (const open of frames) closeSpan(open, leaves);
    return { leaves, end: bytes.length, complete: false };
  };
  const pop = (): void => {
    at += 1;
    frames.pop();
    frame = frames.at(-1);
    state = "after";
  };

  for (;;) {
    if (state === "after" && frame === undefined) return { leaves, end: at, complete: true };
    at = skipSpace(bytes, at);
    if (state === "after" && frame !== undefined) {
      closeSpan(frame, leaves);
      if (at >= bytes.length) return cut();
      if (bytes[at] === COMMA) {
        at += 1;
        frame.index += 1;
        if (!frame.isObject) frame.childPath = frame.path + elementStep(frame.index);
        state = frame.isObject ? "key" : "value";
      } else if (bytes[at] === (frame.isObject ? CLOSE_BRACE : CLOSE_BRACKET)) pop();
      else throw unexpected(bytes, at, frame.isObject ? '"," or "}" after a member' : '"," or "]" after an element');
      continue;
    }
    if (at >= bytes.length) return cut();
    const byte = bytes[at] ?? 0;
    if (state === "first" && frame !== undefined && byte === (frame.isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
      const { path, start } = frame;
      pop();
      leaves.push(leaf(path, "container", start, at, true));
      continue;
    }
    if (frame?.isObject && state !== "value") {
      if (byte !== QUOTE) throw unexpected(bytes, at, state === "first" ? 'a key in quotes or "}"' : "a key in quotes");
      const { end, complete } = accepted(bytes, scanString(bytes, at));
      if (!complete) return cut();
      const key = unescapeString(textBetween(bytes, at + 1, end - 1), true);
      at = skipSpace(bytes, end);
      if (at >= bytes.length) return cut();
      if (bytes[at] !== COLON) throw unexpected(bytes, at, '":" after a key');
      at += 1;
      let step = steps.get(key);
      if (step === undefined) {
        step = memberStep(key);
        steps.set(key, step);
      }
      frame.childPath = frame.path + step;
      frame.span = { from: leaves.length, to: leaves.length, earlier: frame.members.get(key) };
      frame.members.set(key, frame.span);
      state = "value";
      continue;
    }
    const path: string = frame === undefined ? "$" : frame.childPath;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (frames.length >= maxDepth)
        throw new InputError("out-of-range", `byte ${at} of the JSON: nested deeper than ${maxDepth} levels`, at);
      const isObject = byte === OPEN_BRACE;
      frame = {
        isObject,
        start: at,
        path,
        childPath: isObject ? "" : path + elementStep(0),
        index: 0,
        members: isObject ? new Map() : noMembers,
        span: undefined,
      };
      frames.push(frame);
      at += 1;
      state = "first";
      continue;
    }
    const scalar = scanScalar(bytes, at, path, frame === undefined);
    if (scalar === null) throw unexpected(bytes, at, state === "first" ? 'a value or "]"' : "a value");
    if (scalar.complete || scalar.valueEnd > scalar.valueStart) leaves.push(scalar);
    if (!scalar.complete) return cut();
    at = scalar.end;
    state = "after";
  }
}

function closeSpan(frame: Frame, leaves: readonly Leaf[]): void {
  if (frame.span === undefined) return;
  frame.span.to = leaves.length;
  if (frame.span.earlier === undefined) return;
  for (const span of [frame.span.earlier, frame.span])
    for (let i = span.from; i < span.to; i++) {
      const each = leaves[i];
      if (each !== undefined) each.duplicate = true;
    }
}

function accepted<T extends Lexeme>(bytes: Uint8Array, lexeme: T): T {
  if (lexeme.expected !== null) throw unexpected(bytes, lexeme.end, lexeme.expected);
  return lexeme;
}

function leaf(path: string, kind: Leaf["kind"], start: number, end: number, complete: boolean): Leaf {
  return { path, kind, start, end, valueStart: start, valueEnd: end, complete, duplicate: false };
}

/** A number that the bytes end in may go on, except at the root, where nothing says that more is to come. */
function scanScalar(bytes: Uint8Array, at: number, path: string, isRoot: boolean): Leaf | null {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) {
    const { end, complete } = accepted(bytes, scanString(bytes, at));
    const hasInside = complete && end > at + 2;
    return { ...leaf(path, "string", at, end, complete), valueStart: at + 1, valueEnd: hasInside ? end - 1 : end };
  }
  if (startsNumber(byte)) {
    const { end, complete } = accepted(bytes, scanNumber(bytes, at));
    return leaf(path, "number", at, end, complete && (isRoot || end < bytes.length));
  }
  const literal = scanLiteral(bytes, at);
  if (literal === null) return null;
  const { end, complete } = accepted(bytes, literal);
  return leaf(path, "literal", at, end, complete);
}

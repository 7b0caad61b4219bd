import { type Code, joined, type ValueType } from "./instructions.ts";
import { unsignedLeb128 } from "./leb128.ts";

/** A parameter or local variable of one function. */
export interface Variable {
  /** Its value. */
  readonly get: Code;
  set(value: Code): Code;
  /** Sets it and leaves the value as operand of what follows. */
  tee(value: Code): Code;
}

/** The variables of one function, in the order of their declaration: parameters first. */
export interface Frame {
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  parameter(type: ValueType): Variable;
  /** Starts at 0. Declared once per function, set as often as its code runs. */
  local(type: ValueType): Variable;
}

/** A function without a result, exported under its name. */
export interface WasmFunction {
  readonly name: string;
  readonly frame: Frame;
  readonly body: Code;
}

/** A frame without variables. Declare all parameters before the first local. */
export function createFrame(): Frame {
  const parameters: ValueType[] = [];
  const locals: ValueType[] = [];
  const declare = (list: ValueType[], type: ValueType): Variable => {
    const index = unsignedLeb128(parameters.length + locals.length);
    list.push(type);
    return {
      get: [0x20, ...index],
      set: (value) => [...value, 0x21, ...index],
      tee: (value) => [...value, 0x22, ...index],
    };
  };
  return {
    parameters,
    locals,
    parameter: (type) => declare(parameters, type),
    local: (type) => declare(locals, type),
  };
}

/**
 * Bytes of a module that exports its functions by name and its memory as `memory`, one page at first.
 *
 * @param functions `call` reaches them by their position here
 * @param maximumPages of 64 KiB, beyond which the memory cannot grow
 *
 * Source: WebAssembly Core Specification, 5.5 "Modules".
 */
export function assembleModule(functions: readonly WasmFunction[], maximumPages: number): Uint8Array<ArrayBuffer> {
  const positions = functions.map((_, position) => position);
  const types = functions.map(({ frame }) => [0x60, ...vector(frame.parameters.map(valueType)), 0]);
  const memory = [1, 1, ...unsignedLeb128(maximumPages)];
  const exports = functions.map(({ name }, position) => [...text(name), 0, ...unsignedLeb128(position)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(positions.map(unsignedLeb128))),
    ...section(5, vector([memory])),
    ...section(7, vector([[...text("memory"), 2, 0], ...exports])),
    ...section(10, vector(functions.map(functionBody))),
  ]);
}

function section(id: number, content: Code): Code {
  return joined([id], sized(content));
}

/** The content after its length in bytes. */
function sized(content: Code): Code {
  return joined(unsignedLeb128(content.length), content);
}

/** The items after their number. */
function vector(items: readonly Code[]): Code {
  return joined(unsignedLeb128(items.length), ...items);
}

function text(name: string): Code {
  return sized(Array.from(name, (letter) => letter.charCodeAt(0)));
}

function functionBody({ frame, body }: WasmFunction): Code {
  const locals = frame.locals.map((type) => [1, ...valueType(type)]);
  return sized([...vector(locals), ...body, 0x0b]);
}

function valueType(type: ValueType): Code {
  return [{ i32: 0x7f, f64: 0x7c, v128: 0x7b }[type]];
}

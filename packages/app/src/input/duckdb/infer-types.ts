import { type DuckField, isMissing, numberText } from "./expressions.ts";

const codes = { integer: 1, number: 2, boolean: 4, text: 8 } as const;

const integer = "-?(0|[1-9]\\d{0,17})";
const number = "-?(0|[1-9]\\d{0,15})(\\.\\d+)?([eE][+-]?\\d+)?|[+-]?([nN][aA][nN]|[iI][nN][fF])";

/**
 * Expressions that tell of each column which kinds of values it has, as one number for `typedExpression`. A number is
 * one that is read back as it was written: `007` and a number of 20 digits are text.
 */
export function typeCode(field: DuckField): string {
  const text = `trim(${numberText(field)})`;
  return `bit_or(CASE WHEN ${isMissing(field.sql)} THEN 0
    WHEN regexp_full_match(${text}, '${integer}') THEN ${codes.integer}
    WHEN regexp_full_match(${text}, '${number}') THEN ${codes.number}
    WHEN lower(${text}) IN ('true', 'false') THEN ${codes.boolean}
    ELSE ${codes.text} END)`;
}

/** The expression that reads a column of text as the type that all of its values have. */
export function typedExpression(field: DuckField, code: number): string {
  const type = code === codes.integer ? "BIGINT" : code === codes.boolean ? "BOOLEAN" : isNumber(code) ? "DOUBLE" : "";
  return type === "" ? field.sql : `TRY_CAST(${numberText(field)} AS ${type})`;
}

function isNumber(code: number): boolean {
  return code === codes.number || code === (codes.integer | codes.number);
}

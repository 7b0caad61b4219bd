import type { ParquetField } from "./parquet-field.ts";

/** The shortest digits that a number is read back from, in single or double precision. */
function shortest(value: number, isSingle: boolean): string {
  if (!isSingle) return value.toExponential();
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
}

/** A number as DuckDB writes it: `0.1`, `3.0`, `1e+16`, `1.5e-07`. */
export function numberText(value: number, isSingle = false): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [, sign = "", first = "0", rest = "", exponent = "0"] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(shortest(value, isSingle)) ?? [];
  const power = Number(exponent);
  const digits = first + rest;
  if (power < -4 || power >= 16) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${sign}${first}${rest === "" ? "" : `.${rest}`}e${power < 0 ? "-" : "+"}${size}`;
  }
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

/** The integer that a decimal is stored as. */
export function unscaled(value: number | bigint | Uint8Array): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value);
  let whole = 0n;
  for (const byte of value) whole = (whole << 8n) | BigInt(byte);
  return BigInt.asIntN(value.length * 8, whole);
}

/** A decimal of so many digits after the point. */
export function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

const pad = (value: number, size = 2): string => String(value).padStart(size, "0");

/** A moment as DuckDB writes it, in UTC. */
function momentText(ms: number, storage: ParquetField["storage"]): string {
  const micros = Math.round(ms * 1000);
  const date = new Date(Math.floor(micros / 1000));
  const day = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  if (storage === "date") return day;
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  const within = micros - Math.floor(micros / 1_000_000) * 1_000_000;
  const fraction = within === 0 ? "" : `.${pad(within, 6).replace(/0+$/, "")}`;
  return `${day} ${time}${fraction}${storage === "utc-moment" ? "+00" : ""}`;
}

/** A value as it reads as text, null where there is none. */
export function valueText(value: unknown, { storage, scale }: ParquetField): string | null {
  if (value === null || value === undefined) return null;
  if (storage === "decimal" && (typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array))
    return decimalText(unscaled(value), scale);
  if (typeof value === "number") {
    if (storage === "date" || storage === "moment" || storage === "utc-moment") return momentText(value, storage);
    return storage === "integer" ? String(value) : numberText(value, storage === "single");
  }
  return String(value);
}

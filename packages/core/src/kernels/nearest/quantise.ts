import type { Matrix } from "../../matrix.ts";
import { STEP_VALUES } from "./filter-code.ts";

/** Rows in 16-bit integers and what rounding them has cost, in units that make ordinary rows about 1 long. */
export interface QuantisedFacts {
  /** What one step of the integers is worth, per row. */
  readonly scales: Float64Array;
  /** Squared length of the quantised row. */
  readonly squares: Float64Array;
  /** At least the distance between the row and its quantised self. */
  readonly errors: Float64Array;
}

/** Where the rows are measured from, and in which unit. */
export interface Frame {
  readonly centre: Float64Array;
  readonly unit: number;
}

/** Room for the facts of so many rows. */
export function quantisedFacts(rows: number): QuantisedFacts {
  return { scales: new Float64Array(rows), squares: new Float64Array(rows), errors: new Float64Array(rows) };
}

/** Smallest step of the integers: rows much shorter than ordinary ones are quantised more coarsely than they could be. */
const SMALLEST_STEP = 2 ** -55;

/** Slack in the errors: covers every rounding in double precision, and that of themselves to single. */
const SLACK = 1 + 2 ** -20;

/**
 * Quantises rows, each with its own scale so that the integers are at most 2¹⁵ long, and lays `tile` rows side by side, two
 * values of each at a time. Rows that are missing in the last tile are 0.
 *
 * @param rows values whose differences from the centre, in units, are below 10¹⁵⁰
 * @param start first row; @param end one past the last
 * @param to tiles of at least (end - start) rows, each of a multiple of four values
 * @param facts filled from 0
 */
export function quantise(
  { data, cols }: Matrix,
  start: number,
  end: number,
  { centre, unit }: Frame,
  tile: number,
  to: Int16Array,
  facts: QuantisedFacts,
): void {
  const values = new Float64Array(cols);
  const perRow = STEP_VALUES * Math.ceil(cols / STEP_VALUES);
  const largest = 2 ** 15 - 1 - Math.sqrt(cols) / 2;
  to.fill(0, 0, tile * Math.ceil((end - start) / tile) * perRow);
  for (let i = start; i < end; i++) {
    const row = i - start;
    const length = Math.sqrt(centred(data, i * cols, centre, unit, values));
    const scale = Math.max(SMALLEST_STEP, length / largest);
    const place = Math.floor(row / tile) * tile * perRow + 2 * (row % tile);
    const square = roundRow(values, scale, to, place, 2 * tile) * scale * scale;
    facts.scales[row] = scale;
    facts.squares[row] = square;
    facts.errors[row] = (Math.sqrt(leftOver(values)) + 2 ** -40 * length) * SLACK + 1e-30;
  }
}

/** Writes the row from the centre in units; returns its squared length. */
function centred(data: Float64Array, at: number, centre: Float64Array, unit: number, values: Float64Array): number {
  let square = 0;
  for (let l = 0; l < values.length; l++) {
    const value = (data[at + l] - centre[l]) / unit;
    values[l] = value;
    square += value * value;
  }
  return square;
}

/** Adding and subtracting it rounds to the nearest integer. */
const ROUNDS = 1.5 * 2 ** 52;

/** Rounds the values to multiples of the scale and leaves what that loses; returns the squared length of the multiples. */
function roundRow(values: Float64Array, scale: number, to: Int16Array, place: number, stride: number): number {
  let square = 0;
  for (let l = 0; l < values.length; l++) {
    const whole = values[l] / scale + ROUNDS - ROUNDS;
    to[place + (l >> 1) * stride + (l & 1)] = whole;
    values[l] -= whole * scale;
    square += whole * whole;
  }
  return square;
}

function leftOver(values: Float64Array): number {
  let square = 0;
  for (let l = 0; l < values.length; l++) square += values[l] * values[l];
  return square;
}

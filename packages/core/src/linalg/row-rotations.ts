import { reserve, type SimdExports } from "../kernels/simd/kernels.ts";
import { STRIP, STRIP_BYTES, SWEEP_HEAD } from "../kernels/simd/rotation-code.ts";

/** Rows of a matrix that sweeps of plane rotations turn. */
export interface RowRotations {
  /** For i from m - 1 down to l: row i + 1 becomes s·(row i) + c·(row i + 1), and row i becomes c·(row i) - s·(row i + 1). */
  turn(l: number, m: number, cosines: Float64Array, sines: Float64Array): void;
  /** Writes what is turned to the matrix. */
  finish(): void;
}

/** Turns the rows of an n × n matrix in place. */
export function rotationsPlain(matrix: Float64Array, n: number): RowRotations {
  return {
    turn: (l, m, cosines, sines) => {
      for (let i = m - 1; i >= l; i--) rotateRows(matrix, i * n, n, cosines[i], sines[i]);
    },
    finish: () => {},
  };
}

function rotateRows(z: Float64Array, at: number, n: number, c: number, s: number): void {
  const next = at + n;
  for (let k = 0; k < n; k++) {
    const lower = z[next + k];
    const upper = z[at + k];
    z[next + k] = s * upper + c * lower;
    z[at + k] = c * upper - s * lower;
  }
}

/** Bytes of rotations that are collected before they are done. */
const BATCH = 2 ** 19;

/** Most rows for which the matrix and a batch fit into the memory of the vector functions. */
export const MOST_ROTATED = 2304;

/** As `rotationsPlain` with vectors, to the last bit, for n ≤ 2304. Nothing else may use their memory before `finish`. */
export function rotationsSimd(kernels: SimdExports, matrix: Float64Array, n: number): RowRotations {
  const strips = Math.ceil(n / STRIP);
  const stripBytes = n * STRIP_BYTES;
  const buffer = reserve(kernels.memory, BATCH + strips * stripBytes);
  const memory = new Float64Array(buffer);
  const integers = new Int32Array(buffer);
  const start = BATCH / 8;
  memory.fill(0, start, start + strips * n * STRIP);
  eachRun(n, (from, to, length) => {
    memory.set(matrix.subarray(from, from + length), start + to);
  });
  let bytes = 0;
  let sweeps = 0;

  const flush = (): void => {
    for (let strip = 0; strip < strips; strip++) kernels.rotateStrip(BATCH + strip * stripBytes, 0, sweeps);
    bytes = 0;
    sweeps = 0;
  };
  return {
    turn: (l, m, cosines, sines) => {
      if (bytes + SWEEP_HEAD + 16 * (m - l) > BATCH) flush();
      integers[bytes / 4] = m * STRIP_BYTES;
      integers[bytes / 4 + 1] = m - l;
      let at = (bytes + SWEEP_HEAD) / 8;
      for (let i = m - 1; i >= l; i--) {
        memory[at++] = cosines[i];
        memory[at++] = sines[i];
      }
      bytes = 8 * at;
      sweeps++;
    },
    finish: () => {
      flush();
      eachRun(n, (from, to, length) => {
        matrix.set(memory.subarray(start + to, start + to + length), from);
      });
    },
  };
}

/** Every piece of a row that lies together in a strip: where it is in the matrix, and in the strips. */
function eachRun(n: number, piece: (from: number, to: number, length: number) => void): void {
  for (let i = 0; i < n; i++)
    for (let column = 0; column < n; column += STRIP)
      piece(i * n + column, column * n + i * STRIP, Math.min(STRIP, n - column));
}

import { InputError } from "../errors.ts";
import type { Members } from "./members.ts";

/**
 * Some of the members, in the order given.
 *
 * @param picked indices in [0, M), at least one
 * @throws {InputError} `empty`, `out-of-range` with the position
 */
export function selectMembers({ data, members, rows, classes }: Members, picked: Int32Array): Members {
  if (picked.length === 0) throw new InputError("empty", "an ensemble needs members, got none");
  const size = rows * classes;
  const out = new Float64Array(picked.length * size);
  picked.forEach((m, at) => {
    if (!(m >= 0 && m < members)) throw new InputError("out-of-range", `member ${m} is not in [0, ${members})`, at);
    out.set(data.subarray(m * size, (m + 1) * size), at * size);
  });
  return { data: out, members: picked.length, rows, classes };
}

/**
 * Some of the rows of every member, in the order given.
 *
 * @param picked indices in [0, rows), at least one
 * @throws {InputError} `empty`, `out-of-range` with the position
 */
export function selectMemberRows({ data, members, rows, classes }: Members, picked: Int32Array): Members {
  if (picked.length === 0) throw new InputError("empty", "at least one row is needed, got none");
  picked.forEach((row, at) => {
    if (!(row >= 0 && row < rows)) throw new InputError("out-of-range", `row ${row} is not in [0, ${rows})`, at);
  });
  const out = new Float64Array(members * picked.length * classes);
  for (let m = 0; m < members; m++)
    for (let j = 0; j < picked.length; j++) {
      const from = (m * rows + picked[j]) * classes;
      const to = (m * picked.length + j) * classes;
      for (let k = 0; k < classes; k++) out[to + k] = data[from + k];
    }
  return { data: out, members, rows: picked.length, classes };
}

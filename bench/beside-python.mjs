import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("features_peers.py", import.meta.url));

/** A folder of arrays that Python reads; call the result with what to do there, `remove` at the end. */
export function sharedArrays(arrays, numbers = {}) {
  const folder = mkdtempSync(join(tmpdir(), "candor-bench-"));
  const shapes = { ...numbers };
  for (const [name, { data, rows, cols }] of Object.entries(arrays)) {
    shapes[name] = [rows, cols];
    writeFileSync(join(folder, name), data);
  }
  writeFileSync(join(folder, "shapes.json"), JSON.stringify(shapes));
  return {
    /** Milliseconds and a number to compare; undefined where python3 or a library is missing. */
    python(name) {
      const { status, stdout } = spawnSync(process.env.CANDOR_PYTHON ?? "python3", [script, folder, name], {
        encoding: "utf8",
      });
      return status === 0 ? JSON.parse(stdout) : undefined;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs ours and Python's in turns, and prints the medians and the median of the ratios of neighbouring runs. */
export function inTurns(title, run, python, rounds = 3) {
  run();
  const ours = [];
  const theirs = [];
  let checks = "";
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const check = run();
    ours.push(performance.now() - started);
    const peer = python?.();
    if (peer === undefined) continue;
    theirs.push(peer.ms);
    const same = Math.abs(check - peer.check) <= 1e-9 * Math.abs(check);
    checks = same ? "  same result" : `  DIFFERENT: ${check} and ${peer.check}`;
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const ratio = theirs.length === 0 ? "" : middle(theirs.map((ms, i) => ms / ours[i])).toFixed(2);
  const theirText =
    theirs.length === 0 ? "" : `${middle(theirs).toFixed(0).padStart(7)} ms python ${ratio.padStart(6)}×`;
  console.log(`${title.padEnd(48)}${middle(ours).toFixed(0).padStart(7)} ms ${theirText}${checks}`);
}

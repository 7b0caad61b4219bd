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

/** Processor time of this process so far, in milliseconds. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => (ms / 1000).toFixed(2).padStart(7);

/**
 * Runs ours and Python's in turns, and prints medians of elapsed and of processor time and the median of the ratios of
 * neighbouring runs. Where others use the machine, processor time is the fairer of the two.
 */
export function inTurns(title, run, python, rounds = 3) {
  run();
  const ours = [];
  const theirs = [];
  let same = "";
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const before = processorMs();
    const check = run();
    ours.push({ ms: performance.now() - started, processorMs: processorMs() - before });
    const peer = python();
    if (peer === undefined) continue;
    theirs.push(peer);
    same = Math.abs(check - peer.check) <= 1e-9 * Math.abs(check) ? "" : `  DIFFERENT: ${check} and ${peer.check}`;
  }
  const times = (runs) =>
    `${seconds(middle(runs.map(({ ms }) => ms)))} s (${seconds(middle(runs.map((run) => run.processorMs)))} s processor)`;
  const ratio = (key) => middle(theirs.map((peer, i) => peer[key] / ours[i][key])).toFixed(2);
  const beside =
    theirs.length === 0 ? "" : `, Python ${times(theirs)}: ${ratio("ms")} × (${ratio("processorMs")} × processor)`;
  console.log(`${title.padEnd(44)}${times(ours)}${beside}${same}`);
}

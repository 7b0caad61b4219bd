import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export const cli = join(root, "packages/app/dist/cli/main.js");
export const core = await import(pathToFileURL(join(root, "packages/core/dist/index.js")).href);

/** Median milliseconds of seven runs after two that do not count. */
export function median(run, runs = 7) {
  for (let k = 0; k < 2; k++) run();
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

/** One row of the table: ours, the peer's and the ratio. */
export function line(name, ms, peer, extra = "") {
  const ratio =
    peer === undefined ? "" : `${peer.toFixed(0).padStart(7)} ms python ${(peer / ms).toFixed(1).padStart(6)}×`;
  console.log(`${name.padEnd(40)}${ms.toFixed(ms < 10 ? 2 : 0).padStart(8)} ms ${ratio}${extra}`);
}

/** Medians of the same work in Python, by name; empty where python3 has no NumPy. CANDOR_PYTHON names another. */
export function peers(suite) {
  const python = process.env.CANDOR_PYTHON ?? "python3";
  const { status, stdout } = spawnSync(python, [join(root, "bench/peers.py"), suite], { encoding: "utf8" });
  if (status !== 0) {
    console.log("(no Python peers: python3 lacks NumPy or scikit-learn)");
    return {};
  }
  return JSON.parse(stdout);
}

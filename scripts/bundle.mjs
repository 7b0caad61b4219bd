// node scripts/bundle.mjs NAME ...: makes one module of each library named: a server starts a quarter of a second sooner than
// when it loads five hundred files. The modules stay readable: nothing is renamed or left out.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesIn, packages, root, run } from "./setup.mjs";

const script = fileURLToPath(import.meta.url);

/** Packages whose sources are newer than their bundle. */
function staleBundles() {
  return packages.filter((name) => {
    if (name === "app") return false;
    const bundle = join(root, "packages", name, "bundle/index.js");
    const written = existsSync(bundle) ? statSync(bundle).mtimeMs : 0;
    return filesIn(join(root, "packages", name, "src")).some((file) => statSync(file).mtimeMs > written);
  });
}

/** Bundles the libraries that changed, in a process of its own: Vite changes the environment of the one it runs in. */
export async function bundleLibraries() {
  const stale = staleBundles();
  if (stale.length === 0) return;
  const code = await run(process.execPath, [script, ...stale]);
  if (code !== 0) process.exit(code);
}

/** Bundles one library; what it depends on stays outside. */
async function bundle(name) {
  const { build } = await import("vite");
  const folder = join(root, "packages", name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: "bundle",
      target: "es2022",
      minify: false,
      lib: { entry: "src/index.ts", formats: ["es"], fileName: "index" },
      rolldownOptions: { external: Object.keys(dependencies) },
    },
  });
}

if (process.argv[1] === script) for (const name of process.argv.slice(2)) await bundle(name);

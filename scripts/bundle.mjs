// Makes one module of each library: a server starts a quarter of a second sooner than when it loads five hundred files.
// The modules stay readable: nothing is renamed or left out.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesIn, packages, root } from "./setup.mjs";

/** Packages whose sources are newer than their bundle. */
export function staleBundles() {
  return packages.filter((name) => {
    if (name === "app") return false;
    const bundle = join(root, "packages", name, "bundle/index.js");
    const written = existsSync(bundle) ? statSync(bundle).mtimeMs : 0;
    return filesIn(join(root, "packages", name, "src")).some((file) => statSync(file).mtimeMs > written);
  });
}

/** Bundles the libraries that changed; what they depend on stays outside. */
export async function bundleLibraries() {
  const stale = staleBundles();
  if (stale.length === 0) return;
  const { build } = await import("vite");
  for (const name of stale) {
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
}

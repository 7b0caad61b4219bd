import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const outDir = join(import.meta.dirname, "../app/dashboard");

/** Puts a `.br` and a `.gz` beside every file that gains by it: the server compresses nothing. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
        const file = join(entry.parentPath, entry.name);
        const content = readFileSync(file);
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        writeFileSync(`${file}.br`, brotliCompressSync(content, quality));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

const { version }: { version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../app/package.json"), "utf8"),
);

const source = (name: string): string => join(import.meta.dirname, "..", name, "src/index.ts");

export default defineConfig({
  root: import.meta.dirname,
  // From their sources: what a page does not use of them is left out, module by module.
  resolve: {
    alias: {
      "@candor/core": source("core"),
      "@candor/input": source("input"),
      "@candor/pages": source("pages"),
      "@candor/plots": source("plots"),
    },
  },
  define: { CANDOR_VERSION: JSON.stringify(version) },
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [compressed()],
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  // Beside a running server: the pages follow the sources, the API is its own.
  server: { proxy: { "/api": process.env["CANDOR_URL"] ?? "http://127.0.0.1:4319" } },
});

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** A file of the dashboard, as it is sent. */
export interface StaticFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  /** Smaller forms, the best first. */
  readonly encoded: readonly { readonly encoding: "br" | "gzip"; readonly content: Uint8Array<ArrayBuffer> }[];
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The files below a folder by their path with forward slashes; null where there is no such folder. Read at first use. */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> | null {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return null;
  }
  const files = new Map<string, StaticFile>();
  const present = new Set(names);
  const bytes = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(folder, name)));
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const forms = [
      { encoding: "br", file: `${name}.br` },
      { encoding: "gzip", file: `${name}.gz` },
    ] as const;
    const encoded = forms
      .filter(({ file }) => present.has(file))
      .map(({ encoding, file }) => ({ encoding, content: bytes(file) }));
    files.set(name.replaceAll("\\", "/"), { type, plain: bytes(name), encoded });
  }
  return files;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { StateStore } from "../../../src/store/state-store.ts";
import { time } from "./sample-state.ts";

/** The state of an engine in a folder; opened again it is what was there before. */
export type OpenState = (folder: string, now: () => number) => Promise<{ state: StateStore; close(): Promise<void> }>;

/** Does something with a new store, and looks at what is left of it when it is opened again. */
export type UsingState = <T>(
  work: (state: StateStore) => Promise<T>,
  after?: (state: StateStore) => Promise<void>,
) => Promise<T>;

/** Stores in folders of their own, which are gone when the tests of this block have run. */
export function usingState(open: OpenState): UsingState {
  const folders: string[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), "candor-state-"));
    folders.push(made);
    return made;
  };
  afterAll(() => {
    for (const made of folders) rmSync(made, { recursive: true, force: true });
  });

  return async (work, after) => {
    const place = folder();
    const first = await open(place, () => time + 9);
    try {
      const result = await work(first.state);
      if (after === undefined) return result;
      await first.close();
      const second = await open(place, () => time + 10);
      try {
        await after(second.state);
      } finally {
        await second.close();
      }
      return result;
    } finally {
      await first.close();
    }
  };
}

import { open } from "node:fs/promises";

/** Resolves when files that were made in a folder, or given their name there, are found after a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder, and does not need to.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { readFile } from "node:fs/promises";
import { BadInput } from "@candor/input";
import { unzipSync } from "fflate";
import { type NpyArray, npyArrayFrom } from "./npy-array.ts";

/**
 * The arrays of an NPZ archive, in the order in which they are stored. The archive is read into memory.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} when it is not a whole archive of NPY arrays
 */
export async function openNpzArrays(path: string, file: string): Promise<NpyArray[]> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ERR_FS_FILE_TOO_LARGE") throw cause;
    throw new BadInput(`${file}: expected an archive of at most 2 GiB`, {
      file,
      hint: "save its arrays as .npy files",
    });
  });
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(content, { filter: (member) => member.name.endsWith(".npy") });
  } catch (cause) {
    throw new BadInput(`${file}: not a whole NPZ archive, it is cut off or damaged`, { file, cause });
  }
  const names = Object.keys(members);
  if (names.length === 0)
    throw new BadInput(`${file}: expected an NPZ archive, got a ZIP archive without .npy members`, { file });
  return names.map((name) => npyArrayFrom(members[name]!, `${file} (${name})`, name.slice(0, -".npy".length)));
}

import { readFile } from "node:fs/promises";

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The boot of the machine and when in it the process began (Linux); null where the system does not say. */
  readonly began: string | null;
}

async function beganOf(pid: number): Promise<string | null> {
  try {
    const [boot, stat] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // proc(5): field 22, counted behind the name in parentheses, which may hold anything.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}

/** Identity of a process that runs now. */
export async function processIdentity(pid: number): Promise<ProcessIdentity> {
  return { pid, began: await beganOf(pid) };
}

/** Whether a process still runs. Where the system does not say when it began, another one with its number counts as it. */
export async function isRunning({ pid, began }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  if (began === null) return true;
  const beganNow = await beganOf(pid);
  return beganNow === null || beganNow === began;
}

import { spawnSync } from "node:child_process";

/** What a command is started with to have mounts of its own, without being root. */
export const ownMounts: readonly string[] = ["unshare", "--user", "--map-root-user", "--mount"];

/** Whether this machine lets a test have a disk of its own: Linux with user namespaces. */
export const canMount: boolean =
  spawnSync(ownMounts[0] ?? "", [...ownMounts.slice(1), "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** The name of a test on a disk of its own, which says where that is skipped. */
export function onOwnDisk(name: string): string {
  return canMount ? name : `${name} [skipped: unshare may not mount a disk for the test on this machine]`;
}

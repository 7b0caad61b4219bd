import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { openDataFolder } from "../../store/data-folder.ts";
import type { CliContext } from "../context.ts";
import { connect } from "../server/connect.ts";
import { saveReply } from "../server/save-reply.ts";
import { addServerFlags, dataFolderOf, type ServerFlags } from "../server/server-flags.ts";
import { UsageError } from "../usage-error.ts";

interface BackupFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Adds `candor backup` and `candor restore` to the program. */
export function addBackupCommands(program: Command, context: CliContext): void {
  addServerFlags(
    program
      .command("backup")
      .description("a consistent copy of everything in one file, while the server goes on")
      .argument("<file>", "a new file"),
  )
    .option("--json", "one JSON document on standard output")
    .action((file: string, flags: BackupFlags) => runBackup(file, flags, context));
  program
    .command("restore")
    .description("a new data folder from a backup")
    .argument("<file>", "what `candor backup` wrote")
    .option("--data <folder>", "where to; a folder that holds no data yet")
    .option("--json", "one JSON document on standard output")
    .action((file: string, flags: BackupFlags) => runRestore(file, flags, context));
}

async function runBackup(file: string, { json = false, ...flags }: BackupFlags, context: CliContext): Promise<void> {
  if (existsSync(file)) throw new UsageError(`${file} exists already, expected a new file for the backup`);
  const connection = await connect(flags, context);
  try {
    const bytes = await saveReply(connection, { at: "/api/v1/backup" }, file, context);
    if (json)
      context.stdout.write(`${JSON.stringify({ schema: "candor.backup/1", file, bytes, of: connection.where })}\n`);
    else context.stdout.write(`wrote ${file} (${megabytes(bytes ?? 0)}), a copy of ${connection.where}\n`);
  } finally {
    await connection.close();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

async function runRestore(file: string, { json = false, ...flags }: BackupFlags, context: CliContext): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`no such file: ${file}`);
  const data = dataFolderOf(flags, context);
  const folder = await openDataFolder(data);
  try {
    const held = [
      ...[folder.database, `${folder.database}.wal`].filter((path) => existsSync(path)),
      ...(await readdir(folder.log)).map((name) => join(folder.log, name)),
    ];
    if (held[0] !== undefined)
      throw new UsageError(`${data} holds data already (${held[0]}): name a folder that does not with --data`);
    await folder.begin();
    const { restoreDuckStore } = await import("../../store/duckdb/restore.ts");
    const now = (): number => context.now().getTime();
    await restoreDuckStore(file, { path: folder.database, temporaryFolder: folder.temporary, now });
  } finally {
    await folder.release();
  }
  if (json) context.stdout.write(`${JSON.stringify({ schema: "candor.restore/1", file, data: folder.root })}\n`);
  else context.stdout.write(`restored ${file} into ${folder.root}\n\n  candor serve --data ${data}\n`);
}

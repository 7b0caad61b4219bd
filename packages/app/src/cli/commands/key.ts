import { type Command, InvalidArgumentError } from "commander";
import { type Role, roles } from "../../store/state-store.ts";
import type { CliContext } from "../context.ts";
import { callApi, field, listField, textField } from "../server/call-api.ts";
import { connect } from "../server/connect.ts";
import { addServerFlags, type ServerFlags } from "../server/server-flags.ts";
import { UsageError } from "../usage-error.ts";

interface KeyFlags extends ServerFlags {
  readonly json?: boolean;
  readonly project?: string;
}

interface CreateFlags extends KeyFlags {
  readonly role: readonly Role[];
  readonly name?: string;
  readonly expires?: string;
  readonly allProjects?: boolean;
}

/** Adds `candor key` with its subcommands to the program. */
export function addKeyCommand(program: Command, context: CliContext): void {
  const key = program.command("key").description("make, list and revoke the keys of the API");
  addServerFlags(
    key
      .command("create")
      .description("make a key and print its secret, which is kept nowhere else")
      .requiredOption("--role <roles>", `what it may do: ${roles.join(", ")}; comma separated`, parseRoles)
      .option("--project <id>", "the one project it is for", "default")
      .option("--all-projects", "it is for all projects")
      .option("--name <name>", "to tell keys apart")
      .option("--expires <date>", "ISO 8601 date from which it opens nothing"),
  )
    .option("--json", "one JSON document on standard output")
    .action((flags: CreateFlags) => runCreate(flags, context));
  addServerFlags(
    key.command("list").description("all keys, without their secrets").option("--project <id>", "those of one project"),
  )
    .option("--json", "one JSON document on standard output")
    .action((flags: KeyFlags) => runList(flags, context));
  addServerFlags(
    key.command("revoke").description("from now on a key opens nothing").argument("<id>", "16 hexadecimal digits"),
  )
    .option("--json", "one JSON document on standard output")
    .action((id: string, flags: KeyFlags) => runRevoke(id, flags, context));
}

function parseRoles(text: string): readonly Role[] {
  const wanted = text.split(",").map((name) => name.trim());
  const known = roles.filter((role) => wanted.includes(role));
  const strange = wanted.find((name) => !roles.some((role) => role === name));
  if (strange !== undefined || known.length === 0)
    throw new InvalidArgumentError(`expected some of ${roles.join(", ")}, got ${strange ?? "none"}.`);
  return known;
}

function parseExpiry(text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--expires must be a date such as 2027-01-31, got ${text}`);
  return time;
}

async function runCreate(flags: CreateFlags, context: CliContext): Promise<void> {
  const { role, project = "default", allProjects = false, json = false } = flags;
  const body = {
    name: flags.name ?? role.join(" and "),
    roles: role,
    project: allProjects ? null : project,
    expiresAt: parseExpiry(flags.expires),
  };
  const connection = await connect(flags, context, { make: true });
  try {
    const made = await callApi(connection, "/api/v1/keys", {
      method: "POST",
      body: JSON.stringify(body),
      ...(allProjects ? {} : { project }),
    });
    const secret = textField(made, "secret");
    if (json) context.stdout.write(`${JSON.stringify({ schema: "candor.key/1", key: field(made, "key"), secret })}\n`);
    else {
      const scope = allProjects ? "all projects" : `project ${project}`;
      context.stdout.write(`${secret}\n`);
      context.stderr.write(`May ${role.join(" and ")} in ${scope}. The line above is shown this once.\n`);
    }
  } finally {
    await connection.close();
  }
}

async function runList({ project, json = false, ...flags }: KeyFlags, context: CliContext): Promise<void> {
  const connection = await connect(flags, context);
  try {
    const query = project === undefined ? "" : `?project=${encodeURIComponent(project)}`;
    const keys = listField(await callApi(connection, `/api/v1/keys${query}`), "keys");
    if (json) context.stdout.write(`${JSON.stringify({ schema: "candor.keys/1", keys })}\n`);
    else context.stdout.write(keys.length === 0 ? "no keys\n" : keyTable(keys, context.now().getTime()));
  } finally {
    await connection.close();
  }
}

async function runRevoke(id: string, { json = false, ...flags }: KeyFlags, context: CliContext): Promise<void> {
  const connection = await connect(flags, context);
  try {
    await callApi(connection, `/api/v1/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
    context.stdout.write(
      json ? `${JSON.stringify({ schema: "candor.key-revoked/1", id })}\n` : `key ${id} opens nothing from now on\n`,
    );
  } finally {
    await connection.close();
  }
}

function keyTable(keys: readonly unknown[], now: number): string {
  const rows = keys.map((key) => [
    textField(key, "id"),
    `…${textField(key, "lastFour")}`,
    textField(key, "project") || "all projects",
    listField(key, "roles").join(", "),
    textField(key, "name"),
    stateOf(key, now),
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return `${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

function stateOf(key: unknown, now: number): string {
  const revokedAt = field(key, "revokedAt");
  const expiresAt = field(key, "expiresAt");
  if (typeof revokedAt === "number") return `revoked ${day(revokedAt)}`;
  if (typeof expiresAt !== "number") return "";
  return `${expiresAt <= now ? "expired" : "expires"} ${day(expiresAt)}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

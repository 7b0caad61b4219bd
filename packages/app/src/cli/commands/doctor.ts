import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { runningServer } from "../../store/running-server.ts";
import type { CliContext } from "../context.ts";
import { GateFailed } from "../gate-failed.ts";
import { connect } from "../server/connect.ts";
import {
  examineFailure,
  examineFolder,
  examineJobs,
  examineLog,
  examineOwner,
  examineService,
  type Finding,
} from "../server/examine.ts";
import { addServerFlags, dataFolderOf, type ServerFlags } from "../server/server-flags.ts";

interface DoctorFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Adds `candor doctor` to the program. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  addServerFlags(program.command("doctor").description("what is wrong with a data folder or a server, and what to do"))
    .option("--json", "one JSON document on standard output")
    .addHelpText("after", "\nExit code 1 when there is a problem. While no server runs, all cells are added up again.")
    .action((flags: DoctorFlags) => runDoctor(flags, context));
}

async function runDoctor({ json = false, ...flags }: DoctorFlags, context: CliContext): Promise<void> {
  const isElsewhere = flags.url !== undefined || (flags.data === undefined && (context.env["CANDOR_URL"] ?? "") !== "");
  const data = dataFolderOf(flags, context);
  const findings = isElsewhere ? await overHttp(flags, context) : await ofFolder(data, flags, context);
  const problems = findings.filter(({ status }) => status === "problem").length;
  const warnings = findings.filter(({ status }) => status === "warn").length;
  if (json) {
    const document = { schema: "candor.doctor/1", of: isElsewhere ? flags.url : data, problems, warnings, findings };
    context.stdout.write(`${JSON.stringify(document)}\n`);
  } else context.stdout.write(findings.map(line).join(""));
  if (problems > 0) throw new GateFailed(problems === 1 ? "1 problem" : `${problems} problems`);
}

function line({ name, status, message, advice }: Finding): string {
  const mark = { ok: "ok     ", warn: "warning", problem: "PROBLEM" }[status];
  return `${mark}  ${name}: ${message}\n${advice === null ? "" : `         ${advice}\n`}`;
}

async function overHttp(flags: ServerFlags, context: CliContext): Promise<readonly Finding[]> {
  const connection = await connect(flags, context);
  return examineService(connection, context);
}

async function ofFolder(data: string, flags: ServerFlags, context: CliContext): Promise<readonly Finding[]> {
  const folder = await examineFolder(data);
  const isThere = (await stat(data).catch(() => null))?.isDirectory() === true;
  if (!isThere) return folder;
  const findings = [...folder, await examineOwner(data), ...(await examineLog(data)), ...(await examineJobs(data))];
  try {
    if ((await runningServer(data)) === null) findings.push(await examineCells(data, context));
    const connection = await connect(flags, context);
    try {
      findings.push(...(await examineService(connection, context)));
    } finally {
      await connection.close();
    }
  } catch (error) {
    findings.push(examineFailure(error));
  }
  return findings;
}

/** Adds up all cells again and compares. */
async function examineCells(data: string, context: CliContext): Promise<Finding> {
  const { openServer } = await import("../server/open-server.ts");
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const server = await openServer({ data, now: () => context.now().getTime(), log: silent });
  try {
    await server.ingest.settled();
    const differences = await server.events.verifyCells();
    if (differences.length === 0)
      return { name: "cells", status: "ok", message: "equal to what the events add up to", advice: null };
    return {
      name: "cells",
      status: "problem",
      message: `${differences.length} cells differ from what the events add up to`,
      advice: "please report it with the output of candor doctor --json; a backup restores them as they were",
    };
  } finally {
    await server.close();
  }
}

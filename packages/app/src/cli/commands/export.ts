import { exportCalibrator } from "@candor/core";
import { type Command, Option } from "commander";
import type { ExportFormat } from "../../store/event-store.ts";
import type { CliContext } from "../context.ts";
import { collectNames, refuseOverwriting } from "../input-files.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { connect } from "../server/connect.ts";
import { saveReply } from "../server/save-reply.ts";
import { addServerFlags, type ServerFlags } from "../server/server-flags.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, writeWhole } from "../write-file.ts";

const languages = ["ts", "python", "sql", "json-schema"] as const;
const dataFormats = ["csv", "parquet", "ndjson"] as const;

interface ExportFlags extends ServerFlags {
  readonly to?: (typeof languages)[number];
  readonly out?: string;
  readonly project?: string;
  readonly format?: ExportFormat;
  readonly model?: string;
  readonly modelVersion?: string;
  readonly route?: string;
  readonly segment?: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** Adds `candor export` to the program. */
export function addExportCommand(program: Command, context: CliContext): void {
  const command = program
    .command("export")
    .description("a calibrator as code that needs nothing else, or the predictions of a project as a file")
    .argument("[calibrator]", "what `candor fit` made")
    .option("-o, --out <file>", "where to; standard output by default")
    .optionsGroup("A calibrator:")
    .addOption(new Option("--to <language>", "what to write it in; sql is for DuckDB").choices(languages))
    .optionsGroup("The predictions of a project, with their outcomes:")
    .option("--project <id>", "which project")
    .addOption(new Option("--format <format>", "csv, where the name of the file does not say").choices(dataFormats))
    .option("--model <name>", "of one model")
    .option("--model-version <name>", "of one version")
    .option("--route <name>", "of one route")
    .option("--segment <key:value>", "with a segment value; may be repeated", collectNames)
    .option("--from <time>", "from this moment on")
    .option("--until <time>", "before this moment");
  addServerFlags(command)
    .option("--json", "one JSON document on standard output about the file that was written")
    .addHelpText(
      "after",
      `
Examples:
  candor export cal.json --to ts -o calibrate.ts
  candor export cal.json --to sql
  candor export --project default -o predictions.parquet
  candor export --project fraud --model cards --from 2026-03-01 --format csv`,
    )
    .action((calibrator: string | undefined, flags: ExportFlags) => runExport(calibrator, flags, context));
}

async function runExport(calibrator: string | undefined, flags: ExportFlags, context: CliContext): Promise<void> {
  if (calibrator !== undefined && flags.project !== undefined)
    throw new UsageError("a calibrator and --project exclude each other: one of them is exported");
  if (flags.project !== undefined) return exportProject(flags.project, flags, context);
  if (calibrator === undefined)
    throw new UsageError("nothing to export, expected `candor export CALIBRATOR --to LANGUAGE` or `--project ID`");
  if (flags.to === undefined) throw new UsageError(`a calibrator needs --to: ${languages.join(", ")}`);
  return exportCode(calibrator, flags.to, flags.out, context);
}

async function exportCode(
  file: string,
  to: (typeof languages)[number],
  out: string | undefined,
  context: CliContext,
): Promise<void> {
  const path = out === "-" ? undefined : out;
  if (path !== undefined) {
    refuseOverwriting([{ flag: "--out", path }], [file]);
    await checkWritable(path);
  }
  const code = exportCalibrator(await readCalibrator(file), to);
  const content = code.endsWith("\n") ? code : `${code}\n`;
  if (path === undefined) context.stdout.write(content);
  else {
    await writeWhole([{ path, content }]);
    context.stdout.write(`wrote ${path}\n`);
  }
}

function formatOf({ format, out = "" }: ExportFlags): ExportFormat {
  if (format !== undefined) return format;
  if (/\.(parquet|pq)$/i.test(out)) return "parquet";
  return /\.(ndjson|jsonl)$/i.test(out) ? "ndjson" : "csv";
}

async function exportProject(project: string, flags: ExportFlags, context: CliContext): Promise<void> {
  const { out, json = false, model, modelVersion, route, segment = [], from, until } = flags;
  const path = out === "-" ? undefined : out;
  if (json && path === undefined) throw new UsageError("--json needs -o FILE: standard output cannot hold both");
  const format = formatOf(flags);
  const query = new URLSearchParams({ format, fresh: "true" });
  const optional = { model, version: modelVersion, route, from, to: until };
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) query.append(name, value);
  for (const pair of segment) query.append("segment", pair);
  const connection = await connect(flags, context);
  try {
    const bytes = await saveReply(connection, { at: `/api/v1/export?${query}`, request: { project } }, path, context);
    if (json)
      context.stdout.write(`${JSON.stringify({ schema: "candor.export/1", project, file: path, format, bytes })}\n`);
    else if (path !== undefined) context.stdout.write(`wrote ${path}\n`);
  } finally {
    await connection.close();
  }
}

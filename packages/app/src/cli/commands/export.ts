import { exportCalibrator } from "@candor/core";
import { type Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { refuseOverwriting } from "../input-files.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { checkWritable, writeWhole } from "../write-file.ts";

const languages = ["ts", "python", "sql", "json-schema"] as const;

interface ExportFlags {
  readonly to: (typeof languages)[number];
  readonly out?: string;
}

/** Adds `candor export` to the program. */
export function addExportCommand(program: Command, context: CliContext): void {
  program
    .command("export")
    .description("a calibrator as code that needs nothing else")
    .argument("<calibrator>", "what `candor fit` made")
    .addOption(
      new Option("--to <language>", "what to write it in; sql is for DuckDB").choices(languages).makeOptionMandatory(),
    )
    .option("-o, --out <file>", "where to; standard output by default")
    .addHelpText(
      "after",
      `
Examples:
  candor export cal.json --to ts -o calibrate.ts
  candor export cal.json --to sql`,
    )
    .action((calibrator: string, flags: ExportFlags) => runExport(calibrator, flags, context));
}

async function runExport(file: string, { to, out }: ExportFlags, context: CliContext): Promise<void> {
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

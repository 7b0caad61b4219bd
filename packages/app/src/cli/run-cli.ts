import { InputError } from "@candor/core";
import { Command, CommanderError } from "commander";
import { BadInput } from "../input/index.ts";
import { StoreError } from "../store/errors.ts";
import { version } from "../version.ts";
import { addApplyCommand } from "./commands/apply.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addConformalCommand } from "./commands/conformal.ts";
import { addDecideCommand } from "./commands/decide.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExportCommand } from "./commands/export.ts";
import { addFitCommand } from "./commands/fit.ts";
import { addImportCommand } from "./commands/import.ts";
import { addKeyCommand } from "./commands/key.ts";
import { addLlmCommand } from "./commands/llm.ts";
import { addReportCommand } from "./commands/report.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import type { CliContext } from "./context.ts";
import { ExitCode } from "./exit-codes.ts";
import { GateFailed } from "./gate-failed.ts";
import { Interrupted } from "./interrupted.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs one command line.
 *
 * @param args what follows `candor`
 * @returns the exit code: 0 done, 1 the answer is "no", 2 bad input or usage, 3 unexpected, 130 interrupted
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const program = new Command("candor")
    .description("Can the confidence scores of a model be trusted?")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  addReportCommand(program, context);
  addFitCommand(program, context);
  addDecideCommand(program, context);
  addConformalCommand(program, context);
  addApplyCommand(program, context);
  addVerifyCommand(program, context);
  addLlmCommand(program, context);
  addExportCommand(program, context);
  addServeCommand(program, context);
  addImportCommand(program, context);
  addKeyCommand(program, context);
  addBackupCommands(program, context);
  addDoctorCommand(program, context);
  addDemoCommand(program, context);
  if (args.length === 0) {
    program.outputHelp();
    return ExitCode.done;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return ExitCode.done;
  } catch (error) {
    if (context.signal.aborted) {
      const done = error instanceof Interrupted ? error.message : "nothing was written";
      context.stderr.write(`interrupted; ${done}\n`);
      return ExitCode.interrupted;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.badInput;
    if (error instanceof GateFailed) {
      context.stderr.write(`${error.message}\n`);
      return ExitCode.no;
    }
    if (error instanceof UsageError || BadInput.is(error) || InputError.is(error) || StoreError.is(error)) {
      context.stderr.write(`error: ${error.message}\n`);
      return ExitCode.badInput;
    }
    context.stderr.write(
      `unexpected error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return ExitCode.unexpected;
  }
}

import { InputError } from "@candor/core";
import { BadInput } from "@candor/input";
import { Command, CommanderError } from "commander";
import { StoreError } from "../store/errors.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { ExitCode } from "./exit-codes.ts";
import { GateFailed } from "./gate-failed.ts";
import { Interrupted } from "./interrupted.ts";
import { UsageError } from "./usage-error.ts";

/** Adds one or several commands to the program. */
type AddCommands = (program: Command, context: CliContext) => void;

/** The commands in the order of the help, by what they are called. Only the module of the one that is asked for is loaded. */
const commands: readonly (readonly [names: string, load: () => Promise<AddCommands>])[] = [
  ["report", async () => (await import("./commands/report.ts")).addReportCommand],
  ["fit", async () => (await import("./commands/fit.ts")).addFitCommand],
  ["decide", async () => (await import("./commands/decide.ts")).addDecideCommand],
  ["conformal", async () => (await import("./commands/conformal.ts")).addConformalCommand],
  ["apply", async () => (await import("./commands/apply.ts")).addApplyCommand],
  ["ood", async () => (await import("./commands/ood.ts")).addOodCommand],
  ["sample", async () => (await import("./commands/sample.ts")).addSampleCommand],
  ["verify", async () => (await import("./commands/verify.ts")).addVerifyCommand],
  ["llm", async () => (await import("./commands/llm.ts")).addLlmCommand],
  ["export", async () => (await import("./commands/export.ts")).addExportCommand],
  ["serve", async () => (await import("./commands/serve.ts")).addServeCommand],
  ["import", async () => (await import("./commands/import.ts")).addImportCommand],
  ["key", async () => (await import("./commands/key.ts")).addKeyCommand],
  ["backup restore", async () => (await import("./commands/backup.ts")).addBackupCommands],
  ["doctor", async () => (await import("./commands/doctor.ts")).addDoctorCommand],
  ["demo", async () => (await import("./commands/demo.ts")).addDemoCommand],
];

/** The commands that a command line needs: its own, none to say the version, all where it names none of them. */
async function commandsFor([first = ""]: readonly string[]): Promise<readonly AddCommands[]> {
  if (first === "--version" || first === "-V") return [];
  const own = commands.filter(([names]) => names.split(" ").includes(first));
  return await Promise.all((own.length > 0 ? own : commands).map(([, load]) => load()));
}

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
  for (const add of await commandsFor(args)) add(program, context);
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

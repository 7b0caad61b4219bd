import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { Interrupted } from "../interrupted.ts";
import { callApi } from "../server/call-api.ts";
import { type Connection, connect } from "../server/connect.ts";
import { addServerFlags, type ServerFlags } from "../server/server-flags.ts";

interface DemoFlags extends ServerFlags {
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** Adds `candor demo` to the program. */
export function addDemoCommand(program: Command, context: CliContext): void {
  addServerFlags(
    program
      .command("demo")
      .description("load project `demo`: 90 made-up days of two models and an LLM judge whose truth is known")
      .option("--remove", "remove the project again"),
  )
    .option("--json", "one JSON document on standard output")
    .addHelpText("after", "\nWhat is true in it, and what can be found: docs/demo.md.")
    .action((flags: DemoFlags) => runDemo(flags, context));
}

async function runDemo({ remove = false, json = false, ...flags }: DemoFlags, context: CliContext): Promise<void> {
  const connection = await connect(flags, context, { make: !remove });
  try {
    await (remove ? removeDemo(connection, json, context) : load(connection, json, context));
  } finally {
    await connection.close();
  }
}

async function load(connection: Connection, json: boolean, context: CliContext): Promise<void> {
  const { loadDemo } = await import("../server/load-demo.ts");
  const { predictions, outcomes, wasThere } = await loadDemo(connection, context).catch((error: unknown) => {
    if (!context.signal.aborted) throw error;
    throw new Interrupted("the demo is in part there: the same command again goes on");
  });
  if (json) {
    const document = { schema: "candor.demo/1", project: "demo", where: connection.where, predictions, outcomes };
    context.stdout.write(`${JSON.stringify({ ...document, wasThere })}\n`);
    return;
  }
  const what = `${predictions.toLocaleString("en")} predictions and ${outcomes.toLocaleString("en")} outcomes`;
  context.stdout.write(
    `${what} of 90 made-up days are in project demo (${connection.where})${wasThere ? ", as before" : ""}\n`,
  );
}

async function removeDemo(connection: Connection, json: boolean, context: CliContext): Promise<void> {
  const { demoProject, findDemo } = await import("../server/load-demo.ts");
  const found = (await findDemo(connection)) !== undefined;
  if (found) await callApi(connection, `/api/v1/projects/${demoProject}`, { method: "DELETE" });
  if (json) context.stdout.write(`${JSON.stringify({ schema: "candor.demo-removed/1", removed: found })}\n`);
  else context.stdout.write(found ? "project demo is removed\n" : "there is no project demo\n");
}

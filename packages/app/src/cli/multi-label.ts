import type { MultiLabelDocument } from "@candor/core";
import { renderMultiLabelHtml } from "../render/html/multi-label.ts";
import { missingWords } from "../render/multi-label-words.ts";
import { renderMultiLabel } from "../render/terminal/multi-label.ts";
import { separate } from "./column-flags.ts";
import { computeMultiLabel, type MultiLabelRequest } from "./compute-multi-label.ts";
import type { CliContext } from "./context.ts";
import { GateFailed } from "./gate-failed.ts";
import { refuseOverwriting } from "./input-files.ts";
import { multiLabelMethodList, multiLabelTarget } from "./multi-label-flags.ts";
import { terminalOptions } from "./terminal-options.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeWhole } from "./write-file.ts";

type Flags = MultiLabelRequest["flags"] & {
  readonly created?: string;
  readonly out?: string;
  readonly json?: string | true;
  readonly html?: string;
};

/** Files among what column flags name. */
function arraysOf({ multiLabel, truth }: Flags): string[] {
  return [multiLabel, truth].flatMap((name) => (name !== undefined && /\.np[yz]$/i.test(name) ? [name] : []));
}

function checkFlags(flags: Flags): void {
  const { html, out, test, testShare } = flags;
  if (html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (out === "-") throw new UsageError("--out needs the name of a file, got - (--json prints the document)");
  if (test !== undefined && testShare !== undefined)
    throw new UsageError("--test and --test-share exclude each other: either a file tests, or a share of the rows");
  if (test === "-") throw new UsageError("--test needs the name of a file, got -");
  const [array] = arraysOf(flags);
  if (test !== undefined && array !== undefined)
    throw new UsageError(
      `--test reads the columns of its file, and ${array} would be read again: expected --test-share, or files with all columns such as .npz`,
    );
}

function closing(
  { out, test, testShare }: Flags,
  written: readonly string[],
  { attained }: MultiLabelDocument,
): string {
  const lines = written.map((path) => `wrote ${path}`);
  if (attained && test === undefined && testShare === undefined)
    lines.push("how it does on other rows: --test FILE or --test-share 0.5");
  if (attained)
    lines.push(
      out === undefined
        ? "nothing was kept: -o labels.json writes the threshold"
        : `next: candor apply ${out} FILE -o with-labels.csv`,
    );
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}

function contentOf(flag: string, document: MultiLabelDocument): string {
  if (flag === "--html") return renderMultiLabelHtml(document);
  return flag === "--out" ? `${JSON.stringify(document, undefined, 1)}\n` : `${JSON.stringify(document)}\n`;
}

/** `candor conformal` with labels, of which a row can have several. */
export async function runMultiLabel(file: string | undefined, flags: Flags, context: CliContext): Promise<void> {
  if (flags.method === "list") {
    context.stdout.write(multiLabelMethodList());
    return;
  }
  checkFlags(flags);
  multiLabelTarget(flags);
  const arrays = arraysOf(flags);
  const named = arrays[0] === undefined ? {} : { score: arrays[0] };
  const { source, json } = separate(file, flags.json === undefined ? named : { ...named, json: flags.json }, {
    name: "conformal",
    purpose: "calibrate on",
  });
  const outputs = [
    ...(flags.out === undefined ? [] : [{ flag: "--out", path: flags.out }]),
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  refuseOverwriting(outputs, [source, flags.test, ...arrays]);
  for (const { path } of outputs) await checkWritable(path);
  const { created = context.now().toISOString() } = flags;
  const document = await computeMultiLabel({ file: source, flags, created }, context);
  const written = document.attained ? outputs : outputs.filter(({ flag }) => flag !== "--out");
  context.signal.throwIfAborted();
  await writeWhole(written.map(({ flag, path }) => ({ path, content: contentOf(flag, document) })));
  const paths = written.map(({ path }) => path);
  context.stdout.write(
    json === true
      ? `${JSON.stringify(document)}\n`
      : `${renderMultiLabel(document, terminalOptions(context))}${closing(flags, paths, document)}\n`,
  );
  if (!document.attained)
    throw new GateFailed(
      `${flags.out === undefined ? "" : `${flags.out} was not written: `}no threshold qualifies, ${missingWords(document)}`,
    );
}

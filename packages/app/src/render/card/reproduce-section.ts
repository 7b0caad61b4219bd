import type { FitDocument } from "@candor/core";
import { formatName } from "@candor/pages";
import type { CardSection } from "./card-content.ts";
import { schemeWords } from "./validation-words.ts";

const FLAGS = [
  ...[
    "score",
    "confidence",
    "probs",
    "logits",
    "prediction",
    "sigma",
    "variance",
    "quantiles",
    "lower",
    "upper",
    "interval-level",
  ],
  ...["confidence-from", "label", "correct", "weight", "time", "by", "group"],
];
const NAME_LIMIT = 200;

function quoted(text: string): string {
  return /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function flag(name: string, value: string): string {
  const text = formatName(value, NAME_LIMIT);
  return text.startsWith("-") ? `--${name}=${quoted(text)}` : `--${name} ${quoted(text)}`;
}

function fileArgument({ source }: FitDocument): string[] {
  const { name, columns } = source;
  const named = new Set(Object.values(columns));
  if (name.split(" + ").every((part) => part.includes(".") && named.has(part))) return [];
  if (name === "standard input") return ["-"];
  const text = formatName(name, NAME_LIMIT);
  return [quoted(text.startsWith("-") ? `./${text}` : text)];
}

/** The command that makes the same calibrator from the same file. Names are quoted for a POSIX shell. */
export function reproduceCommand(document: FitDocument): string {
  const { source, validation, calibrator, before, method, scoreKind, classNames } = document;
  const { asked, keepOrder } = calibrator.spec;
  const level = before.logLoss.level;
  const positive = scoreKind === "probability" ? classNames[1] : undefined;
  return [
    "candor fit",
    ...fileArgument(document),
    ...FLAGS.flatMap((name) => {
      const column = Object.hasOwn(source.columns, name) ? source.columns[name] : undefined;
      return column === undefined ? [] : [flag(name, column)];
    }),
    ...(positive === undefined || positive === "1" ? [] : [flag("positive", positive)]),
    ...(source.notes.some((note) => note.includes("divided by its sum")) ? ["--normalise"] : []),
    ...(source.skipped.length > 0 ? ["--skip-bad"] : []),
    flag("method", typeof asked === "string" ? asked : method),
    ...(keepOrder === true ? ["--keep-order"] : []),
    `--folds ${validation.folds}`,
    `--seed ${validation.seed}`,
    ...(level === 0.95 ? [] : [`--level ${level}`]),
    ...(calibrator.created === null ? [] : [flag("created", calibrator.created)]),
    "-o cal.json",
  ].join(" ");
}

/** How anyone can make the same calibrator and see that it is the same. */
export function reproduceSection(document: FitDocument): CardSection {
  const { validation, calibrator } = document;
  return {
    id: "reproduce",
    title: "How to reproduce it",
    blocks: [
      { kind: "command", text: reproduceCommand(document) },
      {
        kind: "paragraph",
        runs: [
          { said: schemeWords(document) },
          `, seed ${validation.seed}. The same file and version of Candor give the same calibrator, byte by byte: `,
          { code: "fingerprint" },
          " in ",
          { code: "cal.json" },
          " is then ",
          { code: calibrator.fingerprint },
          ".",
        ],
      },
    ],
  };
}

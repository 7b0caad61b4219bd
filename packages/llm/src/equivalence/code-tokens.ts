/**
 * How a language marks comments, and what its spaces mean: in Python indentation, in `shell` (and YAML) also those between words.
 * `hash` is any other language whose comments begin with `#`.
 */
export type CodeLanguage = "c-like" | "python" | "shell" | "hash" | "sql" | "unknown";

const LANGUAGES: ReadonlyMap<string, CodeLanguage> = new Map([
  ...[
    "js",
    "javascript",
    "ts",
    "typescript",
    "jsx",
    "tsx",
    "java",
    "c",
    "cpp",
    "c++",
    "h",
    "cs",
    "csharp",
    "go",
    "rust",
  ].map((name) => [name, "c-like"] as const),
  ...["rs", "swift", "kotlin", "kt", "scala", "dart", "css"].map((name) => [name, "c-like"] as const),
  ["python", "python"],
  ["py", "python"],
  ["python3", "python"],
  ...["sh", "bash", "shell", "zsh", "console", "yaml", "yml", "dockerfile", "makefile"].map(
    (name) => [name, "shell"] as const,
  ),
  ...["ruby", "rb", "perl", "r", "toml"].map((name) => [name, "hash"] as const),
  ["sql", "sql"],
]);

const FENCE = /^(?:```|~~~)([\w+#-]*)[^\n]*\n([\s\S]*?)\n?(?:```|~~~)\s*$/u;
const PYTHON_BLOCK = /^\s*(?:async )?(?:def|class|if|elif|else|for|while|try|except|finally|with)\b.*:\s*(?:#.*)?$/mu;

const SHELL_LINE =
  /^\s*(?:\$ |#!.*sh\b|(?:sudo|rm|cp|mv|ls|cd|git|npm|npx|pip|docker|kubectl|curl|wget|apt|apt-get|chmod|chown|echo|cat|grep|sed|awk|export|mkdir|tar|ssh)\s)/u;

/** The inside of an answer that is one fenced block, and its tag; null where it is not. */
export function fencedBlock(text: string): { readonly tag: string; readonly body: string } | null {
  const match = FENCE.exec(text.trim());
  return match === null || (match[2] ?? "").includes("\n```")
    ? null
    : { tag: (match[1] ?? "").toLowerCase(), body: match[2] ?? "" };
}

/** The language of a fence's tag; untagged code is Python where a line opens a block, shell where it begins with a command. */
export function languageOf(tag: string, body: string): CodeLanguage {
  return LANGUAGES.get(tag) ?? (SHELL_LINE.test(body) ? "shell" : PYTHON_BLOCK.test(body) ? "python" : "unknown");
}

const STRING = `"""[\\s\\S]*?"""|'''[\\s\\S]*?'''|"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\``;
const WORD = "[\\p{L}_$][\\p{L}\\p{N}_$]*|\\d[\\w.]*";
const OPERATOR =
  "===|!==|\\*\\*=|<=>|>>>|\\.\\.\\.|->|=>|==|!=|<=|>=|&&|\\|\\||\\?\\?|\\?\\.|\\+\\+|--|\\*\\*|//|<<|>>|::|[+\\-*/%&|^]=|[^\\s]";
const COMMENTS: Readonly<Record<CodeLanguage, string>> = {
  "c-like": "//[^\\n]*|/\\*[\\s\\S]*?\\*/",
  python: "#[^\\n]*",
  shell: "(?<![^\\s])#[^\\n]*",
  hash: "(?<![^\\s])#[^\\n]*",
  sql: "--[^\\n]*|/\\*[\\s\\S]*?\\*/",
  unknown: "/\\*[\\s\\S]*?\\*/|(?<=^[ \\t]*)(?:#(?!include|define|if|endif|pragma)|//)[^\\n]*",
};

/** In JavaScript and Go a statement ends with the line here: `return` alone is not `return x`. */
const ENDS_LINE = /^(?:return|break|continue|throw|yield)$/u;

function tokensOf(code: string, language: CodeLanguage): string[] {
  const spaced = language === "shell";
  const pattern = new RegExp(`(${COMMENTS[language]})|(${STRING})|${WORD}|${OPERATOR}`, "gmu");
  const tokens: string[] = [];
  let end = 0;
  for (const { 0: token, 1: comment, index } of code.matchAll(pattern)) {
    if (comment !== undefined) continue;
    if (spaced && tokens.length > 0 && index > end) tokens.push(" ");
    end = index + token.length;
    const alone =
      language === "c-like" && ENDS_LINE.test(token) && /^[ \t]*\n\s*[^\s}]/u.test(code.slice(end, end + 200));
    tokens.push(alone ? `${token}\n` : token);
  }
  return tokens;
}

/**
 * A key of code that is the same for code that differs only in whitespace and comments.
 *
 * Which comments there are depends on the language (`//` divides in Python). In Python and shell, line ends and indentation count,
 * its width does not; in shell also whether there is a space (`/ tmp` is not `/tmp`). Names, quotes and semicolons count: whether other code does the same is not decided here.
 */
export function codeKey(code: string, language: CodeLanguage): string {
  if (language !== "python" && language !== "shell") return JSON.stringify(tokensOf(code, language));
  const depths: number[] = [0];
  const lines: string[] = [];
  let open = 0;
  for (const line of code.replace(/\r\n?/gu, "\n").replaceAll("\t", "    ").split("\n")) {
    const tokens = tokensOf(line, language);
    if (tokens.length === 0) continue;
    if (open > 0) {
      lines.push(`${lines.pop() ?? ""}${JSON.stringify(tokens)}`);
    } else {
      const width = line.length - line.trimStart().length;
      while ((depths.at(-1) ?? 0) > width) depths.pop();
      if ((depths.at(-1) ?? 0) < width) depths.push(width);
      lines.push(`${depths.length} ${JSON.stringify(tokens)}`);
    }
    if (language === "python")
      for (const token of tokens) open += "([{".includes(token) ? 1 : ")]}".includes(token) ? -1 : 0;
    open = Math.max(0, open);
  }
  return lines.join("\n").replaceAll("][", ",");
}

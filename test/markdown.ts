/** A fenced code block of a page. */
export interface Block {
  /** Line of its opening fence, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** What the HTML comment right above it says, e.g. `output`, `exit: 2`, `not run: needs a GPU`. */
  readonly marker: string | undefined;
}

/** A link or a picture of a page. */
export interface Link {
  readonly line: number;
  readonly target: string;
}

/** The fenced code blocks of a page, in order. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, fence, info] = lines[i].match(/^( *)(`{3,}|~{3,})(.*)$/) ?? [];
    if (fence === undefined) continue;
    const start = i;
    const body: string[] = [];
    for (i++; i < lines.length && lines[i].trim() !== fence; i++)
      body.push(lines[i].startsWith(indent) ? lines[i].slice(indent.length) : lines[i]);
    if (i === lines.length) throw new Error(`the code block of line ${start + 1} does not end`);
    const above = lines.slice(0, start).findLast((line) => line.trim() !== "");
    blocks.push({
      line: start + 1,
      language: info.trim(),
      text: body.map((line) => `${line}\n`).join(""),
      marker: above?.trim().match(/^<!-- (.*) -->$/)?.[1],
    });
  }
  return blocks;
}

/** The page with every line inside a code block, and all inline code, made blank. */
function prose(markdown: string): string[] {
  const lines = markdown.split("\n");
  for (const { line, text } of blocksOf(markdown)) lines.fill("", line - 1, line + text.split("\n").length);
  return lines.map((line) => line.replace(/(`+)(?!`).*?\1/g, ""));
}

/** Links and pictures of a page: Markdown's, and those of HTML in it. */
export function linksOf(markdown: string): Link[] {
  const patterns = [
    /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g,
    /^\[[^\]]+\]:\s*(\S+)/g,
    /\b(?:src|srcset|href)="([^"]+)"/g,
  ];
  return prose(markdown).flatMap((text, i) =>
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => ({ line: i + 1, target: match[1] }))),
  );
}

/** The names that `#name` can point to on a page, made as GitHub makes them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const headings = markdown.split("\n");
  for (const { line, text } of blocksOf(markdown)) headings.fill("", line - 1, line + text.split("\n").length);
  for (const line of headings) {
    for (const [, id] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
    const [, title] = line.match(/^#{1,6}\s+(.*?)\s*#*$/) ?? [];
    if (title === undefined) continue;
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replace(/ /g, "-");
    let name = slug;
    for (let i = 1; anchors.has(name); i++) name = `${slug}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

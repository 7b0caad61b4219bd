/** What a name says about its level. */
interface LevelText {
  /** Digits with at most one point, e.g. `0.05`, `97.5`, `05`. */
  readonly digits: string;
  readonly isPercent: boolean;
}

/** The levels that names stand for, or why they cannot be told. */
export type LevelReading =
  | { readonly levels: readonly number[] }
  | {
      readonly problem: "not-a-level" | "out-of-range" | "twice" | "ambiguous";
      /** Position of the name that shows it. */
      readonly at: number;
      /** Of an ambiguous name: what it could be. */
      readonly either?: readonly [number, number];
    };

/** The level in what follows the common beginning of the names: `0.05`, `_0.5`, `.025`, `05`, `97.5`, `0_05`, `5%`. */
function levelText(text: string): LevelText | undefined {
  const match = /^[\s_-]*(?:\.(?=\d+\.))?(\d*(?:[._]\d+)?)\s*(%|pct|percent)?$/i.exec(text.trim());
  const digits = match?.[1]?.replace("_", ".") ?? "";
  return digits === "" ? undefined : { digits, isPercent: match?.[2] !== undefined };
}

/** The part of a name that says the level, where the name is one of a quantile: `q0.05`, `quantile_0.9`, `Q05`. */
export function levelPart(name: string): string | undefined {
  const part = /^[\s._-]*(?:quantiles?|quant|q)(?![a-z])(.*)$/i.exec(name)?.[1];
  return part !== undefined && levelText(part) !== undefined ? part : undefined;
}

/** Whether a text can be a level. */
export function isLevelText(text: string): boolean {
  return levelText(text) !== undefined;
}

/** `0.05` is a share, `97.5` is in percent, and `05` is both: a share without its point, and percent. */
function asShare({ digits }: LevelText): number {
  return Number(digits.includes(".") ? digits : `.${digits}`);
}

function asPercent({ digits }: LevelText): number {
  return Number(`${digits}e-2`);
}

function isLevel(value: number): boolean {
  return value > 0 && value < 1;
}

function areLevels(values: readonly number[]): boolean {
  return values.every(isLevel) && new Set(values).size === values.length;
}

/**
 * The levels of quantiles from the parts of their names that say them. All names are read in one way: `q0.05, q0.5` as
 * shares; `q2.5, q50` in percent; `q05, q50` either way, with one result; `q5, q9` could be 5 % or a half and is
 * ambiguous.
 *
 * @param texts what stands for the level in each name, at least one
 */
export function readLevels(texts: readonly string[]): LevelReading {
  const parts: LevelText[] = [];
  for (let i = 0; i < texts.length; i++) {
    const part = levelText(texts[i] ?? "");
    if (part === undefined) return { problem: "not-a-level", at: i };
    parts.push(part);
  }
  const percent = parts.map(asPercent);
  if (parts.some(({ isPercent }) => isPercent)) return checked(percent);
  const shares = parts.map(asShare);
  if (parts.every(({ digits }) => digits.includes(".")) && shares.every(isLevel)) return checked(shares);
  if (!areLevels(shares)) return checked(percent);
  if (!areLevels(percent)) return { levels: shares };
  const at = shares.findIndex((share, i) => share !== percent[i]);
  return at < 0 ? { levels: shares } : { problem: "ambiguous", at, either: [percent[at]!, shares[at]!] };
}

function checked(levels: readonly number[]): LevelReading {
  const outside = levels.findIndex((level) => !isLevel(level));
  if (outside >= 0) return { problem: "out-of-range", at: outside };
  const twice = levels.findIndex((level, i) => levels.indexOf(level) < i);
  return twice < 0 ? { levels } : { problem: "twice", at: twice };
}

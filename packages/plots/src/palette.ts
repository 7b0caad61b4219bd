/** The colours of every picture and page, as the names of CSS custom properties without `--candor-`. */
export type ColorName =
  | "paper"
  | "panel"
  | "ink"
  | "muted"
  | "line"
  | "reference"
  | "series-1"
  | "series-2"
  | "good"
  | "warn";

/**
 * Colour values by scheme. Blue and orange stay apart for every common kind of colour blindness; text colours
 * (`ink`, `muted`, `series-1`, `series-2`, `good`, `warn`) reach a contrast of 4.5 on `paper` and on `panel` (WCAG 2.2 AA).
 */
export const palette: Readonly<Record<"light" | "dark", Readonly<Record<ColorName, string>>>> = {
  light: {
    paper: "#ffffff",
    panel: "#f5f7fa",
    ink: "#18212d",
    muted: "#556070",
    line: "#dfe4ea",
    reference: "#7d8896",
    "series-1": "#28599f",
    "series-2": "#b04d12",
    good: "#1f6b45",
    warn: "#b04d12",
  },
  dark: {
    paper: "#12161c",
    panel: "#1a2028",
    ink: "#e7ebf0",
    muted: "#a5b0be",
    line: "#2e3742",
    reference: "#7f8b99",
    "series-1": "#86b5f3",
    "series-2": "#f0a26a",
    good: "#7ccba0",
    warn: "#f0a26a",
  },
};

/**
 * A colour as CSS: the custom property, with the light value where no stylesheet defines it.
 *
 * @param name one of the palette
 * @returns e.g. `var(--candor-ink, #18212d)`
 */
export function color(name: ColorName): string {
  return `var(--candor-${name}, ${palette.light[name]})`;
}

function declarations(scheme: "light" | "dark"): string {
  return Object.entries(palette[scheme])
    .map(([name, value]) => `--candor-${name}:${value}`)
    .join(";");
}

/**
 * CSS that the pictures expect around them: the palette on `:root` for light, dark on screens that ask for it (paper
 * stays light), their size, what links on bins look like, and the layout of small multiples. Contains no address and no
 * data.
 */
export const plotStyles: string = [
  `:root{color-scheme:light dark;${declarations("light")}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${declarations("dark")}}}`,
  ".candor-plot{display:block;max-width:100%;height:auto}",
  ".candor-bin rect{fill:none;pointer-events:all}",
  ".candor-bin:hover rect,.candor-bin[aria-current] rect{fill:var(--candor-series-1);fill-opacity:.12}",
  ".candor-bin:focus{outline:none}",
  ".candor-bin:focus-visible rect{stroke:var(--candor-series-1);stroke-width:2}",
  ".candor-multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:1.5rem 1.25rem;",
  "list-style:none;margin:0;padding:0}",
  ".candor-multiple{min-width:0;break-inside:avoid}",
  ".candor-multiple svg{display:block;width:100%;height:auto}",
  ".candor-multiple-title{font-weight:600;margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}",
  ".candor-multiple-note{color:var(--candor-muted);font-size:.8125rem;line-height:1.4;margin:0}",
  ".candor-multiple-flag{color:var(--candor-warn);font-weight:600}",
].join("");

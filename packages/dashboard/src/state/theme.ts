import { type Signal, signal } from "@preact/signals";

/** `auto` is what the system asks for. */
export type Theme = "auto" | "light" | "dark";

const key = "candor-theme";

function stored(): Theme {
  const found = localStorage.getItem(key);
  return found === "light" || found === "dark" ? found : "auto";
}

/** The chosen theme; kept by this browser. */
export const theme: Signal<Theme> = signal(stored());

/** Chooses a theme. */
export function setTheme(wanted: Theme): void {
  theme.value = wanted;
  if (wanted === "auto") localStorage.removeItem(key);
  else localStorage.setItem(key, wanted);
  applyTheme();
}

/** Puts the theme on the page. */
export function applyTheme(): void {
  const { documentElement } = document;
  if (theme.value === "auto") delete documentElement.dataset["theme"];
  else documentElement.dataset["theme"] = theme.value;
}

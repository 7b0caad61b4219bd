import type { VNode } from "preact";
import { Status } from "../parts/status.tsx";
import { useFilters } from "../state/filters.ts";
import { currentProject, logOut, session } from "../state/session.ts";
import { setTheme, type Theme, theme } from "../state/theme.ts";
import { useUrl } from "../state/url-state.ts";
import { views } from "../views.ts";

const themes: readonly { readonly value: Theme; readonly name: string }[] = [
  { value: "auto", name: "System" },
  { value: "light", name: "Light" },
  { value: "dark", name: "Dark" },
];

function ThemeChoice(): VNode {
  return (
    <label class="theme">
      <span class="unseen">Theme</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) =>
          setTheme(themes.find(({ value }) => value === currentTarget.value)?.value ?? "auto")
        }
      >
        {themes.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The name, the views, the theme, and who is logged in. */
export function TopBar(): VNode {
  const { path, link } = useUrl();
  const filters = useFilters();
  const { value } = session;
  const project = currentProject(filters.project);
  return (
    <header class="top">
      <a class="name" href={link("/")}>
        Candor
      </a>
      {project?.demo ? <Status tone="note">Demo: made-up data</Status> : null}
      <nav aria-label="Views">
        <ul>
          {views.flatMap((view) =>
            view.menu === null || (value.status !== "in" && view.isPublic !== true)
              ? []
              : [
                  <li key={view.path}>
                    <a href={link(view.path)} aria-current={path === view.path ? "page" : undefined}>
                      {view.menu}
                    </a>
                  </li>,
                ],
          )}
        </ul>
      </nav>
      <div class="aside">
        <ThemeChoice />
        {value.status === "in" ? (
          <button type="button" class="plain" onClick={() => void logOut()}>
            Log out
          </button>
        ) : null}
      </div>
    </header>
  );
}

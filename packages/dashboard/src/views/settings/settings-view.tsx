import type { VNode } from "preact";
import { mayDo } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { AuditPart } from "./audit-part.tsx";
import { KeysPart } from "./keys-part.tsx";
import { ProjectPart } from "./project-part.tsx";
import { ProjectsPart } from "./projects-part.tsx";
import { YouPart } from "./you-part.tsx";

interface Part {
  readonly id: string;
  readonly name: string;
  /** Only who may administer sees anything there. */
  readonly isForAdmins: boolean;
  readonly Shown: () => VNode;
}

const parts: readonly Part[] = [
  { id: "project", name: "This project", isForAdmins: false, Shown: ProjectPart },
  { id: "keys", name: "Keys", isForAdmins: true, Shown: KeysPart },
  { id: "projects", name: "All projects", isForAdmins: false, Shown: ProjectsPart },
  { id: "audit", name: "Audit log", isForAdmins: true, Shown: AuditPart },
  { id: "you", name: "You and this browser", isForAdmins: false, Shown: YouPart },
];

/** Settings: the project and how long it keeps what, keys, projects, the audit log, and the session. */
export function SettingsView(): VNode {
  const { state, link, path } = useUrl();
  const [first] = parts;
  const chosen = parts.find(({ id }) => id === state["part"]) ?? first;
  if (chosen === undefined) return <p>There are no settings.</p>;
  const { Shown } = chosen;
  return (
    <div class="settings">
      <nav aria-label="Settings">
        <ul>
          {parts.map(({ id, name }) => (
            <li key={id}>
              <a href={link(path, { part: id })} aria-current={id === chosen.id ? "true" : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-label={chosen.name}>
        {chosen.isForAdmins && !mayDo("admin") ? (
          <p>Only a key with the role admin sees these. Yours has not got it: ask who made it.</p>
        ) : (
          <Shown />
        )}
      </section>
    </div>
  );
}

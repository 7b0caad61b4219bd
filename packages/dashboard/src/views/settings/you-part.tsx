import type { VNode } from "preact";
import { Choice } from "../../parts/choice.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Moment } from "../../parts/moment.tsx";
import { logOut, session } from "../../state/session.ts";
import { setTheme, theme } from "../../state/theme.ts";
import { type RoleName, roleNames, roleWords } from "./setting-words.ts";

function isRole(text: string): text is RoleName {
  return roleNames.some((role) => role === text);
}

/** Who is logged in with this browser, and how its pages look. */
export function YouPart(): VNode {
  const { value } = session;
  if (value.status !== "in") return <p>You are not logged in.</p>;
  const { actor, project, roles, expiresAt } = value.session;
  return (
    <>
      <h2>Your session</h2>
      <Facts
        of={[
          [
            "Logged in with",
            actor === "cli" ? (
              "the link that the server printed"
            ) : (
              <>
                key <code>{actor}</code>
              </>
            ),
          ],
          ["For", project === null ? "all projects" : <code>{project}</code>],
          ["May", roles.map((role) => (isRole(role) ? `${role}: ${roleWords[role]}` : role)).join("; ")],
          ["Until", expiresAt === null ? "it is revoked" : <Moment at={expiresAt} />],
        ]}
      />
      <p>
        <button type="button" onClick={() => void logOut()}>
          Log out of this browser
        </button>
      </p>
      <h2>Theme</h2>
      <Choice
        label="Theme"
        value={theme.value}
        options={[
          { value: "auto", name: "As the system" },
          { value: "light", name: "Light" },
          { value: "dark", name: "Dark" },
        ]}
        onChange={setTheme}
      />
      <p class="muted">
        Kept by this browser only. Times are shown in its zone, {Intl.DateTimeFormat().resolvedOptions().timeZone}.
      </p>
    </>
  );
}

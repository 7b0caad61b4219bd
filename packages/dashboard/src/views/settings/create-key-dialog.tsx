import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError, post } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FormField, problemOf } from "../../parts/form-field.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, session } from "../../state/session.ts";
import { useChange } from "../../state/use-change.ts";
import { type RoleName, roleNames, roleWords } from "./setting-words.ts";

/** The end of a day in the reader's zone. @throws {ApiError} at the field, for a day that is over */
function endOf(day: string): number | null {
  if (day === "") return null;
  const end = new Date(`${day}T23:59:59`).getTime();
  if (!(end > Date.now())) throw new ApiError(400, "invalid", "must be today or later", "expiresAt");
  return end;
}

/** Makes a key and shows its secret, once. */
export function CreateKeyDialog(props: { readonly onClose: () => void; readonly onMade: () => void }): VNode {
  const { onClose, onMade } = props;
  const { value } = session;
  const project = currentProject(useFilters().project)?.id ?? null;
  const mayAll = value.status === "in" && value.session.project === null;
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly RoleName[]>(["write"]);
  const [isAll, setAll] = useState(false);
  const [expires, setExpires] = useState("");
  const [secret, setSecret] = useState<string | null>(null);
  const change = useChange();
  const { error, isBusy } = change;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await change.run(async () => {
      if (roles.length === 0) throw new ApiError(400, "invalid", "choose at least one", "roles");
      const scope = isAll ? null : project;
      const body = { name: name.trim(), roles, project: scope, expiresAt: endOf(expires) };
      const made = await post("/api/v1/keys", body, { project });
      setSecret(made.secret);
      onMade();
    });
  };
  if (secret !== null)
    return (
      <Dialog title="The new key" onClose={onClose}>
        <div class="form">
          <p>
            <strong>This is the only time that it is shown.</strong> Keep it where secrets are kept; if it is lost,
            revoke it and make another.
          </p>
          <CopyCommand command={secret} />
          <p>For commands and programs on a machine that only you use:</p>
          <CopyCommand command={`export CANDOR_KEY=${secret}`} />
          <div class="actions">
            <button type="button" class="primary" onClick={onClose}>
              I have kept it
            </button>
          </div>
        </div>
      </Dialog>
    );
  const known = ["name", "roles", "project", "expiresAt"];
  const rolesProblem = problemOf(error, "roles");
  const isElsewhere = error !== null && !known.some((field) => problemOf(error, field) !== null);
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <FormField label="Name" hint="To tell keys apart: what will use it" problem={problemOf(error, "name")}>
          {(control) => (
            <input
              {...control}
              type="text"
              autocomplete="off"
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </FormField>
        <fieldset aria-describedby={rolesProblem === null ? undefined : "roles-problem"}>
          <legend>It may</legend>
          {roleNames.map((role) => (
            <label class="check" key={role}>
              <input
                type="checkbox"
                checked={roles.includes(role)}
                onChange={({ currentTarget }) =>
                  setRoles((before) =>
                    currentTarget.checked ? [...before, role] : before.filter((one) => one !== role),
                  )
                }
              />
              <span>
                <b>{role}</b> <span class="muted">{roleWords[role]}</span>
              </span>
            </label>
          ))}
          {rolesProblem === null ? null : (
            <small id="roles-problem" class="field-problem" role="alert">
              {rolesProblem}
            </small>
          )}
        </fieldset>
        <div class="side">
          <FormField label="For" problem={problemOf(error, "project")}>
            {(control) => (
              <select
                {...control}
                value={isAll ? "all" : "one"}
                disabled={!mayAll}
                onChange={({ currentTarget }) => setAll(currentTarget.value === "all")}
              >
                <option value="one">Project {project}</option>
                {mayAll ? <option value="all">All projects</option> : null}
              </select>
            )}
          </FormField>
          <FormField label="Good until" hint="Empty: until it is revoked" problem={problemOf(error, "expiresAt")}>
            {(control) => (
              <input
                {...control}
                type="date"
                value={expires}
                onInput={({ currentTarget }) => setExpires(currentTarget.value)}
              />
            )}
          </FormField>
        </div>
        <Actions
          label="Make it"
          busy="Making it…"
          isBusy={isBusy}
          error={isElsewhere ? error : null}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

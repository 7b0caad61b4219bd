import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Project, ProjectSettings } from "../../api/api-types.ts";
import { ApiError, patch } from "../../api/client.ts";
import { FormField, problemOf } from "../../parts/form-field.tsx";
import { Problem } from "../../parts/states.tsx";
import { reloadProjects } from "../../state/session.ts";
import { useChange } from "../../state/use-change.ts";
import { uncertifiedWords } from "./setting-words.ts";

const fields = ["name", "maturityHours", "outcomeName", "retentionDays", "contentDays", "whenUncertified"] as const;

interface Draft {
  readonly name: string;
  readonly maturityHours: string;
  readonly outcomeName: string;
  readonly retentionDays: string;
  readonly contentDays: string;
  readonly whenUncertified: ProjectSettings["whenUncertified"];
}

function draftOf({ name, settings }: Project): Draft {
  const { maturityHours, outcomeName, retentionDays, contentDays, whenUncertified } = settings;
  return {
    name,
    maturityHours: String(maturityHours),
    outcomeName,
    retentionDays: retentionDays === null ? "" : String(retentionDays),
    contentDays: contentDays === null ? "" : String(contentDays),
    whenUncertified,
  };
}

/** @throws {ApiError} for text that is no number, at its field */
function numberOf(text: string, field: string): number {
  const value = Number(text.trim().replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(value))
    throw new ApiError(400, "invalid", `must be a number, got ${text.trim() === "" ? "nothing" : text.trim()}`, field);
  return value;
}

/** Only what differs from what is set. @throws {ApiError} */
function changesOf(draft: Draft, project: Project): { name?: string; settings?: Partial<ProjectSettings> } {
  const before = draftOf(project);
  const days = (field: "retentionDays" | "contentDays"): number | null =>
    draft[field].trim() === "" ? null : numberOf(draft[field], field);
  const settings: Partial<ProjectSettings> = {
    ...(draft.maturityHours === before.maturityHours
      ? {}
      : { maturityHours: numberOf(draft.maturityHours, "maturityHours") }),
    ...(draft.outcomeName === before.outcomeName ? {} : { outcomeName: draft.outcomeName.trim() }),
    ...(draft.retentionDays === before.retentionDays ? {} : { retentionDays: days("retentionDays") }),
    ...(draft.contentDays === before.contentDays ? {} : { contentDays: days("contentDays") }),
    ...(draft.whenUncertified === before.whenUncertified ? {} : { whenUncertified: draft.whenUncertified }),
  };
  return {
    ...(draft.name === before.name ? {} : { name: draft.name.trim() }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

function forgets(draft: Draft, { settings: { retentionDays } }: Project): boolean {
  const wanted = Number(draft.retentionDays);
  return draft.retentionDays.trim() !== "" && wanted > 0 && wanted < (retentionDays ?? Infinity);
}

/** Name and settings of a project, to change. */
export function ProjectForm(props: { readonly project: Project }): VNode {
  const { project } = props;
  const [draft, setDraft] = useState(draftOf(project));
  const [said, setSaid] = useState("");
  const change = useChange();
  const { error, isBusy } = change;
  const edit = (part: Partial<Draft>): void => {
    setSaid("");
    setDraft((before) => ({ ...before, ...part }));
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setSaid("");
    const worked = await change.run(async () => {
      const changes = changesOf(draft, project);
      if (Object.keys(changes).length === 0) return setSaid("Nothing has changed.");
      const after = await patch("/api/v1/projects/{id}", changes, { path: { id: project.id }, project: project.id });
      await reloadProjects();
      setDraft(draftOf(after));
      setSaid("Saved.");
    });
    if (!worked) setSaid("");
  };
  const isElsewhere = error !== null && !fields.some((field) => problemOf(error, field) !== null);
  const hours = Number(draft.maturityHours);
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      <FormField label="Name" problem={problemOf(error, "name")}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={draft.name}
            onInput={({ currentTarget }) => edit({ name: currentTarget.value })}
          />
        )}
      </FormField>
      <div class="side">
        <FormField
          label="Outcomes are in after (hours)"
          hint={`${hours >= 24 ? `${Number((hours / 24).toFixed(1))} days. ` : ""}Younger predictions are left out of estimates: the outcomes that come first are not like the others.`}
          problem={problemOf(error, "maturityHours")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="decimal"
              value={draft.maturityHours}
              onInput={({ currentTarget }) => edit({ maturityHours: currentTarget.value })}
            />
          )}
        </FormField>
        <FormField
          label="Outcome that counts"
          hint="The name that outcomes carry. Another one counts all labels anew, which can take a while."
          problem={problemOf(error, "outcomeName")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              value={draft.outcomeName}
              onInput={({ currentTarget }) => edit({ outcomeName: currentTarget.value })}
            />
          )}
        </FormField>
      </div>
      <h3>How long things are kept</h3>
      <div class="side">
        <FormField
          label="Predictions and outcomes (days)"
          hint="Empty: for ever. Charts and counts stay when they go."
          problem={problemOf(error, "retentionDays")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              value={draft.retentionDays}
              onInput={({ currentTarget }) => edit({ retentionDays: currentTarget.value })}
            />
          )}
        </FormField>
        <FormField
          label="Prompts, answers, features (days)"
          hint="Empty: they are not kept at all."
          problem={problemOf(error, "contentDays")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              value={draft.contentDays}
              onInput={({ currentTarget }) => edit({ contentDays: currentTarget.value })}
            />
          )}
        </FormField>
      </div>
      {forgets(draft, project) ? (
        <p class="warning" role="status">
          Predictions older than {draft.retentionDays.trim()} days are removed within the hour after you save. That
          cannot be undone.
        </p>
      ) : null}
      <fieldset>
        <legend>Decisions that are not certified for the model version</legend>
        {(["review", "as-is"] as const).map((value) => (
          <label class="check" key={value}>
            <input
              type="radio"
              name="whenUncertified"
              value={value}
              checked={draft.whenUncertified === value}
              onChange={() => edit({ whenUncertified: value })}
            />
            <span>{uncertifiedWords[value]}</span>
          </label>
        ))}
      </fieldset>
      {isElsewhere && error !== null ? <Problem error={error} /> : null}
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? "Saving…" : "Save"}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  );
}

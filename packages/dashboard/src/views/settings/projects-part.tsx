import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { post } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { problemOf, TextField } from "../../parts/form-field.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { Status } from "../../parts/status.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, mayDo, reloadProjects, session } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useChange } from "../../state/use-change.ts";
import { daysText } from "./setting-words.ts";

function CreateProject(): VNode {
  const { set } = useUrl();
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const change = useChange();
  const { error, isBusy } = change;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await change.run(async () => {
      const body = { id: id.trim(), ...(name.trim() === "" ? {} : { name: name.trim() }) };
      const made = await post("/api/v1/projects", body);
      await reloadProjects();
      set({ project: made.id, part: "project", model: null, version: null, segment: null });
    });
  };
  const idProblem = error?.code === "exists" ? error.message : problemOf(error, "id");
  const isElsewhere = error !== null && idProblem === null && problemOf(error, "name") === null;
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Make a project</h2>
      <p class="muted">A project keeps its predictions, keys, calibrators and settings apart from all others.</p>
      <div class="side">
        <TextField
          label="Id"
          hint="1 to 64 of a–z, 0–9, - and _; it stays"
          problem={idProblem}
          value={id}
          onInput={setId}
          isId
        />
        <TextField
          label="Name"
          hint="For people; empty: the id"
          problem={problemOf(error, "name")}
          value={name}
          onInput={setName}
        />
      </div>
      <Actions label="Make it" busy="Making it…" isBusy={isBusy} error={isElsewhere ? error : null} />
    </form>
  );
}

/** All projects that can be seen, and a form for another. */
export function ProjectsPart(): VNode {
  const { link, path } = useUrl();
  const current = currentProject(useFilters().project);
  const { value } = session;
  if (value.status !== "in") return <p>Log in to see the projects.</p>;
  const { projects } = value;
  return (
    <>
      <h2>Projects</h2>
      <DataTable
        caption="Projects, oldest first"
        columns={[
          {
            name: "Project",
            isHeader: true,
            cell: ({ id, name }) => (
              <>
                <a
                  href={link(path, { project: id, model: null, version: null, segment: null, part: "project" })}
                  aria-current={id === current?.id ? "true" : undefined}
                >
                  <Name of={name} />
                </a>{" "}
                <code>{id}</code>
              </>
            ),
          },
          {
            name: "Data",
            cell: ({ demo }) => (demo ? <Status tone="note">Made up (demo)</Status> : "Its own"),
          },
          { name: "Made", cell: ({ createdAt }) => <Moment at={createdAt} to="day" /> },
          { name: "Outcomes in after", cell: ({ settings }) => `${settings.maturityHours} hours` },
          { name: "Kept", cell: ({ settings }) => daysText(settings.retentionDays, "for ever") },
        ]}
        rows={projects}
        rowKey={({ id }) => id}
      />
      {mayDo("admin") && value.session.project === null ? <CreateProject /> : null}
    </>
  );
}

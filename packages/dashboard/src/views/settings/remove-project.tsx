import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Project } from "../../api/api-types.ts";
import { remove } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/form-field.tsx";
import { Name } from "../../parts/name.tsx";
import { Problem } from "../../parts/states.tsx";
import { Status } from "../../parts/status.tsx";
import { reloadProjects, session } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useChange } from "../../state/use-change.ts";

function useRemoval(project: Project): { readonly change: ReturnType<typeof useChange>; remove(): Promise<boolean> } {
  const { set } = useUrl();
  const change = useChange();
  return {
    change,
    remove: () =>
      change.run(async () => {
        await remove("/api/v1/projects/{id}", { path: { id: project.id } });
        await reloadProjects();
        set({ project: null, model: null, version: null, segment: null, part: "projects" });
      }),
  };
}

function DemoRemoval({ project }: { readonly project: Project }): VNode {
  const { change, remove } = useRemoval(project);
  return (
    <section class="removal" aria-labelledby="remove-demo">
      <h2 id="remove-demo">
        <Status tone="note">Made-up data</Status> This is the demo
      </h2>
      <p>
        Nothing in it is yours. It can be loaded again at any time with <code>npx candor demo</code>.
      </p>
      {change.error === null ? null : <Problem error={change.error} />}
      <button type="button" class="danger" disabled={change.isBusy} onClick={() => void remove()}>
        {change.isBusy ? "Removing…" : "Remove the demo"}
      </button>
    </section>
  );
}

/** Removes a project with everything in it: the demo with one click, others when their id is typed. */
export function RemoveProject(props: { readonly project: Project }): VNode | null {
  const { project } = props;
  const { value } = session;
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const { change, remove } = useRemoval(project);
  if (value.status !== "in" || value.session.project !== null) return null;
  if (project.demo) return <DemoRemoval project={project} />;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (typed === project.id) await remove();
  };
  return (
    <section class="removal" aria-labelledby="remove-project">
      <h2 id="remove-project">Remove this project</h2>
      <p>Its predictions, outcomes, keys, calibrators and policies. Only its entries in the audit log stay.</p>
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        Remove…
      </button>
      {isAsking ? (
        <Dialog title="Remove the project?" onClose={() => setAsking(false)}>
          <form class="form" onSubmit={(event) => void submit(event)}>
            <p>
              Everything in{" "}
              <strong>
                <Name of={project.name} />
              </strong>{" "}
              goes, and cannot be brought back but from a backup.
            </p>
            <TextField label={`Type ${project.id} to go on`} value={typed} onInput={setTyped} isId />
            {change.error === null ? null : <Problem error={change.error} />}
            <div class="actions">
              <button type="submit" class="danger" disabled={typed !== project.id || change.isBusy}>
                {change.isBusy ? "Removing…" : "Remove for ever"}
              </button>
              <button type="button" onClick={() => setAsking(false)}>
                Keep it
              </button>
            </div>
          </form>
        </Dialog>
      ) : null}
    </section>
  );
}

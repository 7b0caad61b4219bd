import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { get } from "../api/client.ts";
import { askAgain } from "../state/asked-again.ts";
import { useFilters } from "../state/filters.ts";
import { currentProject, mayDo, session } from "../state/session.ts";
import { useUrl } from "../state/url-state.ts";
import { CopyCommand } from "./copy-command.tsx";
import { Name } from "./name.tsx";

function sending(project: string): string {
  const lines = [
    `curl ${location.origin}/api/v1/predictions`,
    '-H "Authorization: Bearer $CANDOR_KEY"',
    ...(project === "default" ? [] : [`-H "X-Candor-Project: ${project}"`]),
    `--json '{"id": "p-1", "model": "my-model", "version": "1", "confidence": 0.87}'`,
  ];
  return lines.join(" \\\n  ");
}

function telling(project: string): string {
  const lines = [
    `curl ${location.origin}/api/v1/outcomes`,
    '-H "Authorization: Bearer $CANDOR_KEY"',
    ...(project === "default" ? [] : [`-H "X-Candor-Project: ${project}"`]),
    `--json '{"predictionId": "p-1", "value": true}'`,
  ];
  return lines.join(" \\\n  ");
}

/** Looks every few seconds whether predictions came, and shows them when they did. */
function useArrival(project: string | null): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      // A look that fails is followed by the next.
      get("/api/v1/versions", {}, { project }).then(
        ({ models }) => (models.length === 0 ? undefined : askAgain()),
        () => undefined,
      );
    }, 3000);
    return () => clearInterval(timer);
  }, [project]);
}

/** What to do first in a project that has no predictions: the ways to get some in, each with a command to copy. */
export function FirstRun(): VNode {
  const { link } = useUrl();
  const filters = useFilters();
  const project = currentProject(filters.project);
  const id = project?.id ?? "default";
  useArrival(project?.id ?? null);
  const of = id === "default" ? "" : ` --project ${id}`;
  const { value } = session;
  const demo = value.status === "in" ? value.projects.find((one) => one.demo && one.id !== id) : undefined;
  return (
    <section class="empty first-run" aria-labelledby="first-run">
      <h2 id="first-run">No predictions in {project === null ? "this project" : <Name of={project.name} />} yet</h2>
      <p>
        Send what your model predicts and how sure it is. When you learn what was true, send that too. A few hundred
        labelled predictions are enough to see whether its confidence can be trusted. This page shows the first one as
        soon as it is here.
      </p>
      <ol>
        <li>
          <h3>Make a key that may write</h3>
          {mayDo("admin") ? (
            <p>
              In <a href={link("/settings", { part: "keys", make: "key" })}>Settings</a>, or on the machine that serves:
            </p>
          ) : (
            <p>Somebody with an admin key does this in Settings, or on the machine that serves:</p>
          )}
          <CopyCommand command={`export CANDOR_KEY=$(npx candor key create --role write --name my-app${of})`} />
        </li>
        <li>
          <h3>Send a prediction, and later its outcome</h3>
          <CopyCommand command={sending(id)} />
          <CopyCommand command={telling(id)} />
        </li>
      </ol>
      <h3>Or begin with what you have</h3>
      <p>A file of past predictions (CSV, Parquet, JSONL) becomes history, with outcomes where it has them:</p>
      <CopyCommand command={`npx candor import predictions.csv --model my-model${of}`} />
      {demo === undefined ? (
        <>
          <p>Or look at made-up data first. It is marked as such and goes away with one click in Settings.</p>
          <CopyCommand command="npx candor demo" />
        </>
      ) : (
        <p>
          Or look at <a href={link("/", { project: demo.id, model: null, version: null, segment: null })}>the demo</a>,
          made-up data of 90 days.
        </p>
      )}
    </section>
  );
}

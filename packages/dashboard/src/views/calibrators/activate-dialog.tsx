import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Activation, Artefact } from "../../api/api-types.ts";
import { ApiError, post } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { FormField, problemOf, TextField } from "../../parts/form-field.tsx";
import { Problem } from "../../parts/states.tsx";
import { Status } from "../../parts/status.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import { useChange } from "../../state/use-change.ts";
import { useQuery } from "../../state/use-query.ts";
import { Deciding } from "./artefact-link.tsx";
import { inEffect, scopeWords } from "./scopes.ts";

/** What the API says that an activation would do. */
type Trial =
  | { readonly status: "asking" }
  | { readonly status: "said"; readonly warnings: readonly string[] }
  | { readonly status: "refused"; readonly error: ApiError };

const allVersions = " ";

/** Asks where an artefact shall decide, and says before it does what changes and what will not be certified. */
export function ActivateDialog(props: {
  readonly artefact: Artefact;
  readonly calibrators: readonly Artefact[];
  readonly current: readonly Activation[];
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}): VNode {
  const { artefact, calibrators, current, onClose, onDone } = props;
  const { model } = artefact;
  const project = currentProject(useFilters().project)?.id ?? null;
  const known = useQuery("/api/v1/versions");
  const [version, setVersion] = useState(artefact.version ?? allVersions);
  const [route, setRoute] = useState("");
  const [beside, setBeside] = useState("");
  const [trial, setTrial] = useState<Trial>({ status: "asking" });
  const change = useChange();
  const isPolicy = artefact.kind === "policy";
  const body = {
    model,
    version: version === allVersions ? null : version,
    route: route === "" ? null : route,
    calibratorId: isPolicy ? beside || null : artefact.id,
    policyId: isPolicy ? artefact.id : null,
  };
  const asked = JSON.stringify(body);
  useEffect(() => {
    const end = new AbortController();
    setTrial({ status: "asking" });
    const timer = setTimeout(() => {
      post("/api/v1/activations", body, { project, query: { dryRun: true }, signal: end.signal }).then(
        ({ warnings }) => setTrial({ status: "said", warnings }),
        (error: unknown) => {
          if (end.signal.aborted) return;
          if (!ApiError.is(error)) throw error;
          setTrial({ status: "refused", error });
        },
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [asked, project]);
  const versions = new Set([
    ...(artefact.version === null ? [] : [artefact.version]),
    ...(known.data?.models ?? []).flatMap((one) => (one.model === model ? [one.version] : [])),
  ]);
  const fitting = calibrators.filter((one) => one.model === model);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const worked = await change.run(async () => {
      await post("/api/v1/activations", body, { project });
    });
    if (worked) onDone(`${artefact.id} decides for ${scopeWords(body)} of ${model} from now on.`);
  };
  const error = change.error ?? (trial.status === "refused" ? trial.error : null);
  return (
    <Dialog title={`Activate ${artefact.kind}`} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <div class="side">
          <FormField label="Version" problem={problemOf(error, "version")}>
            {(control) => (
              <select {...control} value={version} onChange={(event) => setVersion(event.currentTarget.value)}>
                {[...versions].map((one) => (
                  <option key={one} value={one}>
                    {one === artefact.version ? `${one} (made for it)` : one}
                  </option>
                ))}
                <option value={allVersions}>All versions</option>
              </select>
            )}
          </FormField>
          <TextField
            label="Route"
            hint="Empty: all routes"
            problem={problemOf(error, "route")}
            value={route}
            onInput={setRoute}
          />
        </div>
        {isPolicy && artefact.ownCalibratorId === null && fitting.length > 0 ? (
          <FormField label="Calibrator before it" problem={problemOf(error, "calibratorId")}>
            {(control) => (
              <select {...control} value={beside} onChange={(event) => setBeside(event.currentTarget.value)}>
                <option value="">None: scores as they are</option>
                {fitting.map(({ id, summary }) => (
                  <option key={id} value={id}>
                    {id} ({summary})
                  </option>
                ))}
              </select>
            )}
          </FormField>
        ) : null}
        <Facts
          of={[
            ["Now", <Deciding key="now" of={inEffect(body, current)} />],
            ["Then", <Deciding key="then" of={body} />],
          ]}
        />
        <div aria-live="polite">
          {trial.status === "asking" ? <p class="muted">Checking what this means…</p> : null}
          {trial.status === "said" && trial.warnings.length === 0 ? (
            <p>
              <Status tone="good">Belongs to this version</Status> Decisions under it are marked as certified.
            </p>
          ) : null}
          {trial.status === "said"
            ? trial.warnings.map((warning) => (
                <p key={warning}>
                  <Status tone="bad">Not certified</Status> {warning} The setting “uncertified decisions” of the project
                  says what becomes of act.
                </p>
              ))
            : null}
          {error === null ? null : <Problem error={error} />}
        </div>
        <p class="muted">It counts from the next request on. Predictions that were decided already stay as they are.</p>
        <Actions
          label="Activate"
          busy="Activating…"
          isBusy={change.isBusy}
          isBlocked={trial.status !== "said"}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

import { visibleText } from "@candor/core";
import { methodWords } from "@candor/pages";
import type { VNode } from "preact";
import type { Activation, Artefact } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { countText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { ArtefactLink } from "./artefact-link.tsx";
import { activeIn, actorWords, scopeWords } from "./scopes.ts";

function methodText(method: string): string {
  const words = methodWords(method);
  return words === "" ? `Method ${visibleText(method, 80)}` : `${method}: ${words}`;
}

/** Whether the target of a policy was proven. */
export function CertificateState(props: { readonly of: Pick<Artefact, "kind" | "isTargetCertified"> }): VNode {
  const { kind, isTargetCertified } = props.of;
  if (kind === "calibrator") return <span class="muted">None sought</span>;
  if (isTargetCertified === null) return <Status tone="note">No target</Status>;
  return isTargetCertified ? <Status tone="good">Certified</Status> : <Status tone="bad">Not certified</Status>;
}

/** Every calibrator and policy, newest first. */
export function ArtefactTable(props: {
  readonly artefacts: readonly Artefact[];
  readonly policies: readonly Artefact[];
  readonly current: readonly Activation[];
  readonly chosen: string | null;
}): VNode {
  const { artefacts, policies, current, chosen } = props;
  return (
    <DataTable
      caption="Calibrators and policies, newest first"
      columns={[
        {
          name: "What",
          isHeader: true,
          cell: ({ id, kind }) => (
            <>
              {kind === "calibrator" ? "Calibrator" : "Policy"}
              <small class="below">
                <ArtefactLink id={id} />
                {id === chosen ? <span class="muted"> shown below</span> : null}
              </small>
            </>
          ),
        },
        {
          name: "Model",
          cell: ({ model, version }) => (
            <>
              <Name of={model} />
              <small class="below muted">
                {version === null ? (
                  "no version in particular"
                ) : (
                  <>
                    version <Name of={version} />
                  </>
                )}
              </small>
            </>
          ),
        },
        {
          name: "In a few words",
          cell: ({ kind, summary, note }) => (
            <span class="wide">
              {kind === "calibrator" ? methodText(summary) : <Name of={summary} most={300} />}
              {note === null || note === "" ? null : (
                <small class="below muted">
                  <Name of={note} most={200} />
                </small>
              )}
            </span>
          ),
        },
        { name: "Made from", cell: ({ n }) => (n === 0 ? "costs alone" : `${countText(n)} rows`), isNumber: true },
        { name: "Certificate", cell: (artefact) => <CertificateState of={artefact} /> },
        {
          name: "Active now",
          cell: (artefact) => {
            const places = activeIn(artefact, current, policies);
            if (places.length === 0) return <span class="muted">Nowhere</span>;
            return (
              <ul>
                {places.map((place) => (
                  <li key={`${place.model}\n${place.version}\n${place.route}`}>
                    <Status tone="good">Active</Status> {scopeWords(place)}
                    {place.model === artefact.model ? null : (
                      <>
                        {" "}
                        of <Name of={place.model} />
                      </>
                    )}
                    <small class="below muted">
                      since <Moment at={place.activatedAt} />
                    </small>
                  </li>
                ))}
              </ul>
            );
          },
        },
        {
          name: "Uploaded",
          cell: ({ createdAt, createdBy }) => (
            <>
              <Moment at={createdAt} to="day" />
              <small class="below muted">by {actorWords(createdBy)}</small>
            </>
          ),
        },
      ]}
      rows={artefacts}
      rowKey={({ id }) => id}
    />
  );
}

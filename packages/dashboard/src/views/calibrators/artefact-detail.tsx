import { InputError, openCalibrator, openPolicy } from "@candor/core";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Activation, Artefact } from "../../api/api-types.ts";
import { addressOf } from "../../api/client.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Name } from "../../parts/name.tsx";
import { Answer } from "../../parts/states.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, mayDo } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { ActivateDialog } from "./activate-dialog.tsx";
import { CalibratorCard } from "./calibrator-card.tsx";
import { PolicyCard } from "./policy-card.tsx";

const paths = {
  calibrator: "/api/v1/calibrators/{id}/document",
  policy: "/api/v1/policies/{id}/document",
} as const;

function Card(props: { readonly artefact: Artefact; readonly document: unknown }): VNode {
  const { artefact, document } = props;
  try {
    return artefact.kind === "calibrator" ? (
      <CalibratorCard calibrator={openCalibrator(document)} />
    ) : (
      <PolicyCard policy={openPolicy(document)} ownCalibratorId={artefact.ownCalibratorId} />
    );
  } catch (error) {
    if (!InputError.is(error)) throw error;
    return (
      <p class="problem">This page cannot read the document: {error.message}. It can be downloaded all the same.</p>
    );
  }
}

/** All that is known of a calibrator or policy. */
export function ArtefactDetail(props: {
  readonly artefact: Artefact;
  readonly calibrators: readonly Artefact[];
  readonly current: readonly Activation[];
  readonly onChange: (said: string) => void;
}): VNode {
  const { artefact, calibrators, current, onChange } = props;
  const { id, kind, model, version, note, fingerprint } = artefact;
  const project = currentProject(useFilters().project)?.id ?? null;
  const { set } = useUrl();
  const query = useQuery(paths[kind], {}, { path: { id } });
  const [isActivating, setActivating] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [id]);
  const file = `${id}.json`;
  return (
    <section class="detail" aria-labelledby="detail">
      <header>
        <h2 id="detail" tabIndex={-1} ref={heading}>
          {kind === "calibrator" ? "Calibrator" : "Policy"} <code>{id}</code>
        </h2>
        <button type="button" class="plain" onClick={() => set({ id: null })}>
          Close
        </button>
      </header>
      <p>
        For <Name of={model} />{" "}
        {version === null ? (
          "of no version in particular"
        ) : (
          <>
            version <Name of={version} />
          </>
        )}
        {note === null || note === "" ? (
          ""
        ) : (
          <>
            : <Name of={note} most={300} />
          </>
        )}
      </p>
      <div class="actions">
        {mayDo("admin") ? (
          <button type="button" class="primary" onClick={() => setActivating(true)}>
            Activate…
          </button>
        ) : null}
        <a class="button" href={addressOf(paths[kind], {}, { path: { id }, project })} download={file}>
          Download JSON
        </a>
      </div>
      <Answer query={query} what={`the ${kind}`}>
        {(document) => <Card artefact={artefact} document={document} />}
      </Answer>
      <h3>Use it elsewhere</h3>
      <p>
        {kind === "calibrator"
          ? "On a file of new predictions:"
          : "On a file of new predictions, and on labelled rows, to see whether it keeps what it promises:"}
      </p>
      <CopyCommand command={`npx candor apply ${file} new.csv -o decided.csv`} />
      {kind === "policy" ? <CopyCommand command={`npx candor verify ${file} labelled.csv`} /> : null}
      <p class="muted">
        Fingerprint <code>{fingerprint}</code>
      </p>
      {isActivating ? (
        <ActivateDialog
          artefact={artefact}
          calibrators={calibrators}
          current={current}
          onClose={() => setActivating(false)}
          onDone={(said) => {
            setActivating(false);
            onChange(said);
          }}
        />
      ) : null}
    </section>
  );
}

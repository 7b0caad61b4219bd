import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Activation, Artefact } from "../../api/api-types.ts";
import { Answer, Empty } from "../../parts/states.tsx";
import { useFilters } from "../../state/filters.ts";
import { mayDo } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { ActiveNow } from "./active-now.tsx";
import { ArtefactDetail } from "./artefact-detail.tsx";
import { ArtefactTable } from "./artefact-table.tsx";
import { UploadDialog } from "./upload-dialog.tsx";

function Everything(props: {
  readonly calibrators: readonly Artefact[];
  readonly policies: readonly Artefact[];
  readonly current: readonly Activation[];
  readonly history: readonly Activation[];
  readonly onChange: (said: string) => void;
}): VNode {
  const { calibrators, policies, current, history, onChange } = props;
  const { state } = useUrl();
  const { model } = useFilters();
  const artefacts = [...calibrators, ...policies].sort((a, b) => b.createdAt - a.createdAt);
  const chosen = state["id"] ?? null;
  const found = artefacts.find(({ id }) => id === chosen);
  if (artefacts.length === 0)
    return (
      <Empty
        title={model === null ? "No calibrators or policies yet" : "No calibrators or policies of this model yet"}
        command="npx candor fit labelled.csv -o calibrator.json"
      >
        <p>
          A calibrator repairs confidences; a policy turns them into act, review or abstain. Make one from labelled rows
          with <code>candor fit</code> or <code>candor decide</code>, and upload the file here.
        </p>
      </Empty>
    );
  return (
    <>
      <ActiveNow current={current} history={history} onChange={onChange} />
      <section aria-labelledby="every-artefact">
        <h2 id="every-artefact">All versions</h2>
        <ArtefactTable artefacts={artefacts} policies={policies} current={current} chosen={chosen} />
      </section>
      {chosen !== null && found === undefined ? (
        <p class="problem" role="alert">
          There is no calibrator or policy {chosen.slice(0, 80)} here. It may be of another project or model: look at
          the filters above.
        </p>
      ) : null}
      {found === undefined ? null : (
        <ArtefactDetail artefact={found} calibrators={calibrators} current={current} onChange={onChange} />
      )}
    </>
  );
}

/** Calibrators and policies: which there are, what they do, and where they are active. */
export function CalibratorsView(): VNode {
  const { model } = useFilters();
  const { set } = useUrl();
  const calibrators = useQuery("/api/v1/calibrators", { model });
  const policies = useQuery("/api/v1/policies", { model });
  const activations = useQuery("/api/v1/activations", { model });
  const [isUploading, setUploading] = useState(false);
  const [said, setSaid] = useState("");
  const changed = (words: string): void => {
    setSaid(words);
    for (const query of [calibrators, policies, activations]) query.reload();
  };
  return (
    <div class="calibrators">
      <div class="head">
        <p role="status">{said}</p>
        {mayDo("admin") ? (
          <button type="button" onClick={() => setUploading(true)}>
            Upload…
          </button>
        ) : null}
      </div>
      <Answer query={calibrators} what="the calibrators">
        {({ calibrators: first }) => (
          <Answer query={policies} what="the policies">
            {({ policies: second }) => (
              <Answer query={activations} what="what is active">
                {({ current, history }) => (
                  <Everything
                    calibrators={first}
                    policies={second}
                    current={current}
                    history={history}
                    onChange={changed}
                  />
                )}
              </Answer>
            )}
          </Answer>
        )}
      </Answer>
      {isUploading ? (
        <UploadDialog
          model={model}
          onClose={() => setUploading(false)}
          onDone={(words, id) => {
            setUploading(false);
            changed(words);
            set({ id });
          }}
        />
      ) : null}
    </div>
  );
}

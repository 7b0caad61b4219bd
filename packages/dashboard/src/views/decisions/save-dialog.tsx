import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, post } from "../../api/client.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Problem } from "../../parts/states.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, mayDo } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { type Comparison, EffectsTable } from "./effects-table.tsx";

type Step =
  | { readonly at: "ask" }
  | { readonly at: "saved"; readonly id: string }
  | { readonly at: "active"; readonly id: string; readonly warnings: readonly string[] };

/** Saves thresholds as a policy, after a look at what changes, and then lets it decide. */
export function SaveDialog(props: {
  readonly comparison: Comparison;
  readonly onClose: () => void;
  /** What decides has changed. */
  readonly onActive: () => void;
}): VNode {
  const { comparison, onClose, onActive } = props;
  const { decisions, now, proposed, costs, capacity } = comparison;
  const { model, version, cells, perDay } = decisions;
  const filters = useFilters();
  const { state, link } = useUrl();
  const [step, setStep] = useState<Step>({ at: "ask" });
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const project = currentProject(filters.project)?.id ?? null;
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await what();
    } catch (problem) {
      if (!ApiError.is(problem)) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const top = useRef<HTMLParagraphElement>(null);
  useEffect(() => top.current?.focus(), [step.at]);
  const isPriced = proposed.outcome.cost !== null;
  const save = (): Promise<void> =>
    attempt(async () => {
      const { id } = await post(
        "/api/v1/policies/thresholds",
        {
          model,
          version,
          thresholds: proposed.thresholds,
          on: cells.on,
          ...(costs !== null && isPriced ? { costs } : {}),
          ...(capacity === null ? {} : { capacity: { reviews: capacity, volume: perDay, period: "day" } }),
          ...(note.trim() === "" ? {} : { note: note.trim() }),
          ...(state["immature"] === "true" ? { immature: true } : {}),
          ...(filters.from === null && filters.to === null
            ? { window: filters.window ?? undefined }
            : { from: filters.from ?? undefined, to: filters.to ?? undefined }),
        },
        { project },
      );
      setStep({ at: "saved", id });
    });
  const activate = (id: string): Promise<void> =>
    attempt(async () => {
      const { warnings } = await post("/api/v1/activations", { model, version, policyId: id }, { project });
      setStep({ at: "active", id, warnings });
      onActive();
    });
  const isAdmin = mayDo("admin");
  const { act, abstain } = proposed.thresholds;
  const flag = act === null ? null : `${abstain === null ? "" : `${abstain},`}${act}`;
  return (
    <Dialog
      title={step.at === "ask" ? "Save as policy" : step.at === "saved" ? "Policy saved" : "Policy active"}
      onClose={onClose}
    >
      <div class="save-dialog">
        {step.at === "ask" ? (
          <>
            <p ref={top} tabIndex={-1}>
              For all of {model} {version}
              {filters.segment === null
                ? ""
                : `, not only for ${filters.segment}: the policy's own numbers are of all its predictions`}
              .{now === null ? " No policy with thresholds decides there now." : " What changes:"}
            </p>
            <EffectsTable {...comparison} caption="What changes with the proposed thresholds" />
            <p class="muted">
              No bound on errors is certified of thresholds set by hand. The server makes the policy from its own
              predictions, with its figures and a fingerprint of the data.
            </p>
            {isAdmin ? (
              <>
                <div class="field">
                  <label for="policy-note">Note, for who reads it later</label>
                  <textarea
                    id="policy-note"
                    rows={2}
                    maxLength={2000}
                    value={note}
                    onInput={({ currentTarget }) => setNote(currentTarget.value)}
                  />
                </div>
                <p class="actions">
                  <button type="button" class="primary" disabled={isBusy} onClick={() => void save()}>
                    {isBusy ? "Saving…" : "Save policy"}
                  </button>
                  <small class="muted">It decides nothing until it is activated.</small>
                </p>
              </>
            ) : (
              <p role="status">Saving a policy needs a key with the role admin; yours may look only.</p>
            )}
            {flag === null ? null : (
              <details>
                <summary>The same from a file</summary>
                <CopyCommand
                  command={`npx candor decide rows.parquet --score confidence --label outcome --thresholds ${flag} -o policy.json`}
                />
              </details>
            )}
          </>
        ) : null}
        {step.at === "saved" ? (
          <>
            <p role="status" ref={top} tabIndex={-1}>
              Saved as <a href={link("/calibrators", { id: step.id })}>{step.id}</a>. It decides nothing yet.
            </p>
            <p>
              Activated, it decides every prediction of {model} {version} from the next request on, until something else
              is activated. Past decisions stay as they are.
            </p>
            <p class="actions">
              <button type="button" class="primary" disabled={isBusy} onClick={() => void activate(step.id)}>
                {isBusy ? "Activating…" : `Let it decide for ${model} ${version}`}
              </button>
              <button type="button" onClick={onClose}>
                Not now
              </button>
            </p>
          </>
        ) : null}
        {step.at === "active" ? (
          <>
            <p role="status" ref={top} tabIndex={-1}>
              {step.id} decides for {model} {version} from now on.
            </p>
            {step.warnings.map((warning) => (
              <p key={warning}>{warning}</p>
            ))}
            <p class="actions">
              <button type="button" onClick={onClose}>
                Done
              </button>
            </p>
          </>
        ) : null}
        {error === null ? null : <Problem error={error} />}
      </div>
    </Dialog>
  );
}

import type { VNode } from "preact";
import type { Activation } from "../../api/api-types.ts";
import { remove } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Name } from "../../parts/name.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import { useChange } from "../../state/use-change.ts";
import { Deciding } from "./artefact-link.tsx";
import { scopeWords, widerOf } from "./scopes.ts";

/** Asks whether what is active for a scope shall end, and says what counts then. */
export function EndDialog(props: {
  readonly scope: Activation;
  readonly current: readonly Activation[];
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}): VNode {
  const { scope, current, onClose, onDone } = props;
  const { model, version, route } = scope;
  const project = currentProject(useFilters().project)?.id ?? null;
  const change = useChange();
  const end = async (): Promise<void> => {
    const query = { model, version, route };
    if (await change.run(() => remove("/api/v1/activations", { project, query })))
      onDone(`Deactivated for ${scopeWords(scope)} of ${model}.`);
  };
  return (
    <Dialog title="Deactivate?" onClose={onClose}>
      <div class="form">
        <Facts
          of={[
            [
              "For",
              <span key="for">
                {scopeWords(scope)} of <Name of={model} />
              </span>,
            ],
            ["Now", <Deciding key="now" of={scope} />],
            ["Then", <Deciding key="then" of={widerOf(scope, current)} />],
          ]}
        />
        <p>It counts from the next request on. Predictions that were decided already stay as they are.</p>
        <Actions
          label="Deactivate"
          busy="Deactivating…"
          isBusy={change.isBusy}
          error={change.error}
          onDanger={() => void end()}
          onCancel={onClose}
          cancel="Keep it"
        />
      </div>
    </Dialog>
  );
}

import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ApiKey } from "../../api/api-types.ts";
import { remove } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { Answer } from "../../parts/states.tsx";
import { Status } from "../../parts/status.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, session } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useChange } from "../../state/use-change.ts";
import { useQuery } from "../../state/use-query.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";

function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): VNode {
  if (revokedAt !== null)
    return (
      <>
        <Status tone="note">Revoked</Status> <Moment at={revokedAt} to="day" />
      </>
    );
  if (expiresAt !== null && expiresAt <= now)
    return (
      <>
        <Status tone="note">Expired</Status> <Moment at={expiresAt} to="day" />
      </>
    );
  return (
    <>
      <Status tone="good">Open</Status>
      {expiresAt === null ? null : (
        <>
          {" "}
          until <Moment at={expiresAt} to="day" />
        </>
      )}
    </>
  );
}

function RevokeDialog(props: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}): VNode {
  const { apiKey, onClose, onDone } = props;
  const { id, name, lastFour } = apiKey;
  const { value } = session;
  const isOwn = value.status === "in" && value.session.actor === id;
  const project = currentProject(useFilters().project)?.id ?? null;
  const change = useChange();
  const revoke = async (): Promise<void> => {
    if (await change.run(() => remove("/api/v1/keys/{id}", { path: { id }, project }))) onDone(`Key ${id} is revoked.`);
  };
  return (
    <Dialog title="Revoke the key?" onClose={onClose}>
      <div class="form">
        <p>
          <strong>
            <Name of={name} />
          </strong>{" "}
          (<code>…{lastFour}</code>) opens nothing from now on, and sessions that were opened with it end. What still
          uses it gets 401. That cannot be undone.
        </p>
        {isOwn ? (
          <p>
            <Status tone="bad">Your own key</Status> You are logged in with it, and will be logged out.
          </p>
        ) : null}
        <Actions
          label="Revoke"
          busy="Revoking…"
          isBusy={change.isBusy}
          error={change.error}
          onDanger={() => void revoke()}
          onCancel={onClose}
          cancel="Keep it"
        />
      </div>
    </Dialog>
  );
}

/** Keys of the API: which there are, another, one less. */
export function KeysPart(): VNode {
  const { state, set } = useUrl();
  const query = useQuery("/api/v1/keys", { all: "true" });
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [said, setSaid] = useState("");
  const isMaking = state["make"] === "key";
  const now = Date.now();
  return (
    <>
      <div class="head">
        <h2>Keys</h2>
        <button type="button" class="primary" onClick={() => set({ make: "key" })}>
          Make a key…
        </button>
      </div>
      <p class="muted">
        Programs show a key as <code>Authorization: Bearer ck_…</code>. Only a fingerprint of it is kept, so nobody can
        look one up later.
      </p>
      <p role="status">{said}</p>
      <Answer query={query} what="the keys">
        {({ keys }) => (
          <DataTable
            caption="Keys, newest first"
            columns={[
              {
                name: "Key",
                isHeader: true,
                cell: ({ name, id, lastFour }) => (
                  <>
                    <Name of={name} />
                    <small class="below muted">
                      <code>
                        ck_{id}…{lastFour}
                      </code>
                    </small>
                  </>
                ),
              },
              { name: "Project", cell: ({ project }) => project ?? "All projects" },
              { name: "May", cell: ({ roles }) => roles.join(", ") },
              { name: "Made", cell: ({ createdAt }) => <Moment at={createdAt} to="day" /> },
              { name: "State", cell: (key) => stateOf(key, now) },
              {
                name: "Change",
                cell: (key) =>
                  key.revokedAt === null ? (
                    <button type="button" class="small" onClick={() => setRevoking(key)}>
                      Revoke<span class="unseen"> {visibleText(key.name, 60)}</span>
                    </button>
                  ) : (
                    ""
                  ),
              },
            ]}
            rows={keys.toSorted((a, b) => b.createdAt - a.createdAt)}
            rowKey={({ id }) => id}
          />
        )}
      </Answer>
      {revoking === null ? null : (
        <RevokeDialog
          apiKey={revoking}
          onClose={() => setRevoking(null)}
          onDone={(words) => {
            setRevoking(null);
            setSaid(words);
            query.reload();
          }}
        />
      )}
      {isMaking ? (
        <CreateKeyDialog onClose={() => set({ make: null }, { replace: true })} onMade={() => query.reload()} />
      ) : null}
    </>
  );
}

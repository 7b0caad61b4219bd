import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError, post } from "../../api/client.ts";
import { Actions } from "../../parts/actions.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FormField, problemOf, TextField } from "../../parts/form-field.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import { useChange } from "../../state/use-change.ts";

const paths = { "candor.calibrator/1": "/api/v1/calibrators", "candor.policy/1": "/api/v1/policies" } as const;

async function documentOf(file: File | undefined): Promise<Readonly<Record<string, unknown>>> {
  const wrong = (message: string): ApiError => new ApiError(400, "invalid", message, "document");
  if (file === undefined) throw wrong("choose the file that candor fit -o or candor decide -o wrote");
  let parsed: unknown;
  try {
    parsed = JSON.parse(await file.text());
  } catch {
    throw wrong(`${file.name} is not JSON: choose the file that candor fit -o or candor decide -o wrote`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw wrong(`${file.name} is no document of candor fit -o or candor decide -o`);
  return { ...parsed };
}

/** Takes a file of `candor fit -o` or `candor decide -o` for a model version. */
export function UploadDialog(props: {
  readonly model: string | null;
  readonly onClose: () => void;
  readonly onDone: (said: string, id: string) => void;
}): VNode {
  const { onClose, onDone } = props;
  const project = currentProject(useFilters().project)?.id ?? null;
  const [file, setFile] = useState<File>();
  const [model, setModel] = useState(props.model ?? "");
  const [version, setVersion] = useState("");
  const [note, setNote] = useState("");
  const change = useChange();
  const { error, isBusy } = change;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await change.run(async () => {
      const document = await documentOf(file);
      const schema = document["schema"];
      if (schema !== "candor.calibrator/1" && schema !== "candor.policy/1")
        throw new ApiError(400, "invalid", "the file is neither a calibrator nor a policy", "document");
      const names = { model: model.trim(), version: version.trim() || null, note: note.trim() || null };
      const { id } = await post(paths[schema], { document, ...names }, { project });
      onDone(`${id} is kept. It decides nothing until it is activated.`, id);
    });
  };
  const problem = problemOf(error, "document");
  const isElsewhere = error !== null && !["document", "model", "version", "note"].includes(error.field ?? "");
  return (
    <Dialog title="Upload a calibrator or policy" onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <FormField label="File" hint="JSON, as candor fit -o or candor decide -o wrote it" problem={problem}>
          {(control) => (
            <input
              {...control}
              type="file"
              accept="application/json,.json"
              onChange={(event) => setFile(event.currentTarget.files?.[0])}
            />
          )}
        </FormField>
        <div class="side">
          <FormField label="Model" hint="Whose scores it was made from" problem={problemOf(error, "model")}>
            {(control) => (
              <input
                {...control}
                type="text"
                required
                value={model}
                onInput={(event) => setModel(event.currentTarget.value)}
              />
            )}
          </FormField>
          <FormField
            label="Version"
            hint="Empty: of none in particular; what it decides is then uncertified"
            problem={problemOf(error, "version")}
          >
            {(control) => (
              <input
                {...control}
                type="text"
                value={version}
                onInput={(event) => setVersion(event.currentTarget.value)}
              />
            )}
          </FormField>
        </div>
        <TextField
          label="Note"
          hint="Why it was made; may stay empty"
          problem={problemOf(error, "note")}
          value={note}
          onInput={setNote}
        />
        <Actions
          label="Upload"
          busy="Uploading…"
          isBusy={isBusy}
          error={isElsewhere ? error : null}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

import type { VNode } from "preact";
import type { StoredPrediction } from "../../api/api-types.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Name } from "../../parts/name.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Answer } from "../../parts/states.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, mayDo } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { AnswerInspector } from "./answer-inspector.tsx";

/** Parts of content that the server itself writes. */
const own = new Set(["response", "reading", "omitted"]);

function contentCommand(project: string): string {
  return [
    `curl -X PATCH ${location.origin}/api/v1/projects/${project}`,
    '-H "Authorization: Bearer $CANDOR_KEY" -H "Content-Type: application/json"',
    `-d '{"settings": {"contentDays": 30}}'`,
  ].join(" \\\n  ");
}

function NoContent(): VNode {
  const { link } = useUrl();
  const project = currentProject(useFilters().project);
  const days = project?.settings.contentDays ?? null;
  if (days !== null)
    return (
      <p class="muted">
        No prompt or answer is kept of this prediction: none came with it, or it is older than the {days} days for which
        this project keeps them.
      </p>
    );
  return (
    <>
      <p>
        This project keeps no prompts and answers, only numbers. Switched on, they are kept for as many days as you say,
        for predictions from then on; answers of language models are then shown here token by token.
      </p>
      {mayDo("admin") ? (
        <p>
          In <a href={link("/settings")}>Settings</a>, or with a key that may administer:
        </p>
      ) : (
        <p>Somebody with an admin key switches it on:</p>
      )}
      <CopyCommand command={contentCommand(project?.id ?? "default")} />
    </>
  );
}

function TheAnswer({ id, prediction }: { readonly id: string; readonly prediction: StoredPrediction }): VNode {
  const { state } = useUrl();
  const query = useQuery("/api/v1/predictions/{id}/answer", { index: state["answer"] }, { path: { id } });
  return (
    <Answer query={query} what="the answer">
      {(answer) => <AnswerInspector answer={answer} prediction={prediction} />}
    </Answer>
  );
}

/** How many alternatives of each token were kept of an answer that was too long; null where all were. */
function alternativesKept(content: StoredPrediction["content"]): number | null {
  const { reading } = content ?? {};
  const kept = typeof reading === "object" && reading !== null ? Reflect.get(reading, "alternatives") : undefined;
  return typeof kept === "number" ? kept : null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What is kept of a prediction besides numbers: the answer of a language model token by token, its prompt, features. */
export function ContentSection({ of }: { readonly of: StoredPrediction }): VNode {
  const { content, id } = of;
  const { response, omitted } = content ?? {};
  const others = Object.entries(content ?? {}).filter(([name]) => !own.has(name));
  const hasResponse = typeof response === "object" && response !== null;
  return (
    <>
      <section class="prediction-part">
        <h2>Answer</h2>
        {content === null ? <NoContent /> : null}
        {hasResponse ? <TheAnswer id={id} prediction={of} /> : null}
        {hasResponse && alternativesKept(content) !== null ? (
          <p class="muted">
            The answer was too long to keep whole: only the {alternativesKept(content)} likeliest alternatives of each
            token are here.
          </p>
        ) : null}
        {content !== null && !hasResponse ? (
          <p class="muted">
            {typeof omitted === "string" ? (
              <>
                The answer was too long to keep: <Name of={omitted} most={200} />.
              </>
            ) : (
              "Content is kept of this prediction, but no response of a language model. Decide with llm.response, or send content.response."
            )}
          </p>
        ) : null}
      </section>
      {others.length === 0 ? null : (
        <section class="prediction-part">
          <h2>What came with it</h2>
          {others.map(([name, value]) => (
            <div key={name} class="content-entry">
              <h3>
                <Name of={name} />
              </h3>
              <PlainText text={textOf(value)} label={name} />
            </div>
          ))}
        </section>
      )}
    </>
  );
}

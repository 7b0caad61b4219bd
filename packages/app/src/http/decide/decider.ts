import { createServing, type Serving } from "../../serving/create-serving.ts";
import { decideBatch } from "../../serving/decide-batch.ts";
import type { Decided, Refused } from "../../serving/decided.ts";
import { toEvent } from "../../serving/to-event.ts";
import type { PredictionEvent, SpineEvent } from "../../store/events.ts";
import type { RouteDeps } from "../server-app.ts";
import type { CheckedDecide } from "./check-decide.ts";
import { keptContent } from "./kept-content.ts";
import { digestOf, type RecentAnswer, type RecentAnswers, recentAnswers } from "./recent-answers.ts";

/** Answers that are remembered to be given again. */
export const rememberedAnswers = 50_000;

const dayMs = 86_400_000;

/** A checked request with what tells it from others. */
export interface Asked {
  readonly checked: CheckedDecide;
  /** As it was sent; only its digest is kept. */
  readonly item: unknown;
}

/** What became of a request. */
export type Answered = { readonly decided: Decided } | { readonly refused: Refused };

/** How requests are answered. */
export interface AnswerOptions {
  readonly isDry: boolean;
  readonly isWhole: boolean;
}

/** Decides and records. */
export interface Decider {
  readonly serving: Serving;
  /**
   * Decides requests of one project and records their predictions, in one write.
   *
   * A request that was sent again among the newest `rememberedAnswers` is answered as it was, whatever has been
   * activated since; another request under its id is refused. A later repeat is decided anew, and the prediction that
   * is kept is the first.
   *
   * @param isDry nothing is recorded and nothing remembered
   * @param isWhole nothing is recorded where any request is refused
   * @returns one answer per request, when their predictions are on disk
   * @throws {StoreBusy} and {StoreError} when they cannot be recorded: then none is answered
   */
  answer(project: string, asked: readonly Asked[], options: AnswerOptions): Promise<readonly Answered[]>;
}

const inUse: Refused = {
  code: "id-in-use",
  field: "id",
  message: "another request was just decided under this id: a request that is sent again must be the same",
};

interface Fresh {
  readonly digest: string;
  readonly checked: CheckedDecide;
}

/** Where the answer to a request comes from: it was given before, or it is that of one to be decided. */
type Source = { readonly before: RecentAnswer } | { readonly refused: Refused } | { readonly fresh: number };

/** Tells requests that were sent again from those that are new. */
function sort(owner: string, asked: readonly Asked[], recent: RecentAnswers): [sources: Source[], fresh: Fresh[]] {
  const fresh: Fresh[] = [];
  const inBatch = new Map<string, number>();
  const sources = asked.map(({ checked, item }): Source => {
    const { id } = checked.event;
    const digest = digestOf(item);
    const before = recent.find(owner, id);
    if (before !== undefined) return before.digest === digest ? { before } : { refused: inUse };
    const first = inBatch.get(id);
    if (first !== undefined) return fresh[first]?.digest === digest ? { fresh: first } : { refused: inUse };
    inBatch.set(id, fresh.length);
    return { fresh: fresh.push({ digest, checked }) - 1 };
  });
  return [sources, fresh];
}

/** What is written of those that were decided: their predictions, and content where the project keeps it. */
function eventsOf(
  fresh: readonly Fresh[],
  results: readonly Answered[],
  contentDays: number | null,
): { readonly predictions: PredictionEvent[]; readonly contents: SpineEvent[] } {
  const predictions: PredictionEvent[] = [];
  const contents: SpineEvent[] = [];
  fresh.forEach(({ checked }, i) => {
    const { request, event } = checked;
    const result = results[i];
    if (result === undefined || "refused" in result) return;
    predictions.push(toEvent(request, result.decided, event));
    const content = contentDays === null ? null : keptContent(checked);
    if (content === null || contentDays === null) return;
    const { project, id, receivedAt } = event;
    const expiresAt = receivedAt + contentDays * dayMs;
    contents.push({ kind: "content", project, predictionId: id, content, expiresAt });
  });
  return { predictions, contents };
}

/** The one decider of a server. */
export function openDecider(deps: RouteDeps): Decider {
  const active = createServing(deps.state);
  const serving: Serving = { open: async (project) => active.open((await deps.projectOf(project)).id) };
  const recent = recentAnswers(rememberedAnswers);

  const record = async (predictions: readonly PredictionEvent[], contents: readonly SpineEvent[]): Promise<void> => {
    if (predictions.length === 0) return;
    await deps.ingest.append([...predictions, ...contents]);
    deps.metrics.accepted("prediction", predictions.length);
    deps.metrics.predicted(predictions);
  };

  return {
    serving,
    async answer(project, asked, { isDry, isWhole }) {
      const opened = await serving.open(project);
      const decideAll = (checked: readonly CheckedDecide[]): Answered[] =>
        decideBatch(
          checked.map(({ request }) => request),
          opened,
        );
      if (isDry) return decideAll(asked.map(({ checked }) => checked));
      // A project that was removed and made again knows nothing of what was decided before.
      const found = await deps.projectOf(project);
      const owner = `${project} ${found.createdAt}`;
      const admit = await deps.versionsOf(found);
      const [sources, fresh] = sort(owner, asked, recent);
      const results = decideAll(fresh.map(({ checked }) => checked)).map((result, i): Answered => {
        const event = fresh[i]?.checked.event;
        const refused = event === undefined ? null : admit(event.model, event.version);
        return refused === null ? result : { refused };
      });
      const answers = sources.map((source): Answered => {
        if ("before" in source) return source.before;
        return "refused" in source ? source : (results[source.fresh] ?? { refused: inUse });
      });
      if (isWhole && answers.some((answer) => "refused" in answer)) return answers;
      const { predictions, contents } = eventsOf(fresh, results, opened.settings.contentDays);
      const recorded = record(predictions, contents);
      fresh.forEach(({ digest, checked }, i) => {
        const result = results[i];
        if (result !== undefined && "decided" in result)
          recent.keep(owner, checked.event.id, { digest, decided: result.decided, recorded });
      });
      await Promise.all([
        recorded,
        ...sources.flatMap((source) => ("before" in source ? [source.before.recorded] : [])),
      ]);
      return answers;
    },
  };
}

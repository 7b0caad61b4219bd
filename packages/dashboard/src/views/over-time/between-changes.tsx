import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Reliability } from "../../api/api-types.ts";
import { ApiError, get } from "../../api/client.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Measured } from "../../parts/measured.tsx";
import { Name } from "../../parts/name.tsx";
import { countText, type Measure, valueText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { VerdictStatus } from "../../parts/verdict-status.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import type { Era } from "./changes.ts";
import type { PageData } from "./page-data.ts";

/** Stretches that are asked for; the newest. */
const mostEras = 8;

/** Null: not there yet; `young`: too young to be asked for. */
type Answer = Reliability | ApiError | "young" | null;

const HOUR = 3_600_000;

function isReply(answer: Answer): answer is Reliability {
  return answer !== null && answer !== "young" && !ApiError.is(answer);
}

/** Whether confidences could be trusted between one change and the next: versions, calibrators, policies. */
export function BetweenChanges(props: { readonly data: PageData; readonly eras: readonly Era[] }): VNode | null {
  const { data, eras } = props;
  const shown = eras.slice(-mostEras);
  const answers = useEras(data.model, shown);
  if (shown.length === 0) return null;
  const rows = shown.map((era, k) => ({ era, answer: answers[k] ?? null })).reverse();
  return (
    <section class="over-time-eras">
      <h2>Between changes</h2>
      <p class="muted">
        Each row is all of one version from one change to the next, so its interval does not depend on where one looked.
        Predictions whose outcomes are still to come are left out.
      </p>
      <DataTable
        caption="Calibration between changes, the newest first"
        rows={rows}
        rowKey={({ era }) => `${era.version} ${era.start}`}
        columns={[
          {
            name: "Time",
            isHeader: true,
            cell: ({ era }) => (
              <a href={data.link("/calibration", { version: era.version, window: null, ...endsOf(era) })}>
                {days.formatRange(era.start, era.end)}
              </a>
            ),
          },
          { name: "Trust", cell: ({ answer }) => <Trust answer={answer} /> },
          { name: "Stated minus observed", cell: ({ answer }) => <Gap answer={answer} /> },
          { name: "Began with", cell: ({ era }) => era.began?.what ?? "start of the time shown" },
          { name: "Version", cell: ({ era }) => <Name of={era.version} /> },
          {
            name: "Noise floor",
            isNumber: true,
            cell: ({ answer }) =>
              isReply(answer) && answer.noiseFloor !== null ? valueText(answer.noiseFloor.value, "plain") : "–",
          },
          {
            name: "With outcome",
            isNumber: true,
            cell: ({ answer }) => (isReply(answer) ? countText(answer.labelled) : "–"),
          },
        ]}
      />
    </section>
  );
}

const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

function Trust({ answer }: { readonly answer: Answer }): VNode {
  if (answer === null) return <span class="muted">Loading…</span>;
  if (answer === "young") return <Status tone="unsure">Outcomes still to come</Status>;
  if (ApiError.is(answer)) return <span>{answer.message}</span>;
  return <VerdictStatus status={answer.verdict?.status ?? null} axis={answer.axis} />;
}

function Gap({ answer }: { readonly answer: Answer }): VNode | null {
  if (!isReply(answer)) return null;
  const { gap } = answer;
  const of: Measure = gap ?? { value: null, reason: "no outcomes yet", n: 0 };
  return <Measured of={of} kind="points" />;
}

function endsOf({ start, end }: Era): { from: string; to: string } {
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

/** Asks for the calibration of each stretch; null until it is there. */
function useEras(model: string, eras: readonly Era[]): readonly Answer[] {
  const { project: named, segment } = useFilters();
  const current = currentProject(named);
  const project = current?.id ?? null;
  const maturityHours = current?.settings.maturityHours ?? 0;
  const [answers, setAnswers] = useState<{ readonly key: string; readonly list: readonly Answer[] }>({
    key: "",
    list: [],
  });
  const key = JSON.stringify([project, model, segment, eras.map((era) => [era.version, era.start, era.end])]);
  useEffect(() => {
    const stop = new AbortController();
    setAnswers({ key, list: [] });
    const put = (k: number, answer: Answer): void => {
      if (stop.signal.aborted) return;
      setAnswers(({ list }) => ({ key, list: eras.map((_, i) => (i === k ? answer : (list[i] ?? null))) }));
    };
    const ask = async (): Promise<void> => {
      for (const [k, era] of [...eras.entries()].reverse()) {
        if (stop.signal.aborted) return;
        // An era whose hours are all too young has nothing to ask for: the API would refuse it.
        if (maturityHours > 0 && era.start + (maturityHours + 1) * HOUR > Date.now()) {
          put(k, "young");
          continue;
        }
        const query = { model, version: era.version, segment, ...endsOf(era) };
        const answer: Answer | undefined = await get("/api/v1/reliability", query, {
          project,
          signal: stop.signal,
        }).catch((error: unknown): ApiError | undefined => {
          if (stop.signal.aborted) return undefined;
          if (ApiError.is(error)) return error;
          throw error;
        });
        if (answer !== undefined) put(k, answer);
      }
    };
    void ask();
    return () => stop.abort();
  }, [key]);
  return answers.key === key ? answers.list : [];
}

import type { Field } from "@candor/input";
import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { droppedFile, isFileOver } from "../../drop/dropped-file.ts";
import { exampleFile } from "../../drop/example-file.ts";
import type { AnyReport } from "../../drop/make-report.ts";
import type { Failure, News } from "../../drop/messages.ts";
import { createReporter, type Reporter } from "../../drop/start-report.ts";
import { version } from "../../drop/version.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { useUrl } from "../../state/url-state.ts";
import { ColumnForm } from "./column-form.tsx";
import { ReportFrame } from "./report-frame.tsx";
import { reportHtml } from "./report-html.ts";
import { optionsOf } from "./report-options.ts";
import { saveAs } from "./save-as.ts";

/** Where the report is. */
type Stage =
  | { readonly kind: "waiting" }
  | { readonly kind: "reading"; readonly words: string; readonly fraction: number | undefined }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "done"; readonly report: AnyReport; readonly seconds: number };

const count = (value: number): string => value.toLocaleString("en");

function stageOf(news: Exclude<News, { kind: "fields" }>): Stage {
  switch (news.kind) {
    case "reading": {
      const { rows, fraction } = news;
      const part = fraction === undefined ? "" : `, ${Math.floor(fraction * 100)} % of the file`;
      return { kind: "reading", words: `Reading: ${count(rows)} rows${part}`, fraction };
    }
    case "computing":
      return { kind: "reading", words: `Computing the report on ${count(news.rows)} rows`, fraction: undefined };
    case "failed":
      return { kind: "failed", failure: news };
    case "done":
      return news;
  }
}

/** A file as its report, made in this browser. */
export function DropView(): VNode {
  const { state, set } = useUrl();
  const [file, setFile] = useState<File | null>(null);
  const [stage, setStage] = useState<Stage>({ kind: "waiting" });
  const [fields, setFields] = useState<readonly Pick<Field, "name" | "kind">[]>([]);
  const reporter = useRef<Reporter | null>(null);
  const key = JSON.stringify(optionsOf(state));
  const wanted = useMemo(() => optionsOf(state), [key]);

  useEffect(() => {
    reporter.current = createReporter();
    return () => reporter.current?.stop();
  }, []);

  const take = useCallback((found: File | undefined): void => {
    if (found === undefined) return;
    setFields([]);
    setFile(found);
  }, []);

  const dropped = droppedFile.value;
  useEffect(() => {
    if (dropped === null) return;
    droppedFile.value = null;
    take(dropped);
  }, [dropped, take]);

  const begin = useCallback((): void => {
    if (file === null) return;
    setStage({ kind: "reading", words: "Opening the file", fraction: undefined });
    reporter.current?.start({ blob: file, name: file.name, version, ...wanted }, (news) => {
      if (news.kind === "fields") setFields(news.fields);
      else setStage(stageOf(news));
    });
  }, [file, wanted]);

  useEffect(begin, [begin]);

  const stop = (): void => {
    reporter.current?.stop();
    setFile(null);
    setStage({ kind: "waiting" });
  };

  return (
    <div class={isFileOver.value ? "drop over" : "drop"}>
      <div class={file === null ? "zone wide" : "zone"}>
        <p>
          <strong>{file === null ? "Drop a CSV, TSV or Parquet file anywhere on this page" : "Another file"}</strong>
          {file === null ? ", " : ": drop it, "} or{" "}
          <label class="button">
            choose a file
            <input
              type="file"
              class="unseen"
              onChange={({ currentTarget }) => {
                take(currentTarget.files?.[0]);
                currentTarget.value = "";
              }}
            />
          </label>
        </p>
        <p class="muted">It is read in this browser and stays here: nothing is uploaded.</p>
      </div>
      {file === null ? (
        <Explanation
          onExample={() => {
            set({ by: "region", time: "day" });
            take(exampleFile());
          }}
        />
      ) : null}
      {file === null ? null : (
        <Outcome
          file={file}
          stage={stage}
          onStop={stop}
          again={
            fields.length === 0 ? null : (
              <details open={stage.kind === "failed"} key={stage.kind}>
                <summary>Which column is what</summary>
                <ColumnForm
                  known={fields}
                  state={state}
                  onUse={(changes) =>
                    JSON.stringify(optionsOf({ ...state, ...changes })) === key ? begin() : set(changes)
                  }
                />
              </details>
            )
          }
        />
      )}
    </div>
  );
}

/** What can be dropped, and what comes of it. */
function Explanation(props: { readonly onExample: () => void }): VNode {
  return (
    <div class="explanation">
      <h2>What is in the file</h2>
      <p>One row per prediction, with what happened beside it. These columns are recognised by their names:</p>
      <ul>
        <li>
          <code>score</code> and <code>label</code>: the probability of an event, and whether it came (0 or 1)
        </li>
        <li>
          <code>p_cat</code>, <code>p_dog</code>, … and <code>label</code>: a probability per class, and the class
        </li>
        <li>
          <code>confidence</code> and <code>correct</code>: how sure a prediction was, and whether it was right
        </li>
        <li>
          <code>q0.05</code>, <code>q0.95</code>, … and <code>y</code>: quantiles of a number, and the number
        </li>
      </ul>
      <p>Other names can be chosen once the file is here. On a machine, the same report comes from</p>
      <CopyCommand command="npx candor report scores.csv --score p --label y --by region --html report.html" />
      <p>
        <button type="button" onClick={props.onExample}>
          Try it with made-up scores
        </button>
      </p>
    </div>
  );
}

function Outcome(props: {
  readonly file: File;
  readonly stage: Stage;
  readonly again: VNode | null;
  readonly onStop: () => void;
}): VNode | null {
  const { file, stage, again, onStop } = props;
  switch (stage.kind) {
    case "waiting":
      return null;
    case "reading":
      return (
        <div class="progress">
          <p role="status">
            <bdi>{file.name}</bdi>. {stage.words}…
          </p>
          <progress
            aria-label="Progress"
            max={1}
            {...(stage.fraction === undefined ? {} : { value: stage.fraction })}
          />
          <button type="button" onClick={onStop}>
            Cancel
          </button>
        </div>
      );
    case "failed":
      return (
        <>
          <div class="problem" role="alert">
            <p>
              <strong>
                {stage.failure.isExpected ? "No report on this file" : "The report failed, which is not your fault"}.
              </strong>{" "}
              {stage.failure.message}
            </p>
          </div>
          {again}
        </>
      );
    case "done": {
      const { report, seconds } = stage;
      const base = file.name.replace(/(\.csv|\.tsv|\.parquet|\.pq)?(\.gz)?$/i, "");
      return (
        <>
          <div class="actions">
            <p role="status">
              <bdi>{file.name}</bdi>: {count(report.source.rows)} rows in{" "}
              {seconds.toLocaleString("en", { maximumFractionDigits: 1 })} s
            </p>
            <button
              type="button"
              onClick={() => saveAs(`${base}.report.json`, "application/json", `${JSON.stringify(report)}\n`)}
            >
              Save as JSON
            </button>
            <button type="button" onClick={() => saveAs(`${base}.report.html`, "text/html", reportHtml(report))}>
              Save as HTML
            </button>
          </div>
          {again}
          <ReportFrame report={report} />
        </>
      );
    }
  }
}

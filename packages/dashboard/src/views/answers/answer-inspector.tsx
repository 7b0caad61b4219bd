import "./heat-styles.ts";
import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Answer, AnswerChannel, AnswerField, StoredPrediction } from "../../api/api-types.ts";
import { Select } from "../../parts/choice.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Name } from "../../parts/name.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { shareText } from "../../parts/share-text.ts";
import { useUrl } from "../../state/url-state.ts";
import { Alternatives, TokenText } from "./alternatives.tsx";
import { FieldsTable, ScoresTable, scoreText } from "./answer-tables.tsx";
import { HeatLegend } from "./heat-legend.tsx";
import { TokenMap } from "./token-map.tsx";

type Span = NonNullable<AnswerChannel["spans"]>[number];

const channelNames: Readonly<Record<AnswerChannel["channel"], string>> = {
  content: "Answer",
  refusal: "Refusal",
  reasoning: "Reasoning",
  tool: "Tool",
};

/** A text with its tokens; where these cannot be laid on it, as they came. */
interface ShownChannel {
  readonly channel: AnswerChannel["channel"];
  readonly text: string;
  readonly spans: readonly Span[];
  /** The spans joined are the text. */
  readonly isLaid: boolean;
}

function channelsOf({ channels, tokens }: Answer): readonly ShownChannel[] {
  return channels.map(({ channel, text, spans }) => {
    if (spans !== null) return { channel, text, spans, isLaid: true };
    const own = tokens.flatMap((token, i) =>
      token.channel === channel ? [{ text: token.text, tokens: [i], probability: token.probability }] : [],
    );
    return { channel, text, spans: own, isLaid: false };
  });
}

/** A chosen span: which channel, and where in it. */
interface Chosen {
  readonly channel: AnswerChannel["channel"];
  readonly span: number;
}

function readChosen(text: string | undefined, channels: readonly ShownChannel[]): Chosen | null {
  const [name, at] = (text ?? "").split(":");
  const found = channels.find(({ channel }) => channel === name);
  const span = Number(at);
  return found !== undefined && Number.isInteger(span) && span >= 0 && span < found.spans.length
    ? { channel: found.channel, span }
    : null;
}

function FocusedToken(props: { readonly answer: Answer; readonly span: Span | undefined }): VNode {
  const { answer, span } = props;
  if (span === undefined || span.tokens.length === 0)
    return (
      <p class="muted">
        {span === undefined
          ? "Point at a token, or go to it with Tab and the arrow keys, to see what else could have stood there. Arrow up and down go to unlikely ones."
          : "This part came without tokens: nothing is known of its probability."}
      </p>
    );
  return (
    <>
      {span.tokens.map((index) => {
        const token = answer.tokens[index];
        if (token === undefined) return null;
        return (
          <div key={index} class="token-focus-one">
            <p>
              <TokenText of={token.text} />{" "}
              <b>
                {token.probability === null
                  ? token.bound === undefined
                    ? "probability unknown"
                    : `at most ${shareText(token.bound)}`
                  : shareText(token.probability)}
              </b>{" "}
              <small class="muted">
                token {index + 1} of {answer.tokens.length}
              </small>
            </p>
            <Alternatives token={token} />
          </div>
        );
      })}
    </>
  );
}

function Summary({ answer, prediction }: { readonly answer: Answer; readonly prediction: StoredPrediction }): VNode {
  const { confidence, evidence, model, provider, finish, notes, fault } = answer;
  const { name, value, bounds, meaning, reason } = confidence;
  const differs =
    value !== null && prediction.rawConfidence !== null && Math.abs(value - prediction.rawConfidence) > 1e-6;
  return (
    <div class="answer-summary">
      <p>
        {value === null ? (
          <>
            <b>No confidence can be read from this answer.</b> {reason}
          </>
        ) : (
          <>
            <b>
              <Name of={name} /> {scoreText(name, value)}
            </b>
            {bounds === null ? null : ` (${bounds.map((end) => scoreText(name, end)).join(" to ")})`}
            {meaning === "" ? "" : `: ${meaning}`}.
            {differs ? " The confidence recorded with the prediction is another number." : ""}
          </>
        )}{" "}
        {evidence.sentence}
      </p>
      <p class="muted">
        <Name of={model ?? provider} />
        {finish === null ? null : (
          <>
            , ended: <Name of={finish} />
          </>
        )}
      </p>
      {fault === null ? null : (
        <div class="problem">
          <p>The provider sent an error in place of an answer.</p>
          <PlainText text={JSON.stringify(fault, null, 2)} label="Error of the provider" />
        </div>
      )}
      {notes.length === 0 ? null : (
        <ul class="answer-notes">
          {notes.map(({ flag, sentence }) => (
            <li key={flag}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Questions({ answer: { questions } }: { readonly answer: Answer }): VNode | null {
  if (questions.length === 0) return null;
  return (
    <DataTable
      caption="Answers of the decision model"
      showCaption
      rows={questions}
      columns={[
        { name: "Question", isHeader: true, cell: ({ name, type }) => <Name of={name ?? type} /> },
        { name: "Answer", cell: ({ value, type }) => (type === "refusal" ? "refused" : <Name of={String(value)} />) },
        {
          name: "Probability",
          isNumber: true,
          cell: ({ probability }) => (probability === null ? "unknown" : shareText(probability)),
        },
      ]}
    />
  );
}

/** The least likely of some tokens: where to look first. */
function leastLikely(tokens: readonly number[], { tokens: all }: Answer): readonly number[] {
  const probability = (at: number): number => all[at]?.probability ?? 0;
  const [first, ...others] = tokens;
  if (first === undefined) return [];
  return [others.reduce((least, at) => (probability(at) < probability(least) ? at : least), first)];
}

/** Of a part with several tokens the one that makes it unsure. */
function LeastToken({ of, answer }: { readonly of: readonly number[]; readonly answer: Answer }): VNode | null {
  const [at] = leastLikely(of, answer);
  const token = at === undefined ? undefined : answer.tokens[at];
  if (of.length < 2 || token === undefined || token.probability === null) return null;
  return (
    <span class="muted">
      least at <TokenText of={token.text} /> {shareText(token.probability)}{" "}
    </span>
  );
}

/** An answer of a language model: where it is sure, where it is not, and what it could have said instead. */
export function AnswerInspector(props: { readonly answer: Answer; readonly prediction: StoredPrediction }): VNode {
  const { answer, prediction } = props;
  const { state, set } = useUrl();
  const channels = useMemo(() => channelsOf(answer), [answer]);
  const weak = useMemo(() => answer.weakest?.tokens ?? [], [answer]);
  const linked = readChosen(state["token"], channels);
  const [chosen, setChosen] = useState<Chosen | null>(linked);
  const [isPinned, setPinned] = useState(linked !== null);
  const wanted = chosen !== null && isPinned ? `${chosen.channel}:${chosen.span}` : null;
  // Browsers refuse many changes of the address in a short time, as held arrow keys would make.
  useEffect(() => {
    if (wanted === (state["token"] ?? null)) return undefined;
    const timer = setTimeout(() => set({ token: wanted }, { replace: true }), 300);
    return () => clearTimeout(timer);
  }, [wanted]);
  const show = (tokens: readonly number[]): void => {
    for (const { channel, spans } of channels) {
      const span = spans.findIndex((one) => one.tokens.some((token) => tokens.includes(token)));
      if (span < 0) continue;
      setChosen({ channel, span });
      setPinned(true);
      document.querySelector<HTMLElement>(`[data-channel="${channel}"] [data-span="${span}"]`)?.focus();
      return;
    }
  };
  const current = channels.find(({ channel }) => channel === chosen?.channel);
  const fields = [...answer.fields, ...answer.toolCalls.flatMap((call) => call.fields)];
  const { weakest } = answer;
  const hasTokens = channels.some(({ spans }) => spans.length > 0);
  return (
    <div class="inspector">
      {answer.answers > 1 ? (
        <Select
          label="Answer"
          value={String(answer.index)}
          options={Array.from({ length: answer.answers }, (_, i) => ({
            value: String(i),
            name: `${i + 1} of ${answer.answers}`,
          }))}
          onChange={(index) => set({ answer: index, token: null })}
        />
      ) : null}
      <Summary answer={answer} prediction={prediction} />
      {weakest === null ? null : (
        <p class="weakest-part">
          <span class="weakest-word">▲ Least sure</span>{" "}
          {weakest.path === null ? null : (
            <>
              <code>{visibleText(weakest.path, 80)}</code>{" "}
            </>
          )}
          <TokenText of={weakest.text} /> <b>{shareText(weakest.probability)}</b>{" "}
          <LeastToken of={weakest.tokens} answer={answer} />
          {weakest.tokens.length === 0 ? null : (
            <button type="button" onClick={() => show(leastLikely(weakest.tokens, answer))}>
              Show it
            </button>
          )}
        </p>
      )}
      <div class={hasTokens ? "inspector-reading" : undefined}>
        <div class="inspector-texts">
          {hasTokens ? <HeatLegend /> : null}
          {channels.map(({ channel, text, spans, isLaid }) => (
            <div key={channel} data-channel={channel}>
              {channels.length > 1 ? <h3>{channelNames[channel]}</h3> : null}
              {isLaid ? null : <PlainText text={text} label={channelNames[channel]} />}
              {spans.length === 0 ? null : (
                <>
                  {isLaid ? null : <p class="muted">Its tokens, as they came:</p>}
                  <TokenMap
                    spans={spans}
                    label={`Tokens of the ${channelNames[channel].toLowerCase()}`}
                    weak={weak}
                    active={chosen?.channel === channel ? chosen.span : null}
                    onActive={(span, how) => {
                      setChosen({ channel, span });
                      setPinned(how === "focus");
                    }}
                  />
                </>
              )}
            </div>
          ))}
          {channels.length === 0 && answer.questions.length === 0 && answer.toolCalls.length === 0 ? (
            <p class="muted">The answer has no text.</p>
          ) : null}
        </div>
        {hasTokens ? (
          <section class="token-focus" aria-label="The chosen token">
            <FocusedToken answer={answer} span={current?.spans[chosen?.span ?? -1]} />
          </section>
        ) : null}
      </div>
      {answer.toolCalls.map((call, i) => (
        <div key={`${i} ${call.name}`} class="content-entry">
          <h3>
            Calls <Name of={call.name} />
          </h3>
          <PlainText text={call.arguments} label={`Arguments of ${call.name}`} />
        </div>
      ))}
      {answer.moreToolCalls > 0 ? <p class="muted">{answer.moreToolCalls} more calls of tools are not shown.</p> : null}
      <Questions answer={answer} />
      {fields.length === 0 ? null : (
        <section class="prediction-part">
          <h3>Fields</h3>
          <FieldsTable
            fields={fields}
            weakest={weakest?.kind === "field" ? weakest.path : null}
            decidedOn={answer.confidence.name}
            onShow={(field: AnswerField) => show(leastLikely(field.tokens, answer))}
          />
        </section>
      )}
      <details class="prediction-part">
        <summary>All scores of this answer</summary>
        <ScoresTable scores={answer.scores} />
      </details>
    </div>
  );
}

import type { VNode } from "preact";
import { FirstRun } from "../../parts/first-run.tsx";
import { Name } from "../../parts/name.tsx";
import { shortCount } from "../../parts/numbers.ts";
import { Answer, Empty } from "../../parts/states.tsx";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";

/** Which model? All there are, as links. */
export function ChooseModel(): VNode {
  const { link } = useUrl();
  const known = useQuery("/api/v1/versions");
  return (
    <Answer query={known} what="the models">
      {({ models }) =>
        models.length === 0 ? (
          <FirstRun />
        ) : (
          <Empty title="Choose a model">
            <p>A diagram is of one model at a time:</p>
            <ul class="model-links">
              {models.map(({ model, version, labelled }) => (
                <li key={`${model} ${version}`}>
                  <a href={link("/calibration", { model, version })}>
                    <Name of={model} /> <Name of={version} />
                  </a>{" "}
                  <span class="muted">{shortCount(labelled)} with outcome</span>
                </li>
              ))}
            </ul>
          </Empty>
        )
      }
    </Answer>
  );
}

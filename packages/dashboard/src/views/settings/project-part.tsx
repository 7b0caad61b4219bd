import type { VNode } from "preact";
import { Facts } from "../../parts/facts.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject, mayDo } from "../../state/session.ts";
import { ProjectForm } from "./project-form.tsx";
import { RemoveProject } from "./remove-project.tsx";
import { daysText, uncertifiedWords } from "./setting-words.ts";

/** The project that is looked at: what is set, to change for those who may. */
export function ProjectPart(): VNode {
  const project = currentProject(useFilters().project);
  if (project === null) return <p>There is no project of this name. Choose one under “All projects”.</p>;
  const { id, name, createdAt, settings } = project;
  const { maturityHours, outcomeName, retentionDays, contentDays, whenUncertified } = settings;
  return (
    <>
      <h2>
        Project <Name of={name} /> <code>{id}</code>
      </h2>
      <p class="muted">
        Made <Moment at={createdAt} />
        {project.demo ? ". Its data is made up." : "."}
      </p>
      {mayDo("admin") ? (
        <>
          <ProjectForm key={id} project={project} />
          <RemoveProject project={project} />
        </>
      ) : (
        <Facts
          of={[
            ["Outcomes expected within", `${maturityHours} hours`],
            ["Outcome that counts", <Name key="outcome" of={outcomeName} />],
            ["Predictions kept", daysText(retentionDays, "for ever")],
            ["Content kept", daysText(contentDays, "not at all")],
            ["Uncertified decisions", uncertifiedWords[whenUncertified]],
          ]}
        />
      )}
    </>
  );
}

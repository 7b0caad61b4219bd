import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import type { AuditEntry } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Answer } from "../../parts/states.tsx";
import { session } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";

const pageSize = 50;

function detailText(details: AuditEntry["details"]): string {
  const parts = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return visibleText(parts.join(", "), 400);
}

/** Who did what, page by page. */
export function AuditPart(): VNode {
  const { state, link, path } = useUrl();
  const { value } = session;
  const maySeeAll = value.status === "in" && value.session.project === null;
  const isAll = maySeeAll && state["all"] === "true";
  const before = /^\d+$/.test(state["before"] ?? "") ? Number(state["before"]) : null;
  const query = useQuery("/api/v1/audit", { limit: pageSize, before, ...(isAll ? { all: "true" } : {}) });
  return (
    <>
      <h2>Audit log</h2>
      <p class="muted">
        Every change of keys, projects, calibrators, policies and what is active. Nothing in it can be changed or
        removed here.{" "}
        {maySeeAll ? (
          <a href={link(path, { part: "audit", all: !isAll })}>{isAll ? "Only this project" : "Of the whole server"}</a>
        ) : null}
      </p>
      <Answer query={query} what="the audit log">
        {({ entries }) => {
          const last = entries.at(-1);
          return (
            <>
              {entries.length === 0 ? (
                <p>{before === null ? "Nothing has been done yet." : "There is nothing older."}</p>
              ) : (
                <DataTable
                  caption="Audit log, newest first"
                  columns={[
                    { name: "When", cell: ({ at }) => <Moment at={at} />, isHeader: true },
                    {
                      name: "Who",
                      cell: ({ actor }) => (actor === "cli" ? "Command line" : <code>{actor}</code>),
                    },
                    { name: "What", cell: ({ action }) => <code>{action}</code> },
                    { name: "To what", cell: ({ subject }) => <bdi class="given">{visibleText(subject, 120)}</bdi> },
                    ...(isAll ? [{ name: "Project", cell: ({ project }: AuditEntry) => project ?? "the server" }] : []),
                    {
                      name: "Details",
                      cell: ({ details }) => (
                        <small class="muted given">
                          <bdi>{detailText(details)}</bdi>
                        </small>
                      ),
                    },
                  ]}
                  rows={entries}
                  rowKey={({ sequence }) => sequence}
                />
              )}
              <p class="pages">
                {before === null ? null : <a href={link(path, { part: "audit", all: isAll })}>Newest</a>}{" "}
                {last !== undefined && entries.length === pageSize ? (
                  <a href={link(path, { part: "audit", all: isAll, before: last.sequence })}>Older</a>
                ) : null}
              </p>
            </>
          );
        }}
      </Answer>
    </>
  );
}

import type { VNode } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { useDroppedFiles } from "./drop/dropped-file.ts";
import { FilterBar } from "./frame/filter-bar.tsx";
import { LogIn } from "./frame/log-in.tsx";
import { BrokenPage, NoSuchProject, NotLoaded } from "./frame/out-of-order.tsx";
import { SessionOver } from "./frame/session-over.tsx";
import { TopBar } from "./frame/top-bar.tsx";
import { Empty, Problem, Skeleton } from "./parts/states.tsx";
import { useFilters } from "./state/filters.ts";
import { currentProject, hasEnded, session, startSession } from "./state/session.ts";
import { type View, views } from "./views.ts";

const pages = views.map((view) => ({ view, page: lazy(() => view.load().catch(() => NotLoaded)) }));

function matches({ path }: View, actual: string): boolean {
  const pattern = path.split("/");
  const parts = actual.split("/");
  return pattern.length === parts.length && pattern.every((part, i) => part.startsWith(":") || part === parts[i]);
}

function NotFound(): VNode {
  return (
    <Empty title="There is no such page">
      <p>
        <a href="/">All models</a>
      </p>
    </Empty>
  );
}

/** The page of the path; where it fails, that it did, until another address is opened. */
function Content(): VNode {
  const { url } = useLocation();
  const [error, reset] = useErrorBoundary();
  useEffect(reset, [url]);
  if (error !== undefined) return <BrokenPage error={error} />;
  return (
    <Router>
      {pages.map(({ view: { path: at }, page }) => (
        <Route key={at} path={at} component={page} />
      ))}
      <Route default component={NotFound} />
    </Router>
  );
}

function Page(): VNode {
  useDroppedFiles();
  const { path } = useLocation();
  const view = views.find((one) => matches(one, path));
  const title = view?.title ?? "Not found";
  useEffect(() => {
    document.title = `${title} · Candor`;
  }, [title]);
  const named = useFilters().project;
  const { value } = session;
  const isOpen = value.status === "in" || view?.isPublic === true;
  if (value.status === "asking" && !isOpen) return <Skeleton what="the session" />;
  if (value.status === "failed" && !isOpen) return <Problem error={value.error} retry={() => void startSession()} />;
  if (!isOpen) return <LogIn why={value.status === "out" ? value.why : null} />;
  const isStranger = named !== null && value.status === "in" && currentProject(named)?.id !== named;
  return (
    <>
      {view === undefined || isStranger || value.status !== "in" ? null : <FilterBar filters={view.filters} />}
      <main id="main" tabIndex={-1}>
        <h1>{title}</h1>
        {isStranger ? <NoSuchProject id={named} /> : <Content />}
      </main>
      {hasEnded.value ? <SessionOver /> : null}
    </>
  );
}

/** The whole page. */
export function App(): VNode {
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <TopBar />
      <Page />
    </LocationProvider>
  );
}

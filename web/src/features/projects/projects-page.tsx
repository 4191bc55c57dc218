import { keepPreviousData, useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Opened } from "@/components/opened";
import { PageTitle } from "@/components/page-title";
import { Region } from "@/components/region";
import { forgetTyped } from "@/components/search-field";
import { Empty, Failure } from "@/components/states";
import type { Page, Project } from "@/lib/api-types";
import { useCommand } from "@/lib/commands";
import { queryFrom } from "@/lib/filters";
import { lazyPage, usePreload } from "@/lib/lazy-page";
import { useLiveProjects, useLiveStatus } from "@/lib/live/live";
import { ProjectCard } from "./project-card";
import { ProjectTools } from "./project-tools";
import { projectsQuery, sorts, type ProjectFilter } from "./projects-api";

const NewProjectDialog = lazyPage(() => import("./new-project-dialog"));

export default function ProjectsPage() {
  const [creating, setCreating] = useState(false);
  const create = () => setCreating(true);
  usePreload(NewProjectDialog);
  useCommand({ label: "Start a project", keys: "c", also: "new create add", run: create });
  const [params] = useSearchParams();
  const filter = filterFrom(params);
  const first = useFirstVisit(filter);
  return (
    <main className="mx-auto w-full max-w-6xl p-4 sm:p-8">
      <div className="mb-5 flex min-h-9 flex-wrap items-center gap-3">
        <PageTitle className="mr-auto text-3xl">Projects</PageTitle>
        {first !== true && (
          <Button saves look="primary" onClick={create} className={first === undefined ? "invisible" : ""}>
            <Plus size={16} aria-hidden />
            New project
          </Button>
        )}
      </div>
      {first !== true && <ProjectTools className={first === undefined ? "invisible" : ""} />}
      <Region name="Your projects">
        <ProjectList filter={filter} first={first} onCreate={create} />
      </Region>
      <Opened onClose={() => setCreating(false)}>
        {creating && <NewProjectDialog onClose={() => setCreating(false)} />}
      </Opened>
    </main>
  );
}

/**
 * Whether the person has no project at all, not even an archived one: there is
 * nothing to search or sort then. Undefined until that is known.
 */
function useFirstVisit(filter: ProjectFilter): boolean | undefined {
  const asked = filter.q !== undefined || filter.archived !== undefined;
  const active = useInfiniteQuery({
    ...projectsQuery(filter),
    enabled: !asked,
    placeholderData: keepPreviousData,
  });
  const none = isEmpty(active.data);
  const archived = useInfiniteQuery({ ...projectsQuery({ archived: "true" }), enabled: !asked && none });
  if (asked || active.isPlaceholderData) return false; // no tool goes while it is in use
  if (active.isPending || (none && archived.isPending)) return undefined;
  return none && isEmpty(archived.data);
}

const isEmpty = (data: InfiniteData<Page<Project>> | undefined): boolean =>
  data !== undefined && data.pages.every(({ items, nextCursor }) => items.length === 0 && !nextCursor);

function filterFrom(params: URLSearchParams): ProjectFilter {
  const q = queryFrom(params);
  const sort = sorts.find((one) => one === params.get("sort"));
  return {
    ...(q !== "" && { q }),
    ...(sort && { sort }),
    ...(params.get("archived") === "true" && { archived: "true" }),
  };
}

/** Changes are pushed; without the connection they are asked for. */
const POLL_MS = 15_000;

interface ListProps {
  filter: ProjectFilter;
  /** As of useFirstVisit. */
  first: boolean | undefined;
  onCreate: () => void;
}

function ProjectList({ filter, first, onCreate }: ListProps) {
  const connected = useLiveStatus() === "live";
  const {
    data,
    error,
    isPending,
    isPlaceholderData,
    refetch,
    hasNextPage,
    fetchNextPage,
    isFetchingNextPage,
  } = useInfiniteQuery({
    ...projectsQuery(filter),
    refetchInterval: connected ? false : POLL_MS,
    placeholderData: keepPreviousData,
  });
  const projects = data?.pages.flatMap((page) => page.items) ?? [];
  useLiveProjects(projects.map(({ id }) => id));
  if (isPending) return <ListSkeleton />;
  if (!data) {
    return <Failure title="Your projects did not load" error={error} onRetry={() => void refetch()} />;
  }
  if (projects.length === 0 && !hasNextPage) {
    return first === undefined ? (
      <ListSkeleton />
    ) : (
      <NoProjects filter={filter} first={first} onCreate={onCreate} />
    );
  }
  return (
    <>
      <ul
        aria-label="Projects"
        aria-busy={isPlaceholderData}
        className={`grid gap-4 transition-opacity sm:grid-cols-2 lg:grid-cols-3 ${isPlaceholderData ? "opacity-60" : ""}`}
      >
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
      {hasNextPage && (
        <div className="mt-6 text-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? "Loading…" : "Show more"}
          </Button>
        </div>
      )}
    </>
  );
}

function NoProjects({ filter, first, onCreate }: ListProps) {
  const [, setParams] = useSearchParams();
  if (first === true) return <FirstProject onCreate={onCreate} />;
  if (filter.q !== undefined) {
    const clear = () => {
      forgetTyped();
      setParams({}, { replace: true });
    };
    return (
      <Empty title="No project matches" action={<Button onClick={clear}>Clear the search</Button>}>
        None of your {filter.archived ? "archived " : ""}projects mentions “{filter.q}”.
      </Empty>
    );
  }
  if (filter.archived) {
    return (
      <Empty
        title="Nothing is archived"
        action={<Button onClick={() => setParams({}, { replace: true })}>Back to your projects</Button>}
      >
        Projects that are finished can be archived. They stay readable, and can be brought back.
      </Empty>
    );
  }
  return (
    <Empty
      title="No active project"
      action={
        <Button saves look="primary" onClick={onCreate}>
          Create a project
        </Button>
      }
    >
      What was put away is under Archived.
    </Empty>
  );
}

function FirstProject({ onCreate }: { onCreate: () => void }) {
  return (
    <Empty
      title="Start your first project"
      action={
        <Button saves look="primary" onClick={onCreate}>
          <Plus size={16} aria-hidden />
          New project
        </Button>
      }
    >
      A project is a board with three columns. Start one, then invite the people who work on it with you.
    </Empty>
  );
}

function ListSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading your projects"
      className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3"
    >
      {[1, 2, 3].map((n) => (
        <div key={n} className="skeleton h-57 rounded-xl" />
      ))}
    </div>
  );
}

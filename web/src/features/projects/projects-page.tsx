import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { PageTitle } from "@/components/page-title";
import { Empty, Failure } from "@/components/states";
import { useLiveProjects, useLiveStatus } from "@/lib/live/live";
import { NewProjectDialog } from "./new-project-dialog";
import { ProjectCard } from "./project-card";
import { projectsQuery } from "./projects-api";

export default function ProjectsPage() {
  const [creating, setCreating] = useState(false);
  return (
    <main className="mx-auto w-full max-w-6xl p-4 sm:p-8">
      <div className="mb-6 flex flex-wrap items-center gap-3">
        <PageTitle className="mr-auto text-3xl">Projects</PageTitle>
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus size={16} aria-hidden />
          New project
        </Button>
      </div>
      <ProjectList onCreate={() => setCreating(true)} />
      <NewProjectDialog open={creating} onClose={() => setCreating(false)} />
    </main>
  );
}

/** Changes are pushed; without the connection they are asked for. */
const POLL_MS = 15_000;

function ProjectList({ onCreate }: { onCreate: () => void }) {
  const connected = useLiveStatus() === "live";
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({ ...projectsQuery, refetchInterval: connected ? false : POLL_MS });
  const projects = data?.pages.flatMap((page) => page.items) ?? [];
  useLiveProjects(projects.map(({ id }) => id));
  if (isPending) return <ListSkeleton />;
  if (!data) {
    return <Failure title="Your projects did not load" error={error} onRetry={() => void refetch()} />;
  }
  if (projects.length === 0) {
    return (
      <Empty title="Sow the first one" action={<Button onClick={onCreate}>Create your first project</Button>}>
        A project is a board with three columns. Start one, then invite the people who work on it with you.
      </Empty>
    );
  }
  return (
    <>
      <ul aria-label="Projects" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
      {hasNextPage && (
        <div className="mt-6 text-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
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
        <div key={n} className="skeleton h-60 rounded-xl" />
      ))}
    </div>
  );
}

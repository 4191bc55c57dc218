import { Suspense } from "react";
import { useNavigate, useParams } from "react-router";
import { ActivityButton } from "@/features/activity/activity-button";
import { BoardPage } from "@/features/board/board-page";
import { ExportButton } from "@/features/exports/export-button";
import { MembersButton } from "@/features/members/members-button";
import { ProjectMenu } from "@/features/projects/project-menu";
import type { ProjectId } from "@/lib/api-types";
import { lazyPage, usePreload } from "@/lib/lazy-page";

const ListView = lazyPage(() => import("@/features/board/list-view"));

/** A project with the tools of the features around it. */
export default function BoardRoute({ view }: { view: "board" | "list" }) {
  const { projectId } = useParams();
  const id = projectId as ProjectId;
  const navigate = useNavigate();
  usePreload(ListView);
  return (
    <BoardPage
      key={id}
      project={id}
      view={view}
      list={(board) => (
        <Suspense>
          <ListView board={board} />
        </Suspense>
      )}
      tools={({ project, members }) => (
        <>
          <MembersButton project={project} members={members} />
          <ActivityButton project={project} members={members} />
          {project.role !== "viewer" && <ExportButton project={project} members={members} />}
          {project.role === "owner" && (
            <ProjectMenu project={project} onDeleted={() => void navigate("/projects", { replace: true })} />
          )}
        </>
      )}
    />
  );
}

import { useParams } from "react-router";
import type { ProjectId } from "@/lib/api-types";
import { BoardPage } from "@/features/board/board-page";
import { ExportButton } from "@/features/exports/export-dialog";
import { MembersButton } from "@/features/members/members-dialog";

/** The board, with the tools of the features around it. */
export default function BoardRoute() {
  const { projectId } = useParams();
  const project = projectId as ProjectId;
  return (
    <BoardPage
      key={project}
      project={project}
      tools={(board) => (
        <>
          <MembersButton project={board.project} members={board.members} />
          {board.project.role !== "viewer" && <ExportButton project={board.project} />}
        </>
      )}
    />
  );
}

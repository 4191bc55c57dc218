import { useParams } from "react-router";
import type { ProjectId } from "@/lib/api-types";
import { BoardPage } from "@/features/board/board-page";

/** The board, with the tools of the features around it. */
export default function BoardRoute() {
  const { projectId } = useParams();
  const project = projectId as ProjectId;
  return <BoardPage key={project} project={project} tools={() => null} />;
}

import { ChevronLeft, Columns3, List, Plus } from "lucide-react";
import { memo, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Rendered } from "@/components/markdown/markdown";
import { Opened } from "@/components/opened";
import { PageTitle } from "@/components/page-title";
import { Region } from "@/components/region";
import type { Status, TaskId } from "@/lib/api-types";
import type { BoardState } from "@/lib/board/board-state";
import { useCommand } from "@/lib/commands";
import { lazyPage, usePreload } from "@/lib/lazy-page";
import { useLiveProject } from "@/lib/live/live";
import { useLatest } from "@/lib/use-latest";
import { OpenCardMenu } from "./card-menu";
import { FilterBar } from "./filter-bar";
import { focusCard } from "./focus";
import { UNDO_MOVE, useUndoLabel } from "./moves";
import { useOpenedTask, useOpenTask } from "./opened-task";
import { Presence } from "./presence";
import { useMoveTask } from "./use-move-task";
import { useViewSwitch } from "./use-view-switch";

const TaskDialog = lazyPage(() => import("./task-dialog"));
const NewTaskDialog = lazyPage(() => import("./new-task-dialog"));

interface Inside {
  canEdit: boolean;
  open: (task: TaskId) => void;
  create: (status: Status) => void;
}

interface Props {
  board: BoardState;
  view: "board" | "list";
  /** Buttons in the header; the same function as long as they are the same. */
  tools: (board: BoardState) => ReactNode;
  children: (inside: Inside) => ReactNode;
}

const LateFilterBar = memo(FilterBar);

/** What both views of a project share: its header, the filters, the dialogs of its tasks. */
export function ProjectFrame({ board, view, tools, children }: Props) {
  const { project, members } = board;
  // A dropped card should not wait for the header: that is rendered anew once the card is painted.
  const late = useDeferredValue(board);
  const lateTools = useMemo(() => tools(late), [tools, late]);
  const [params] = useSearchParams();
  const [creating, setCreating] = useState<Status>();
  const canEdit = project.role !== "viewer" && !project.archived;
  useLiveProject(project.id, board.seq);
  usePreload(TaskDialog, NewTaskDialog, OpenCardMenu, Rendered);

  const { task: opened, close: closeTask } = useOpenedTask();
  const open = useLatest(useOpenTask());
  const create = useLatest((status: Status) => setCreating(status));
  const close = () => {
    closeTask();
    if (opened) focusCard(opened); // it may have come by its address, or moved to another column
  };

  const search = params.size > 0 ? `?${params}` : "";
  const other = view === "board" ? `/projects/${project.id}/list` : `/projects/${project.id}`;
  const switchView = useViewSwitch(view, other + search);
  useCommand({ label: "Create a task", keys: "c", also: "new add card", run: () => create("todo") }, canEdit);
  const { undo } = useMoveTask(project.id, board.filter);
  const undoLabel = useUndoLabel(project.id);
  const idle = undoLabel === undefined;
  useCommand(
    { label: undoLabel ?? UNDO_MOVE, idle, keys: "mod+z", notInText: true, also: "back revert", run: undo },
    canEdit,
  );
  useCommand({
    label: view === "board" ? "Show as a list" : "Show as a board",
    keys: "v",
    also: "view switch",
    run: switchView,
  });

  return (
    // As high as the window leaves room for, whatever stands above it.
    <main className="flex h-0 min-h-112 grow flex-col">
      <div className="flex flex-wrap items-center gap-2 px-4 pt-3 pb-2 sm:gap-2.5 sm:px-6">
        <div className="mr-auto flex min-w-0 items-baseline gap-2 max-sm:basis-full sm:flex-[1_1_12rem] max-sm:items-center max-sm:gap-1">
          <Link
            to="/projects"
            className="rounded-md text-ink-soft hover:text-ink max-sm:-ml-2 max-sm:grid max-sm:size-9 max-sm:shrink-0 max-sm:place-items-center"
          >
            <ChevronLeft size={20} aria-hidden className="sm:hidden" />
            <span className="max-sm:sr-only">Projects</span>
          </Link>
          <span aria-hidden className="text-ink-faint max-sm:hidden">
            /
          </span>
          <PageTitle className="truncate text-xl">{project.name}</PageTitle>
          {project.archived && <Tag>Archived: read only</Tag>}
          {project.role === "viewer" && !project.archived && <Tag>View only</Tag>}
        </div>
        <Presence project={project.id} members={members} />
        {lateTools}
        {canEdit && (
          <Button saves look="primary" onClick={() => create("todo")} className="max-sm:ml-auto">
            <Plus size={16} aria-hidden />
            New task
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2 px-4 pb-3 sm:px-6">
        <nav aria-label="View" className="flex rounded-md bg-sunken p-0.5">
          <ViewLink to={`/projects/${project.id}${search}`} current={view === "board"} label="Board">
            <Columns3 size={15} aria-hidden />
          </ViewLink>
          <ViewLink to={`/projects/${project.id}/list${search}`} current={view === "list"} label="List">
            <List size={15} aria-hidden />
          </ViewLink>
        </nav>
        <LateFilterBar board={late} view={view} />
      </div>
      <Region name="The tasks">{children({ canEdit, open, create })}</Region>
      <Opened onClose={() => setCreating(undefined)}>
        {creating && (
          <NewTaskDialog
            project={project.id}
            members={members}
            status={creating}
            onClose={() => setCreating(undefined)}
            onOpen={open}
          />
        )}
      </Opened>
      <Opened onClose={close}>
        {opened && (
          <TaskDialog
            key={opened}
            board={board}
            id={opened}
            onClose={close}
            onReopen={() => open(opened)}
            onRecreate={(status) => {
              close();
              create(status);
            }}
          />
        )}
      </Opened>
    </main>
  );
}

/** Why there is nothing to change here. */
function Tag({ children }: { children: string }) {
  return (
    <span className="shrink-0 self-center rounded-sm bg-sunken px-1.5 text-xs text-ink-soft ring-1 ring-line ring-inset">
      {children}
    </span>
  );
}

interface ViewLinkProps {
  to: string;
  current: boolean;
  label: string;
  children: ReactNode;
}

function ViewLink({ to, current, label, children }: ViewLinkProps) {
  return (
    <Link
      to={to}
      replace
      aria-current={current ? "page" : undefined}
      className="inline-flex min-h-7 items-center gap-1.5 rounded-sm px-2 text-sm font-medium text-ink-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-1"
    >
      {children}
      {label}
    </Link>
  );
}

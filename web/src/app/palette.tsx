import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { KeyCaps } from "@/components/key-caps";
import { useReturnFocus } from "@/components/return-focus";
import { useOpenTask } from "@/features/board/opened-task";
import { projectsQuery } from "@/features/projects/projects-api";
import type { ProjectId } from "@/lib/api-types";
import { useCommands, type Command } from "@/lib/commands";
import { useSetting } from "@/lib/settings";
import { themeSetting, type Theme } from "@/lib/theme";
import { statusDot } from "@/lib/words";
import { PaletteBox, type Entry } from "./palette-box";
import { bestFirst } from "./palette-rank";
import { useNamedTasks } from "./palette-tasks";

/** The group of the item that is there for whatever is typed. */
const REST = "";

const isDark = (theme: Theme): boolean =>
  theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

/** A popover is a dialog too, but closes by itself. */
const isUnderDialog = (): boolean =>
  document.querySelector("[role=dialog]:not([data-radix-popper-content-wrapper] *), [role=alertdialog]") !==
  null;

/** Everything by name: what this page can do, the tasks of the project that is open, projects, and what every page can do. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { remember, giveBack } = useReturnFocus();
  const [text, setText] = useState("");
  const [over] = useState(isUnderDialog);
  const taken = useRef<() => void>(undefined);
  const commands = useCommands().filter(({ keys, idle }) => keys !== "mod+k" && idle !== true);
  const { projectId } = useParams();
  const project = projectId as ProjectId | undefined;
  const { data } = useInfiniteQuery(projectsQuery());
  const projects = data?.pages.flatMap(({ items }) => items) ?? [];
  const { tasks, searching } = useNamedTasks(project, text);
  const openTask = useOpenTask();
  const otherTheme = isDark(useSetting(themeSetting)) ? "light" : "dark";

  const searched = text.trim();
  const themeName = `Use the ${otherTheme} theme`;
  const groups = bestFirst<Entry>(
    [
      // What stands under a dialog cannot be used.
      {
        heading: "On this page",
        items: over ? [] : commands.filter(({ anywhere }) => !anywhere).map(entryOf),
      },
      {
        heading: "Tasks",
        items: tasks.map(({ id, name, title, status }) => ({
          value: id,
          name: `${name} ${title}`,
          run: () => openTask(id),
          shown: (
            <>
              <span aria-hidden className={`size-2 shrink-0 rounded-full ${statusDot[status]}`} />
              <span className="w-16 shrink-0 text-ink-faint tabular-nums">{name}</span>
              <span className="truncate">{title}</span>
            </>
          ),
        })),
      },
      {
        heading: "Projects",
        items: projects.map(({ id, name }) => ({
          value: id,
          name,
          run: () => void navigate(`/projects/${id}`),
          shown: <span className="truncate">{name}</span>,
        })),
      },
      {
        heading: "Anywhere",
        items: [
          ...commands.filter(({ anywhere }) => anywhere).map(entryOf),
          { value: "theme", name: themeName, run: () => themeSetting.set(otherTheme), shown: themeName },
        ],
      },
    ],
    text,
  );
  if (project !== undefined && searched !== "") {
    const search: Entry = {
      value: "search",
      name: searched,
      run: () => void navigate(`/projects/${project}/list?${new URLSearchParams({ q: searched })}`),
      shown: (
        <>
          <Search size={15} aria-hidden className="shrink-0 text-ink-faint" />
          <span className="truncate">Search all tasks for “{searched}”</span>
          <span className="ml-auto shrink-0 text-xs text-ink-faint">{searching && "Looking…"}</span>
        </>
      ),
    };
    groups.push({ heading: REST, items: [search] });
  }

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={remember}
          onCloseAutoFocus={(event) => {
            giveBack(event);
            taken.current?.(); // what opens next takes the focus from where it was
          }}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-drop-in overflow-hidden rounded-xl border border-line bg-raised shadow-2"
        >
          <Radix.Title className="sr-only">Go to or do</Radix.Title>
          <PaletteBox
            label="Go to or do"
            text={text}
            onText={setText}
            groups={groups}
            onTake={({ run }) => {
              taken.current = run;
              onClose();
            }}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const entryOf = ({ label, keys, also, run }: Command): Entry => ({
  value: label,
  name: label,
  others: also,
  run,
  shown: (
    <>
      {label}
      {keys !== undefined && (
        <span className="ml-auto">
          <KeyCaps keys={keys} />
        </span>
      )}
    </>
  ),
});

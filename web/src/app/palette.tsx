import { useInfiniteQuery } from "@tanstack/react-query";
import { Command as Cmdk } from "cmdk";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
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
import { bestFirst, type Named } from "./palette-rank";
import { useNamedTasks } from "./palette-tasks";

/** Tells the item that is there for whatever is typed from the others. */
const SEARCH = "search";

interface Entry extends Named {
  /** Tells it from the others; it is not looked for. */
  value: string;
  run: () => void;
  shown: ReactNode;
}

const isDark = (theme: Theme): boolean =>
  theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

/** Everything by name: what this page can do, the tasks of the project that is open, projects, and what every page can do. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { remember, giveBack } = useReturnFocus();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string>();
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
      { heading: "On this page", items: commands.filter(({ anywhere }) => !anywhere).map(entryOf) },
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
  const searchable = project !== undefined && searched !== "";
  const values = groups.flatMap(({ items }) => items.map(({ value }) => value));
  const first = values[0] ?? SEARCH;
  // Who has not chosen means the first, also when a better one has come meanwhile.
  const selected = chosen !== undefined && [...values, SEARCH].includes(chosen) ? chosen : first;

  const select = (action: () => void) => () => {
    onClose();
    // After the dialog has given the focus back, which what opens next takes from there.
    requestAnimationFrame(action);
  };

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={remember}
          onCloseAutoFocus={giveBack}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-drop-in overflow-hidden rounded-xl border border-line bg-raised shadow-2"
        >
          <Radix.Title className="sr-only">Go to or do</Radix.Title>
          <Cmdk
            label="Go to or do"
            loop
            shouldFilter={false}
            value={selected}
            onValueChange={(value) => setChosen(value === first ? undefined : value)}
            className="flex max-h-[65vh] flex-col"
          >
            <Cmdk.Input
              value={text}
              onValueChange={(typed) => {
                setText(typed);
                setChosen(undefined);
              }}
              placeholder="Where to, or what to do?"
              className="min-h-13 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
            />
            <Cmdk.List className="min-h-0 overflow-y-auto overscroll-contain p-1.5">
              <Cmdk.Empty className="px-3 py-8 text-center text-ink-soft">Nothing is called that.</Cmdk.Empty>
              {groups.map(({ heading, items }) => (
                <Cmdk.Group
                  key={heading}
                  heading={heading}
                  className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-faint"
                >
                  {items.map(({ value, run, shown }) => (
                    <Item key={value} value={value} onSelect={select(run)}>
                      {shown}
                    </Item>
                  ))}
                </Cmdk.Group>
              ))}
              {searchable && (
                <Item
                  value={SEARCH}
                  onSelect={select(
                    () => void navigate(`/projects/${project}/list?${new URLSearchParams({ q: searched })}`),
                  )}
                >
                  <Search size={15} aria-hidden className="shrink-0 text-ink-faint" />
                  <span className="truncate">Search all tasks for “{searched}”</span>
                  <span className="ml-auto shrink-0 text-xs text-ink-faint">{searching && "Looking…"}</span>
                </Item>
              )}
            </Cmdk.List>
          </Cmdk>
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

interface ItemProps {
  value: string;
  onSelect: () => void;
  children: ReactNode;
}

function Item(props: ItemProps) {
  return (
    <Cmdk.Item
      {...props}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-sunken"
    />
  );
}

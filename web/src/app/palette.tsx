import { useInfiniteQuery } from "@tanstack/react-query";
import { Command as Cmdk } from "cmdk";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
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
import { rank } from "./palette-rank";
import { useNamedTasks } from "./palette-tasks";

/** Tasks among the results; more would bury the rest. */
const TASKS_SHOWN = 30;

/** The item that is there for whatever is typed, and its rank: below all that is named so. */
const SEARCH = "search";
const LAST = 0.01;

const isDark = (theme: Theme): boolean =>
  theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

/** Everything by name: what this page can do, the tasks of the project that is open, projects, and what every page can do. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { remember, giveBack } = useReturnFocus();
  const [text, setText] = useState("");
  const commands = useCommands().filter(({ keys, idle }) => keys !== "mod+k" && idle !== true);
  const here = commands.filter(({ anywhere }) => !anywhere);
  const anywhere = commands.filter((command) => command.anywhere);
  const { projectId } = useParams();
  const project = projectId as ProjectId | undefined;
  const { data } = useInfiniteQuery(projectsQuery());
  const projects = data?.pages.flatMap(({ items }) => items) ?? [];
  const { tasks, searching } = useNamedTasks(project, text);
  const openTask = useOpenTask();
  const otherTheme = isDark(useSetting(themeSetting)) ? "light" : "dark";

  const run = (action: () => void) => () => {
    onClose();
    // After the dialog has given the focus back, which what opens next takes from there.
    requestAnimationFrame(action);
  };
  const item = ({ label, keys, also, run: act }: Command) => (
    <Item key={label} value={label} name={label} others={also} onSelect={run(act)}>
      {label}
      {keys !== undefined && (
        <span className="ml-auto">
          <KeyCaps keys={keys} />
        </span>
      )}
    </Item>
  );
  const searched = text.trim();

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
            filter={(value, typed, [name = "", others = ""] = []) =>
              value === SEARCH ? LAST : rank(name, others, typed)
            }
            className="flex max-h-[65vh] flex-col"
          >
            <Cmdk.Input
              value={text}
              onValueChange={setText}
              placeholder="Where to, or what to do?"
              className="min-h-13 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
            />
            <Cmdk.List className="min-h-0 overflow-y-auto overscroll-contain p-1.5">
              <Cmdk.Empty className="px-3 py-8 text-center text-ink-soft">Nothing is called that.</Cmdk.Empty>
              {here.length > 0 && <Group heading="On this page">{here.map(item)}</Group>}
              {project !== undefined && searched !== "" && (
                <Group heading="Tasks">
                  {tasks.slice(0, TASKS_SHOWN).map(({ id, name, title, status }) => (
                    <Item key={id} value={id} name={`${name} ${title}`} onSelect={run(() => openTask(id))}>
                      <span aria-hidden className={`size-2 shrink-0 rounded-full ${statusDot[status]}`} />
                      <span className="w-16 shrink-0 text-ink-faint tabular-nums">{name}</span>
                      <span className="truncate">{title}</span>
                    </Item>
                  ))}
                  <Item
                    value={SEARCH}
                    name=""
                    onSelect={run(
                      () =>
                        void navigate(`/projects/${project}/list?${new URLSearchParams({ q: searched })}`),
                    )}
                  >
                    <Search size={15} aria-hidden className="shrink-0 text-ink-faint" />
                    <span className="truncate">Search all tasks for “{searched}”</span>
                    <span className="ml-auto shrink-0 text-xs text-ink-faint">{searching && "Looking…"}</span>
                  </Item>
                </Group>
              )}
              {projects.length > 0 && (
                <Group heading="Projects">
                  {projects.map(({ id, name }) => (
                    <Item
                      key={id}
                      value={id}
                      name={name}
                      onSelect={run(() => void navigate(`/projects/${id}`))}
                    >
                      <span className="truncate">{name}</span>
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading="Anywhere">
                {anywhere.map(item)}
                <Item
                  value="theme"
                  name={`Use the ${otherTheme} theme`}
                  onSelect={run(() => themeSetting.set(otherTheme))}
                >
                  Use the {otherTheme} theme
                </Item>
              </Group>
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Group({ heading, children }: { heading: string; children: React.ReactNode }) {
  return (
    <Cmdk.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {children}
    </Cmdk.Group>
  );
}

interface ItemProps {
  /** Tells it from the others; it is not looked for. */
  value: string;
  /** By which it is found. */
  name: string;
  /** By which it is found too. */
  others?: string | undefined;
  onSelect: () => void;
  children: React.ReactNode;
}

function Item({ name, others = "", ...rest }: ItemProps) {
  return (
    <Cmdk.Item
      {...rest}
      keywords={[name, others]}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-sunken"
    />
  );
}

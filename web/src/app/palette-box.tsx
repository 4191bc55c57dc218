import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Group, Named } from "./palette-rank";

export interface Entry extends Named {
  /** Tells it from the others; it is not looked for. */
  value: string;
  run: () => void;
  shown: ReactNode;
}

interface Props {
  label: string;
  text: string;
  onText: (text: string) => void;
  /** What the text names, best first; a group may have no heading. */
  groups: Group<Entry>[];
  onTake: (entry: Entry) => void;
}

/**
 * A field over a list of what its text may mean (WAI-ARIA's combobox with a
 * listbox). Who has not chosen by arrow or pointer means the first, also when a
 * better one has come meanwhile.
 */
export function PaletteBox({ label, text, onText, groups, onTake }: Props) {
  const list = useId();
  const [chosen, setChosen] = useState<string>();
  const entries = groups.flatMap(({ items }) => items);
  const current = entries.find(({ value }) => value === chosen) ?? entries[0];
  const at = current ? entries.indexOf(current) : -1;
  const idOf = ({ value }: Entry) => `${list}-${value.replaceAll(/\s/g, "-")}`;

  const shownList = useRef<HTMLDivElement>(null);
  const currentValue = current?.value;
  // The list moves under the chosen one when others come before it.
  useLayoutEffect(() => {
    if (at <= 0) shownList.current?.scrollTo({ top: 0 });
    else shownList.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [currentValue, at]);

  const choose = (index: number) => setChosen(entries[(index + entries.length) % entries.length]?.value);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !current) return;
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at - 1);
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(-1);
    else if (event.key === "Enter") onTake(current);
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex max-h-[65vh] flex-col">
      <input
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={current !== undefined}
        aria-controls={list}
        aria-activedescendant={current && idOf(current)}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setChosen(undefined);
        }}
        onKeyDown={onKeyDown}
        placeholder="Where to, or what to do?"
        className="min-h-13 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
      />
      {!current && (
        <p role="status" className="px-3 py-8 text-center text-ink-soft">
          Nothing is called that.
        </p>
      )}
      <div
        ref={shownList}
        id={list}
        role="listbox"
        aria-label="What there is"
        hidden={!current}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5"
      >
        {groups.map(({ heading, items }) => (
          <div key={heading}>
            {heading !== "" && (
              <div aria-hidden className="px-2.5 pt-2 pb-1 text-xs text-ink-faint">
                {heading}
              </div>
            )}
            <ul role="group" aria-label={heading || undefined}>
              {items.map((entry) => (
                // The keys are those of the field, which keeps the focus.
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events
                <li
                  key={entry.value}
                  id={idOf(entry)}
                  role="option"
                  aria-selected={entry === current}
                  onPointerMove={() => setChosen(entry.value)}
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => onTake(entry)}
                  className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 aria-selected:bg-sunken"
                >
                  {entry.shown}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </div>
  );
}

import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Avatar } from "@/components/avatar";
import type { Member } from "@/lib/api-types";
import { askedAt, candidates } from "./mentions";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Ctrl-Enter, or ⌘-Enter. */
  onSubmit: () => void;
  members: readonly Member[];
  /** From the start: it was opened to be written in. */
  focused?: boolean;
}

const MAX = 10_000;

/**
 * A text in which "@" suggests the project's members. It stays a textbox, the only role HTML
 * has for a textarea: a combobox is of one line, and its value one of the list. A textbox may
 * point at the chosen of a list it controls (WAI-ARIA 1.2, aria-activedescendant), but has no
 * aria-expanded: that there are suggestions is said aloud instead.
 */
export function MentionInput({ label, value, onChange, onSubmit, members, focused = false }: Props) {
  const list = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<number>();
  const asked = askedAt(value, caret);
  const asking = asked !== undefined && asked.start !== dismissed;
  const alone = members.length <= 1;
  const people = asking && !alone ? candidates(members, asked.typed) : [];
  const current = people[Math.min(chosen, people.length - 1)];
  const shown = people.length > 0;
  const suggestions = useRef<HTMLUListElement>(null);
  // The text may stand at the lower edge of what is seen.
  useEffect(() => {
    if (shown) suggestions.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);

  const pick = ({ name }: Member) => {
    if (!asked) return;
    const before = `${value.slice(0, asked.start)}@${name} `;
    onChange(before + value.slice(caret).replace(/^ /, ""));
    setChosen(0);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(before.length, before.length);
      setCaret(before.length);
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSubmit();
      return;
    }
    if (!current) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((people.indexOf(current) + step + people.length) % people.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(current);
    else if (event.key === "Escape") setDismissed(asked?.start);
    else return;
    event.preventDefault();
  };

  return (
    <div className="relative">
      <textarea
        ref={area}
        aria-label={label}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={shown ? list : undefined}
        aria-activedescendant={current && `${list}-${current.userId}`}
        maxLength={MAX}
        value={value}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={focused}
        placeholder="Write a comment. @ names somebody."
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart);
          setDismissed(undefined);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        className="input field-sizing-content max-h-60 min-h-18"
      />
      <p role="status" className={alone ? "text-sm text-ink-soft not-empty:mt-1" : "sr-only"}>
        {asking && alone && "You are the only one in this project. Invite somebody to mention them."}
        {shown &&
          `${people.length === 1 ? "1 person" : `${people.length} people`} suggested. Arrow keys choose, Enter inserts.`}
      </p>
      <ul
        ref={suggestions}
        id={list}
        role="listbox"
        aria-label="People"
        hidden={!shown}
        className="absolute inset-x-0 top-full z-10 mt-1 max-w-72 scroll-mb-3 rounded-lg border border-line bg-raised p-1 shadow-2"
      >
        {people.map((person) => (
          // The keys are those of the text field, which keeps the focus.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={person.userId}
            id={`${list}-${person.userId}`}
            role="option"
            aria-selected={person === current}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(person)}
            className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2 aria-selected:bg-sunken"
          >
            <span aria-hidden className="contents">
              <Avatar id={person.userId} name={person.name} />
            </span>
            {person.name}
          </li>
        ))}
      </ul>
    </div>
  );
}

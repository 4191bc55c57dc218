import { X } from "lucide-react";
import { useEffect, useRef, useState, type ComponentProps, type KeyboardEvent } from "react";

export const MAX_LABELS = 10;
const MAX_LABEL = 40;

const labelsIn = (text: string): string[] =>
  text
    .split(",")
    .map((label) => label.trim())
    .filter(Boolean);
const isTooLong = (label: string): boolean => [...label].length > MAX_LABEL;

interface Props extends Omit<ComponentProps<"input">, "value" | "onChange"> {
  value: readonly string[];
  onChange: (labels: string[]) => void;
}

/** Labels as chips; Enter or a comma adds what is typed, Backspace in the empty field takes the last away. */
export function LabelInput({ value, onChange, ...rest }: Props) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const long = labelsIn(text).some(isTooLong);
    input.current?.setCustomValidity(long ? `A label has at most ${MAX_LABEL} characters.` : "");
  }, [text]);

  const add = () => {
    const typed = labelsIn(text);
    const all = [...new Set([...value, ...typed.filter((label) => !isTooLong(label))])];
    // What is too long, or has no room, stays as it was typed.
    setText([...all.slice(MAX_LABELS), ...typed.filter(isTooLong)].join(", "));
    if (value.length < Math.min(all.length, MAX_LABELS)) onChange(all.slice(0, MAX_LABELS));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === "Enter" && text.trim() !== "") || event.key === ",") {
      event.preventDefault();
      input.current?.reportValidity();
      add();
    } else if (event.key === "Backspace" && text === "") {
      onChange(value.slice(0, -1));
    }
  };

  return (
    <div className="input flex flex-wrap items-center gap-1 py-1! focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-ring">
      {value.map((label) => (
        <span key={label} className="inline-flex max-w-full items-center rounded-sm bg-sunken pl-1.5 text-sm">
          <span className="truncate">{label}</span>
          <button
            type="button"
            aria-label={`Remove label ${label}`}
            onClick={() => onChange(value.filter((other) => other !== label))}
            className="inline-flex size-6 items-center justify-center rounded-sm text-ink-faint hover:text-ink"
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
      <input
        {...rest}
        ref={input}
        value={text}
        placeholder={value.length === 0 ? "Type and press Enter" : ""}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={add}
        className="h-6.5 min-w-24 flex-1 bg-transparent outline-none"
      />
    </div>
  );
}

import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Markdown } from "./markdown";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
  error?: string | undefined;
}

/** A text in Markdown: read as it looks, changed as it is written. An empty one starts to be written at once. */
export function MarkdownField({ label, value, onChange, maxLength, error }: Props) {
  const [writing, setWriting] = useState(value === "");
  const area = useRef<HTMLTextAreaElement>(null);
  const write = () => {
    flushSync(() => setWriting(true));
    area.current?.focus();
  };

  if (writing) {
    return (
      <Field
        label={label}
        optional
        error={error}
        aside={
          value.trim() !== "" && (
            <Button small look="quiet" onClick={() => setWriting(false)}>
              Preview
            </Button>
          )
        }
      >
        {(control) => (
          <textarea
            {...control}
            ref={area}
            maxLength={maxLength}
            value={value}
            placeholder="Markdown works here: **bold**, lists, [links](https://…), `code`"
            onChange={(event) => onChange(event.target.value)}
            className="input field-sizing-content max-h-[50vh] min-h-40 leading-relaxed"
          />
        )}
      </Field>
    );
  }
  return (
    <div className="grid gap-1.5">
      <div className="flex min-h-7 items-center justify-between">
        <h3 className="font-sans text-sm font-medium tracking-normal">{label}</h3>
        <Button small look="quiet" onClick={write}>
          Edit description
        </Button>
      </div>
      {value.trim() === "" ? (
        <p className="text-ink-faint">No description.</p>
      ) : (
        <div className="max-h-[50vh] overflow-y-auto">
          <Markdown text={value} />
        </div>
      )}
    </div>
  );
}

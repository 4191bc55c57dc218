import { useState, type ComponentProps } from "react";

/** A password field whose text can be shown. What is typed is sent exactly as typed. */
export function PasswordInput(props: ComponentProps<"input">) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <input
        {...props}
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
        className="input pr-15"
      />
      <button
        type="button"
        aria-label={shown ? "Hide the characters" : "Show the characters"}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 rounded-md px-3 text-sm font-medium text-ink-soft hover:text-ink"
      >
        {shown ? "Hide" : "Show"}
      </button>
    </div>
  );
}

import { Eye, EyeOff } from "lucide-react";
import { useState, type ComponentProps } from "react";
import { IconButton } from "@/components/button";

/** A password field whose text can be shown. What is typed is sent exactly as typed. */
export function PasswordInput(props: ComponentProps<"input">) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <input
        {...props}
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
        className="input pr-10"
      />
      <IconButton
        label={shown ? "Hide the characters" : "Show the characters"}
        onClick={() => setShown(!shown)}
        className="absolute! inset-y-0 right-0 h-full!"
      >
        <Icon size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

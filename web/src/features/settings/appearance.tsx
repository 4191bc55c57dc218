import { Switch } from "@/components/switch";
import { useSetting } from "@/lib/settings";
import { shortcutsOn } from "@/lib/shortcuts";
import { themeSetting, type Theme } from "@/lib/theme";

const themes: readonly { value: Theme; label: string; swatch: string }[] = [
  { value: "system", label: "Same as my device", swatch: "linear-gradient(90deg, white 50%, black 50%)" },
  { value: "light", label: "Light", swatch: "white" },
  { value: "dark", label: "Dark", swatch: "black" },
];

/** Kept on this device: another one may have another screen and another keyboard. */
export function Appearance() {
  const theme = useSetting(themeSetting);
  const shortcuts = useSetting(shortcutsOn);
  return (
    <div className="grid gap-5">
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Theme</legend>
        <div className="flex flex-wrap gap-2">
          {themes.map(({ value, label, swatch }) => (
            <label
              key={value}
              className="flex min-h-10 cursor-pointer items-center gap-2.5 rounded-lg border border-line px-3 has-checked:border-accent has-checked:bg-accent-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
            >
              <input
                type="radio"
                name="theme"
                className="sr-only"
                checked={theme === value}
                onChange={() => themeSetting.set(value)}
              />
              <span
                aria-hidden
                style={{ background: swatch }}
                className="size-4 rounded-full border border-line-strong"
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
      <Switch
        label="Keyboard shortcuts"
        hint="Single keys such as c for a new task. Press ? to see them all."
        checked={shortcuts === "on"}
        onChange={(on) => shortcutsOn.set(on ? "on" : "off")}
      />
    </div>
  );
}

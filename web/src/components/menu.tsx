import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface Props {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  /** Open from the start: the press that mounted it was meant for it. */
  opened?: boolean;
}

/** A menu behind a button. Not modal: the page behind it stays scrollable and readable. */
export function Menu({ trigger, children, align = "end", opened = false }: Props) {
  return (
    <Radix.Root modal={false} defaultOpen={opened}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) max-w-(--radix-dropdown-menu-content-available-width) min-w-44 animate-drop-in overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-2"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemLook =
  "flex min-h-8 items-center gap-2 rounded-md px-2.5 py-1 text-ink outline-none select-none data-disabled:text-ink-faint data-highlighted:bg-sunken";

interface ItemProps {
  icon?: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  children: ReactNode;
}

export function MenuItem({ icon, onSelect, disabled = false, danger, children }: ItemProps) {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={`${itemLook} ${danger === true ? "text-danger" : ""}`}
    >
      {icon}
      {children}
    </Radix.Item>
  );
}

interface ChoiceProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}

/** Options of which one is chosen. */
export function MenuChoice<T extends string>({ value, onChange, options }: ChoiceProps<T>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={itemLook}>
          <span className="flex size-4 items-center justify-center">
            <Radix.ItemIndicator className="size-2 rounded-full bg-accent" />
          </span>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs text-ink-faint">{children}</Radix.Label>
);

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;

import { useMutation } from "@tanstack/react-query";
import { Keyboard, LogOut, Settings } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import { useNavigate } from "react-router";
import { session } from "@/lib/api";
import { useCommand, withKeys } from "@/lib/commands";
import { messageOf } from "@/lib/http/api-error";
import { useUser } from "@/lib/session/use-session";
import { useSetting } from "@/lib/settings";
import { themeSetting } from "@/lib/theme";
import { toast } from "@/lib/toast/toasts";

const themes = [
  { value: "system", label: "Same as my device" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export function AccountMenu() {
  const user = useUser();
  const navigate = useNavigate();
  const theme = useSetting(themeSetting);
  const signOut = useMutation({
    mutationFn: () => session.signOut(),
    onError: (error) =>
      toast({ key: "sign-out", tone: "error", title: "You are still signed in", text: messageOf(error) }),
  });
  useCommand({ anywhere: true, label: "Sign out", also: "log out leave", run: () => signOut.mutate() });
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="inline-flex size-9 items-center justify-center rounded-md hover:bg-sunken"
        >
          <span aria-hidden className="contents">
            <Avatar id={user.id} name={user.name} size="md" />
          </span>
          <span className="sr-only">Account</span>
        </button>
      }
    >
      <div className="max-w-72 px-2.5 py-1.5 wrap-anywhere">
        <p className="font-medium">{user.name}</p>
        <p className="text-sm text-ink-faint">{user.email}</p>
      </div>
      <MenuSeparator />
      <MenuItem icon={<Settings size={16} aria-hidden />} onSelect={() => void navigate("/settings")}>
        Settings
      </MenuItem>
      <MenuItem icon={<Keyboard size={16} aria-hidden />} onSelect={() => withKeys("?")?.run()}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoice value={theme} onChange={themeSetting.set} options={themes} />
      <MenuSeparator />
      <MenuItem icon={<LogOut size={16} aria-hidden />} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

import { setting } from "./settings";

export type Theme = "system" | "light" | "dark";

/** The theme chosen on this device; public/theme.js applies it before first paint. */
export const themeSetting = setting("cumin-theme", ["system", "light", "dark"]);

themeSetting.subscribe(() => {
  const theme = themeSetting.get();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
});

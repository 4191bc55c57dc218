// Runs before first paint, so that a chosen theme never flashes the other one.
// No choice: the page follows the system (see src/tokens.css).
try {
  const theme = localStorage.getItem("cumin-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: follow the system.
}

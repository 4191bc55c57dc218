/** The code of the pages that one comes to first, which is fetched before it is wanted. */
export const loadShell = () => import("./shell");
export const loadTools = () => import("./top-bar-tools");
export const loadProjects = () => import("@/features/projects/projects-page");
export const loadBoard = () => import("./board-route");

/** Fetches the code of the two great pages beside the session that lets one see them, not after it. */
export function fetchPage(path: string): void {
  const page = path.startsWith("/projects/") ? loadBoard : loadProjects;
  if (path !== "/" && !path.startsWith("/projects")) return;
  // A failure shows when the code is really wanted.
  for (const load of [loadShell, page, loadTools]) void load().catch(() => undefined);
}

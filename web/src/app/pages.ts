import { lazyPage } from "@/lib/lazy-page";

/** The pages that one comes to first: their code is fetched before they are shown. */
export const Shell = lazyPage(() => import("./shell"));
export const TopBarTools = lazyPage(() => import("./top-bar-tools"));
export const ProjectsPage = lazyPage(() => import("@/features/projects/projects-page"));
export const BoardRoute = lazyPage(() => import("./board-route"));

/** Fetches the code of the two great pages beside the session that lets one see them, not after it. */
export function fetchPage(path: string): void {
  if (path !== "/" && !path.startsWith("/projects")) return;
  const page = path.startsWith("/projects/") ? BoardRoute : ProjectsPage;
  for (const part of [Shell, page, TopBarTools]) void part.fetch();
}

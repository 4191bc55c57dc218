import type { ReactNode } from "react";
import { Link } from "react-router";
import { PageTitle } from "./page-title";
import { SeedMark } from "./states";

interface Props {
  title: string;
  /** What came in place of a page that was expected is announced. */
  alert?: boolean;
  picture?: ReactNode;
  children: ReactNode;
}

/** In the middle of a page that has nothing else to show: why, and the way to the projects. */
export function MessagePage({ title, alert = false, picture = <SeedMark />, children }: Props) {
  return (
    <main className="m-auto w-full max-w-sm px-4 py-14">
      <div role={alert ? "alert" : undefined} className="grid justify-items-center gap-3 text-center">
        {picture}
        <PageTitle>{title}</PageTitle>
        {children}
        <Link to="/projects" className="font-medium text-accent underline underline-offset-4">
          Go to your projects
        </Link>
      </div>
    </main>
  );
}

import { Link } from "react-router";
import { SeedMark } from "@/components/states";
import { PageTitle } from "@/components/page-title";

export default function NotFoundPage() {
  return (
    <main className="m-auto grid max-w-sm justify-items-center gap-3 p-6 text-center">
      <SeedMark />
      <PageTitle>There is nothing here</PageTitle>
      <p className="text-ink-soft">The address is wrong, or what it led to is gone.</p>
      <Link to="/projects" className="font-medium text-accent underline underline-offset-4">
        Go to your projects
      </Link>
    </main>
  );
}

import { Users } from "lucide-react";
import { Link } from "react-router";
import { SegmentBar } from "@/components/segment-bar";
import type { Project } from "@/lib/api-types";
import { ProjectMenu } from "./project-menu";
import { ago, countOf, statusDot, statusName, statuses } from "@/lib/words";

export function ProjectCard({ project }: { project: Project }) {
  const { counts, members } = project;
  return (
    <li className="group relative flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-surface p-5 shadow-1 transition-[border-color,box-shadow] duration-150 focus-within:border-line-strong hover:border-line-strong hover:shadow-2">
      <div className="grid grid-cols-1 gap-1 wrap-anywhere">
        <h2 className={`text-lg font-semibold ${project.role === "owner" ? "pr-8" : ""}`}>
          {/* The link's area is the whole card. */}
          <Link
            to={`/projects/${project.id}`}
            className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-ring"
          >
            {project.name}
          </Link>
        </h2>
        <p className="line-clamp-2 min-h-11 text-ink-soft">{project.description}</p>
      </div>
      {project.role === "owner" && (
        <ProjectMenu project={project} className="absolute! top-3.5 right-3 z-10" />
      )}
      <SegmentBar counts={counts} />
      <dl className="grid grid-cols-3 gap-2">
        {statuses.map((status) => (
          <div key={status} className="flex flex-col-reverse">
            <dt className="flex items-center gap-1.5 text-xs text-ink-soft">
              <span aria-hidden className={`size-1.5 rounded-full ${statusDot[status]}`} />
              {statusName[status]}
            </dt>
            <dd className="font-display text-xl font-semibold tabular-nums">
              {countOf(counts, status).toLocaleString("en")}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-auto flex items-center gap-3 border-t border-line pt-3 text-xs text-ink-faint">
        <span className="inline-flex items-center gap-1.5">
          <Users size={13} aria-hidden />
          {members === 1 ? "1 member" : `${members} members`}
        </span>
        <span className="ml-auto">Updated {ago(project.updatedAt)}</span>
      </p>
    </li>
  );
}

import type { ExportId, InviteId, Notification, Role } from "@/lib/api-types";
import { roleName, taskName, tasks } from "@/lib/words";

export interface Told {
  title: string;
  text?: string;
  tone: "info" | "success" | "error";
  /** Where it leads inside Cumin. */
  to?: string;
  /** A file that can be fetched. */
  download?: ExportId;
  /** An export that can be tried again. */
  failed?: ExportId;
  /** An invitation that can be accepted. */
  invite?: InviteId;
}

/** A notification as a person reads it. Its data comes from the wire and may lack anything. */
export function told({ kind, data, projectId }: Notification): Told {
  const text = (name: string): string | undefined => {
    const value = data?.[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const project = text("projectName") ?? "a project";
  const board = projectId && `/projects/${projectId}`;
  const lead = board === undefined ? {} : { to: board };
  const role = text("role");
  const actor = text("actorName");

  switch (kind) {
    case "export.succeeded": {
      const id = text("exportId") as ExportId | undefined;
      const rows = data?.rows;
      return {
        title: "Your export is ready",
        text: [text("projectName"), typeof rows === "number" && tasks(rows), "kept for 7 days"]
          .filter(Boolean)
          .join(" · "),
        tone: "success",
        ...(id && { download: id }),
      };
    }
    case "export.failed": {
      const id = text("exportId") as ExportId | undefined;
      return {
        title: "Your export failed",
        text: `${project}. ${text("error") ?? text("reason") ?? "Start it again from the board."}`,
        tone: "error",
        ...lead,
        ...(id && { failed: id }),
      };
    }
    case "task.assigned": {
      const number = data?.number;
      const name = typeof number === "number" ? taskName(text("projectKey"), number) : "a task";
      const task = text("taskId");
      return {
        title: actor ? `${actor} assigned ${name} to you` : `${capital(name)} was assigned to you`,
        text: [text("title"), text("projectName")].filter(Boolean).join(" · "),
        tone: "info",
        ...(board !== undefined && { to: task === undefined ? board : `${board}?task=${task}` }),
      };
    }
    case "task.mentioned": {
      const number = data?.number;
      const name = typeof number === "number" ? taskName(text("projectKey"), number) : "a task";
      const task = text("taskId");
      return {
        title: actor ? `${actor} mentioned you in ${name}` : `You were mentioned in ${name}`,
        text: [text("excerpt"), text("projectName")].filter(Boolean).join(" · "),
        tone: "info",
        ...(board !== undefined && { to: task === undefined ? board : `${board}?task=${task}` }),
      };
    }
    case "invite.received": {
      const invite = text("inviteId") as InviteId | undefined;
      return {
        title: actor ? `${actor} invites you to ${project}` : `You are invited to ${project}`,
        ...(role !== undefined &&
          role in roleName && { text: `As ${roleName[role as Role].toLowerCase()}.` }),
        tone: "info",
        ...(invite && { invite }),
      };
    }
    case "invite.accepted":
      return {
        title: actor ? `${actor} joined ${project}` : `Somebody joined ${project}`,
        tone: "info",
        ...lead,
      };
    case "member.added":
      return {
        title: actor ? `${actor} added you to ${project}` : `You were added to ${project}`,
        ...withRole(role),
        tone: "info",
        ...lead,
      };
    case "member.role_changed":
      return {
        title: actor ? `${actor} changed your role in ${project}` : `Your role in ${project} changed`,
        ...withRole(role),
        tone: "info",
        ...lead,
      };
    case "project.deleted":
      return {
        title: actor ? `${actor} deleted ${project}` : `${capital(project)} was deleted`,
        tone: "info",
      };
    case "session.reuse_detected":
      return {
        title: "Someone may have copied your session",
        text: "An old key of one of your sessions was used, so we ended it. If that was not you, change your passphrase.",
        tone: "error",
      };
    default:
      return {
        title: "Something happened in Cumin",
        text: "This page is too old to say what. Reload it.",
        tone: "info",
      };
  }
}

function withRole(role: string | undefined): { text?: string } {
  return role !== undefined && role in roleName
    ? { text: `You are ${article(roleName[role as Role])}.` }
    : {};
}

const article = (word: string): string => `${/^[aeiou]/i.test(word) ? "an" : "a"} ${word.toLowerCase()}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

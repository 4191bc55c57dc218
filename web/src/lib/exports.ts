import { api } from "./api";
import type { ExportId } from "./api-types";
import { messageOf } from "./http/api-error";
import { toast } from "./toast/toasts";

/**
 * Fetches a URL that is signed for a few minutes, and goes there: a plain link
 * could not carry the bearer token. The file comes as an attachment, so the
 * page stays.
 */
export async function downloadExport(id: ExportId): Promise<void> {
  try {
    const { url } = await api.post<{ url: string }>(`/exports/${id}/download`, {});
    location.assign(url);
  } catch (error) {
    toast({ key: `download ${id}`, tone: "error", title: "The file did not come", text: messageOf(error) });
  }
}

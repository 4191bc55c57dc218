import { Suspense } from "react";
import { lazyPage } from "@/lib/lazy-page";

const Rendered = lazyPage(() => import("./rendered"));

/** Markdown; its parser is fetched when the first text is shown, which stands there as it was written until then. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className="prose whitespace-pre-wrap">{text}</div>}>
      <Rendered text={text} />
    </Suspense>
  );
}

import { Suspense } from "react";
import { ErrorBoundary } from "@/components/error-boundary";
import { lazyPage } from "@/lib/lazy-page";

export const Rendered = lazyPage(() => import("./rendered"));

/** Markdown; its parser is fetched when the first text is shown, which stands there as it was written until then, or for good if the parser does not come. */
export function Markdown({ text }: { text: string }) {
  const plain = <div className="prose whitespace-pre-wrap">{text}</div>;
  return (
    <ErrorBoundary fallback={() => plain}>
      <Suspense fallback={plain}>
        <Rendered text={text} />
      </Suspense>
    </ErrorBoundary>
  );
}

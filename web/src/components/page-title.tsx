import { useEffect, useRef } from "react";
import { NavigationType, useNavigationType } from "react-router";

/** Whether a page was shown before: the first one leaves the focus where the browser begins. */
let former = false;

/**
 * The page's h1. Names the tab, and takes the focus after a navigation so that screen readers say where one is;
 * after one in place of another, such as signing in, unless the page has put the focus elsewhere.
 */
export function PageTitle({ children, className = "text-2xl" }: { children: string; className?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const navigation = useNavigationType();
  useEffect(() => {
    document.title = `${children} · Cumin`;
  }, [children]);
  useEffect(() => {
    const lost = former && navigation === NavigationType.Replace && document.activeElement === document.body;
    former = true;
    if (navigation === NavigationType.Push || lost) heading.current?.focus({ preventScroll: true });
    // On arrival only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={`font-semibold ${className}`}>
      {children}
    </h1>
  );
}

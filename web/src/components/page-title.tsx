import { useEffect, useRef } from "react";
import { NavigationType, useNavigationType } from "react-router";

/** The page's h1. Names the tab, and takes the focus after a navigation so that screen readers say where one is. */
export function PageTitle({ children, className = "text-2xl" }: { children: string; className?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const navigation = useNavigationType();
  useEffect(() => {
    document.title = `${children} · Cumin`;
  }, [children]);
  useEffect(() => {
    if (navigation === NavigationType.Push) heading.current?.focus({ preventScroll: true });
    // On arrival only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={`font-semibold ${className}`}>
      {children}
    </h1>
  );
}

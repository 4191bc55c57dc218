/**
 * Stands in for `react-style-singleton`, which Radix's scroll lock uses to add a
 * `<style>` element. Our CSP (`style-src 'self'`) refuses such elements, but not
 * style sheets made by script, so this one uses those. Same exports, same rule:
 * the sheet is there while at least one user is mounted.
 */
import { useEffect } from "react";

interface Singleton {
  add(css: string): void;
  remove(): void;
}

export function stylesheetSingleton(): Singleton {
  let users = 0;
  let sheet: CSSStyleSheet | undefined;
  return {
    add(css) {
      if (users++ > 0) return;
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    remove() {
      if (--users > 0) return;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet);
      sheet = undefined;
    },
  };
}

export function styleHookSingleton(): (css: string, dynamic?: boolean) => void {
  const sheet = stylesheetSingleton();
  return function useStyle(css, dynamic = false) {
    const key = dynamic ? css : "";
    useEffect(() => {
      sheet.add(css);
      return () => sheet.remove();
      // Only a dynamic sheet follows its text.
      // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [key]);
  };
}

export function styleSingleton() {
  const useStyle = styleHookSingleton();
  return function Sheet({ styles, dynamic }: { styles: string; dynamic?: boolean }) {
    useStyle(styles, dynamic);
    return null;
  };
}

import { useEffect, useRef } from "react";

/** For a form: when the server has refused it, the first field it complained about takes the focus. */
export function useFocusRefused(error: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== undefined && error !== null) {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  }, [error]);
  return form;
}

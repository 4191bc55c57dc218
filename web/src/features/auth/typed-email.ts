import { useOutletContext } from "react-router";

/** The e-mail address typed on one of the pages that lead in, for the next of them; it is in no address. */
export interface TypedEmail {
  email: string;
  setEmail: (typed: string) => void;
}

/** Below `AuthLayout`, which keeps it. */
export const useTypedEmail = () => useOutletContext<TypedEmail>();

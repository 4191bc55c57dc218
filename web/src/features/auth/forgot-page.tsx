import { Link, useLocation } from "react-router";
import { PageTitle } from "@/components/page-title";
import { useTypedEmail } from "./typed-email";

/** What to do without a passphrase, said truthfully: Cumin sends no mail, so a person has to help. */
export default function ForgotPage() {
  const { search } = useLocation();
  const { email } = useTypedEmail();
  return (
    <>
      <PageTitle className="mb-6 text-3xl">Forgot your passphrase?</PageTitle>
      <div className="grid gap-4 text-ink-soft">
        <p>
          Cumin sends no e-mail. Whoever runs this Cumin can make you a link that lets you choose a new
          passphrase, once and within an hour.
        </p>
        <p>Ask them to run this, and to give you the link it prints:</p>
        <code className="rounded-md bg-sunken px-3 py-2 text-sm break-words text-ink ring-1 ring-line ring-inset">
          go run ./cmd/cumin passphrase {plain(email) ? email.trim() : "your@address"}
        </code>
      </div>
      <p className="mt-6">
        <Link to={`/login${search}`} className="font-medium text-accent underline underline-offset-4">
          Back to signing in
        </Link>
      </p>
    </>
  );
}

/** An address that a shell takes as it stands: somebody will paste the line. */
const plain = (email: string) => /^[\w.+-]+@[\w.-]+$/.test(email.trim());

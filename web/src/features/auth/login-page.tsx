import { Link, useLocation } from "react-router";
import { PageTitle } from "@/components/page-title";
import { SignInForm } from "./sign-in-form";
import { useTypedEmail } from "./typed-email";

const link = "font-medium text-accent underline underline-offset-4";

export function LoginPage() {
  const { search } = useLocation(); // keeps ?next= on the way to registration
  const { email, setEmail } = useTypedEmail();
  return (
    <>
      <PageTitle className="text-3xl">Sign in</PageTitle>
      <p className="mt-2 mb-6 text-ink-soft">Cumin is the task board your team shares.</p>
      <SignInForm email={email} onEmail={setEmail} />
      <p className="mt-6 text-ink-soft">
        New here?{" "}
        <Link to={`/register${search}`} className={link}>
          Create an account
        </Link>
      </p>
      <p className="mt-2">
        <Link to={`/forgot${search}`} className={link}>
          Forgot your passphrase?
        </Link>
      </p>
    </>
  );
}

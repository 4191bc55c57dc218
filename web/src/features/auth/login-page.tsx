import { Link, useLocation } from "react-router";
import { PageTitle } from "@/components/page-title";
import { AuthLayout } from "./auth-layout";
import { SignInForm } from "./sign-in-form";

export function LoginPage() {
  const { search } = useLocation(); // keeps ?next= on the way to registration
  return (
    <AuthLayout>
      <PageTitle className="mb-6 text-3xl">Sign in</PageTitle>
      <SignInForm />
      <p className="mt-6 text-ink-soft">
        New here?{" "}
        <Link to={`/register${search}`} className="font-medium text-accent underline underline-offset-4">
          Create an account
        </Link>
      </p>
    </AuthLayout>
  );
}

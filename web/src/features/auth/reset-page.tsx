import { useState, type SubmitEvent } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { Button } from "@/components/button";
import { FormError } from "@/components/field";
import { NewPassphrase } from "@/components/new-passphrase";
import { PageTitle } from "@/components/page-title";
import { auth, session } from "@/lib/api";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useAction } from "@/lib/use-action";
import { useFocusRefused } from "@/lib/use-focus-refused";

/** Where the link for a forgotten passphrase leads: a new one, and then to sign in with it. */
export default function ResetPage() {
  const { hash } = useLocation();
  const token = hash.slice(1);
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const reset = useAction(async () => {
    await auth.reset(token, password);
    session.leave("reset"); // who was signed in here is no longer
    await navigate("/login", { replace: true });
  });
  const fields = useFocusRefused(reset.error);

  if (token === "") {
    return <NoLink title="This link is not complete">Ask for it again, and copy all of it.</NoLink>;
  }
  if (isApiError(reset.error, "reset_expired")) {
    return (
      <NoLink title="This link no longer works">
        It was used, a newer one took its place, or it is older than an hour. Ask whoever runs this Cumin for
        another.
      </NoLink>
    );
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void reset.run(undefined);
  };
  return (
    <>
      <PageTitle className="mb-6 text-3xl">Choose a new passphrase</PageTitle>
      <form ref={fields} onSubmit={submit} onInput={reset.forget} className="grid gap-4">
        <FormError>
          {reset.error !== undefined && !isApiError(reset.error, "invalid_fields") && messageOf(reset.error)}
        </FormError>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose, and this is where it starts */}
        <NewPassphrase value={password} onChange={setPassword} error={reset.error} autoFocus />
        <Button look="primary" type="submit" busy={reset.pending}>
          {reset.pending ? "Setting…" : "Set passphrase"}
        </Button>
      </form>
    </>
  );
}

function NoLink({ title, children }: { title: string; children: string }) {
  return (
    <>
      <PageTitle className="mb-6 text-3xl">{title}</PageTitle>
      <p className="text-ink-soft">{children}</p>
      <p className="mt-6">
        <Link to="/login" className="font-medium text-accent underline underline-offset-4">
          Go to sign in
        </Link>
      </p>
    </>
  );
}

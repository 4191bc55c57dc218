import { useState, type ReactNode, type SubmitEvent } from "react";
import { Link, useLocation } from "react-router";
import { Button } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { NewPassphrase } from "@/components/new-passphrase";
import { PageTitle } from "@/components/page-title";
import { auth, session } from "@/lib/api";
import { textOf } from "@/lib/form";
import { isApiError, messageOf, type ApiError } from "@/lib/http/api-error";
import { useAction } from "@/lib/use-action";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { useTypedEmail } from "./typed-email";

interface Form {
  name: string;
  email: string;
  password: string;
}

export default function RegisterPage() {
  const { search } = useLocation();
  const { email, setEmail } = useTypedEmail();
  const [password, setPassword] = useState("");
  const register = useAction(async (form: Form) => {
    session.signIn(await auth.register(form.email, form.name, form.password));
  });
  const refused = isApiError(register.error) ? register.error : undefined;
  const fields = useFocusRefused(register.error);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void register.run({
      name: textOf(form, "name").trim(),
      email: textOf(form, "email").trim(),
      password,
    });
  };

  return (
    <>
      <PageTitle className="mb-6 text-3xl">Create an account</PageTitle>
      <form ref={fields} onSubmit={submit} onInput={register.forget} className="grid gap-4">
        <FormError>{register.error !== undefined && summary(register.error)}</FormError>
        <Field label="Name" error={refused?.fieldMessage("/name")}>
          {(control) => (
            <input
              {...control}
              name="name"
              required
              maxLength={100}
              autoComplete="name"
              // The page has one purpose, and this is where it starts.
              // eslint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              className="input"
            />
          )}
        </Field>
        <Field label="E-mail" error={emailError(refused, search)}>
          {(control) => (
            <input
              {...control}
              name="email"
              type="email"
              required
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              className="input"
            />
          )}
        </Field>
        <NewPassphrase label="Passphrase" value={password} onChange={setPassword} error={register.error} />
        <Button look="primary" type="submit" busy={register.pending}>
          {register.pending ? "Creating…" : "Create account"}
        </Button>
      </form>
      <p className="mt-6 text-ink-soft">
        Already with us?{" "}
        <Link to={`/login${search}`} className="font-medium text-accent underline underline-offset-4">
          Sign in
        </Link>
      </p>
    </>
  );
}

function emailError(refused: ApiError | undefined, search: string): ReactNode {
  if (refused?.code !== "email_taken") return refused?.fieldMessage("/email");
  return (
    <>
      There is an account with this address already.{" "}
      <Link to={`/login${search}`} className="font-medium underline underline-offset-4">
        Sign in instead
      </Link>
    </>
  );
}

/** Field errors are said at their fields, where the focus goes; the summary is for the rest. */
function summary(error: unknown): string | undefined {
  if (isApiError(error, "email_taken")) return undefined;
  if (isApiError(error, "invalid_fields")) return "Look at the marked field below.";
  return messageOf(error);
}

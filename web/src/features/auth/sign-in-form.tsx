import { useRef, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { auth, session } from "@/lib/api";
import { textOf } from "@/lib/form";
import { messageOf } from "@/lib/http/api-error";
import { useAction } from "@/lib/use-action";
import { PasswordInput } from "@/components/password-input";

interface Props {
  /** Known already: signing in again after the session ended. */
  email?: string;
}

/** E-mail and password; on success the session has a user and whoever shows this form moves on. */
export function SignInForm({ email }: Props) {
  const password = useRef<HTMLInputElement>(null);
  const signIn = useAction(async (form: { email: string; password: string }) => {
    try {
      session.signIn(await auth.login(form.email, form.password));
    } catch (error) {
      password.current?.select();
      throw error;
    }
  });

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void signIn.run({ email: textOf(form, "email").trim(), password: textOf(form, "password") });
  };

  return (
    <form onSubmit={submit} onInput={signIn.forget} className="grid gap-4">
      <FormError>{signIn.error !== undefined && messageOf(signIn.error)}</FormError>
      <Field label="E-mail">
        {(control) => (
          <input
            {...control}
            name="email"
            type="email"
            required
            autoComplete="username"
            defaultValue={email}
            readOnly={email !== undefined}
            // The page has one purpose, and this is where it starts.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={email === undefined}
            className="input"
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <PasswordInput
            {...control}
            ref={password}
            name="password"
            required
            autoComplete="current-password"
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the dialog asks for this alone
            autoFocus={email !== undefined}
          />
        )}
      </Field>
      <Button look="primary" type="submit" busy={signIn.pending}>
        {signIn.pending ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}

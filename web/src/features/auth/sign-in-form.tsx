import { useRef, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { auth, session } from "@/lib/api";
import { textOf } from "@/lib/form";
import { messageOf } from "@/lib/http/api-error";
import { useAction } from "@/lib/use-action";
import { PasswordInput } from "@/components/password-input";

interface Props {
  email: string;
  /** Hears what is typed. Without it the address is known: signing in again after the session ended. */
  onEmail?: (typed: string) => void;
}

/** E-mail and passphrase; on success the session has a user and whoever shows this form moves on. */
export function SignInForm({ email, onEmail }: Props) {
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
            value={email}
            readOnly={!onEmail}
            onChange={(event) => onEmail?.(event.target.value)}
            // The page has one purpose, and this is where it starts.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={email === ""}
            className="input"
          />
        )}
      </Field>
      <Field label="Passphrase">
        {(control) => (
          <PasswordInput
            {...control}
            ref={password}
            name="password"
            required
            autoComplete="current-password"
            // eslint-disable-next-line jsx-a11y/no-autofocus -- what is left to type
            autoFocus={email !== ""}
          />
        )}
      </Field>
      <Button look="primary" type="submit" busy={signIn.pending}>
        {signIn.pending ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}

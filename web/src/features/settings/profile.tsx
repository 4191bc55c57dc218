import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { auth, session } from "@/lib/api";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { useUser } from "@/lib/session/use-session";
import { toast } from "@/lib/toast/toasts";
import { wrongPassword } from "./wrong-password";

/** Name and address. Another address wants the passphrase, as it is what one signs in with. */
export function Profile() {
  const user = useUser();
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email);
  const [password, setPassword] = useState("");
  const renamed = name.trim() !== user.name;
  const moved = email.trim() !== user.email;

  const save = useMutation({
    mutationFn: async () => {
      if (renamed) await auth.change({ name: name.trim() });
      if (moved) await auth.change({ email: email.trim(), password });
      // The session carries name and address: a new one tells all tabs.
      await session.refresh(session.token);
    },
    onSuccess: () => {
      setPassword("");
      toast({ key: "profile", tone: "success", title: "Your profile is saved" });
    },
  });
  const refused = isApiError(save.error) ? save.error : undefined;
  const taken = refused?.code === "email_taken" ? "There is another account with this address." : undefined;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };

  return (
    <form onSubmit={submit} className="grid max-w-md gap-4">
      <FormError>
        {save.error &&
          !isApiError(save.error, "email_taken", "invalid_fields", "wrong_password") &&
          messageOf(save.error)}
      </FormError>
      <Field label="Name" error={refused?.fieldMessage("/name")}>
        {(control) => (
          <input
            {...control}
            required
            maxLength={100}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            className="input"
          />
        )}
      </Field>
      <Field label="E-mail" error={taken ?? refused?.fieldMessage("/email")}>
        {(control) => (
          <input
            {...control}
            type="email"
            required
            autoComplete="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            className="input"
          />
        )}
      </Field>
      {moved && (
        <Field label="Your passphrase, to change the address" error={wrongPassword(save.error)}>
          {(control) => (
            <input
              {...control}
              type="password"
              required
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              className="input"
            />
          )}
        </Field>
      )}
      <div>
        <Button saves look="primary" type="submit" disabled={!renamed && !moved} busy={save.isPending}>
          {save.isPending ? "Saving…" : "Save profile"}
        </Button>
      </div>
    </form>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Button } from "@/components/button";
import { Field, FormError } from "@/components/field";
import { NewPassphrase } from "@/components/new-passphrase";
import { PasswordInput } from "@/components/password-input";
import { auth, session } from "@/lib/api";
import { isApiError, messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { useUser } from "@/lib/session/use-session";
import { toast } from "@/lib/toast/toasts";
import { useFocusRefused } from "@/lib/use-focus-refused";
import { wrongPassword } from "./wrong-password";

export function Password() {
  const { email } = useUser();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async () => session.signIn(await auth.changePassword(current, next)),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      void client.invalidateQueries({ queryKey: queryKeys.devices });
      toast({
        key: "passphrase",
        tone: "success",
        title: "Your passphrase is changed",
        text: "Wherever else you were signed in, you are signed out.",
      });
    },
  });
  const fields = useFocusRefused(change.error);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };

  return (
    <form
      ref={fields}
      onSubmit={submit}
      onInput={() => change.isError && change.reset()}
      className="grid max-w-md gap-4"
    >
      <FormError>
        {change.error &&
          !isApiError(change.error, "wrong_password", "invalid_fields") &&
          messageOf(change.error)}
      </FormError>
      {/* For password managers, which want to know whose it is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <Field label="Current passphrase" error={wrongPassword(change.error)}>
        {(control) => (
          <PasswordInput
            {...control}
            required
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <NewPassphrase value={next} onChange={setNext} error={change.error} />
      <div>
        <Button saves look="primary" type="submit" busy={change.isPending}>
          {change.isPending ? "Changing…" : "Change passphrase"}
        </Button>
      </div>
    </form>
  );
}

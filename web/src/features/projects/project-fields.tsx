import { Field } from "@/components/field";
import type { ApiError } from "@/lib/http/api-error";

interface Props {
  name?: string;
  description?: string;
  refused: ApiError | undefined;
}

/** Name and description, in the dialogs that make and change a project. */
export function ProjectFields({ name = "", description = "", refused }: Props) {
  return (
    <>
      <Field label="Name" error={refused?.fieldMessage("/name")}>
        {(control) => (
          <input
            {...control}
            name="name"
            required
            maxLength={100}
            pattern=".*\S.*"
            autoComplete="off"
            defaultValue={name}
            className="input"
          />
        )}
      </Field>
      <Field label="Description" optional error={refused?.fieldMessage("/description")}>
        {(control) => (
          <textarea
            {...control}
            name="description"
            rows={3}
            maxLength={2000}
            defaultValue={description}
            className="input"
          />
        )}
      </Field>
    </>
  );
}

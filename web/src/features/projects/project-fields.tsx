import { Field } from "@/components/field";
import { taskName } from "@/lib/words";
import { proposedKey, typedKey } from "./project-key";

export interface ProjectText {
  name: string;
  key: string;
  description: string;
}

interface Props {
  value: ProjectText;
  onChange: (value: ProjectText) => void;
  /** The key is made of the name until somebody chooses another. */
  propose?: boolean;
  /** What is wrong with one of them. */
  complaint: (field: keyof ProjectText) => string | undefined;
}

/** What is said about a project, in the dialogs that make and change one. */
export function ProjectFields({ value, onChange, propose = false, complaint }: Props) {
  const { name, key, description } = value;
  const rename = (next: string) =>
    onChange({
      ...value,
      name: next,
      key: propose && key === proposedKey(name) ? proposedKey(next) : key,
    });
  return (
    <>
      <Field label="Name" error={complaint("name")}>
        {(control) => (
          <input
            {...control}
            required
            maxLength={100}
            pattern=".*\S.*"
            autoComplete="off"
            value={name}
            onChange={(event) => rename(event.target.value)}
            className="input"
          />
        )}
      </Field>
      <Field
        label="Key"
        hint={
          key === ""
            ? "What its tasks’ names begin with: 2 to 5 letters or digits."
            : `Its tasks are called ${taskName(key, 1)}, ${taskName(key, 2)} and so on.`
        }
        error={complaint("key")}
      >
        {(control) => (
          <input
            {...control}
            required
            minLength={2}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={key}
            onChange={(event) => onChange({ ...value, key: typedKey(event.target.value) })}
            className="input max-w-28"
          />
        )}
      </Field>
      <Field label="Description" optional error={complaint("description")}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            maxLength={2000}
            value={description}
            onChange={(event) => onChange({ ...value, description: event.target.value })}
            className="input"
          />
        )}
      </Field>
    </>
  );
}

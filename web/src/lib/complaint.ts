/**
 * What the browser finds wrong with a field, in our words: its own bubbles come in
 * another language and look, and cover what they speak of.
 */

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export const isControl = (target: EventTarget): target is Control =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLSelectElement ||
  target instanceof HTMLTextAreaElement;

/** A sentence about a control that is not valid, said below its label. */
export function complaintOf(control: Control, label: string): string {
  const { validity, value } = control;
  // Our patterns ask for something other than spaces.
  if (validity.valueMissing || validity.patternMismatch) return `Fill in the ${label.toLowerCase()}.`;
  if (validity.typeMismatch && control.type === "email")
    return "This is not a whole e-mail address, such as name@example.org.";
  if (validity.tooShort && "minLength" in control) {
    return `Use ${control.minLength} characters or more. There are ${value.length} so far.`;
  }
  if (validity.badInput && control.type === "date") return "This is not a whole date.";
  return control.validationMessage;
}

/** Whether no control before this one in its form is wrong: the one to take the person to. */
export function isFirstInvalid(control: Control): boolean {
  const wrong = [...(control.form?.elements ?? [])].find((each) => isControl(each) && !each.validity.valid);
  return wrong === control;
}

/** What is typed between a key that opens something and the opened thing's own field. */

/** Keys that would act on the page behind. */
const acting = /^(.|Tab|Delete|Home|End|Page(Up|Down)|Arrow(Up|Down|Left|Right))$/u;

/**
 * Keeps what is typed from acting on the page while something opens whose code is
 * still on its way; Escape calls that off. Returns the way to end it: what was
 * typed goes to the text field that has the focus by then, with the Enter behind
 * it, and nowhere if none has.
 */
export function typeAhead(onCancel: () => void): () => void {
  let typed = "";
  let entered = false;
  const hear = (event: KeyboardEvent) => {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") onCancel();
    else if (key === "Enter") entered ||= typed !== "" && !event.repeat;
    else if (key === "Backspace") typed = entered ? typed : typed.slice(0, -1);
    else if (!acting.test(key)) return;
    else if (key.length === 1 && !entered) typed += key;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", hear, true);
  return () => {
    // What opened takes the focus when it has been rendered.
    setTimeout(() => {
      removeEventListener("keydown", hear, true);
      const field = document.activeElement;
      if (typed === "" || !isField(field)) return;
      insert(field, typed);
      if (entered) setTimeout(() => enter(field)); // once what the text leads to is there
    });
  };
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const isField = (element: Element | null): element is Field =>
  element?.matches("input:is(:not([type]), [type=text], [type=search], [type=email]), textarea") === true;

function insert(field: Field, text: string): void {
  const { value, selectionStart, selectionEnd } = field;
  const from = selectionStart ?? value.length;
  // As the browser does it: React overlooks what is set through the element's own property.
  const typed = value.slice(0, from) + text + value.slice(selectionEnd ?? from);
  Reflect.set(Object.getPrototypeOf(field) as object, "value", typed, field); // the caret goes to the end
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}

/** Enter as the browser takes it: the field's own meaning, else its form is sent. */
function enter(field: Field): void {
  const key = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  if (field.dispatchEvent(key) && field instanceof HTMLInputElement) field.form?.requestSubmit();
}

/** What is typed between a key that opens something and the opened thing's own field. */

/**
 * Keeps what is typed from being taken for shortcuts while something opens whose
 * code is still on its way. Returns the way to end it: what was typed goes to the
 * text field that has the focus by then, and nowhere if none has.
 */
export function typeAhead(): () => void {
  let typed = "";
  const hear = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    typed += event.key;
  };
  addEventListener("keydown", hear, true);
  return () => {
    // What opened takes the focus when it has been rendered.
    setTimeout(() => {
      removeEventListener("keydown", hear, true);
      insert(typed);
    });
  };
}

const fields = "input:is(:not([type]), [type=text], [type=search], [type=email]), textarea";

function insert(text: string): void {
  const field = document.activeElement;
  if (text === "" || !field?.matches(fields)) return;
  const { value, selectionStart, selectionEnd } = field as HTMLInputElement | HTMLTextAreaElement;
  const from = selectionStart ?? value.length;
  // As the browser does it: React overlooks what is set through the element's own property.
  const typed = value.slice(0, from) + text + value.slice(selectionEnd ?? from);
  Reflect.set(Object.getPrototypeOf(field) as object, "value", typed, field); // the caret goes to the end
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}

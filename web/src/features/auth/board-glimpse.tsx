import type { ReactNode } from "react";

interface Card {
  title: string;
  label?: string;
  who?: string;
}

/** A team's ordinary Tuesday, in words: grey bars would look like a page that still loads. */
const columns: readonly { name: string; dot: string; cards: readonly Card[] }[] = [
  {
    name: "To Do",
    dot: "bg-todo",
    cards: [
      { title: "Ask three customers about the new menu", label: "research", who: "AM" },
      { title: "Order more jars", who: "TR" },
      { title: "Rewrite the page about delivery", label: "website" },
      { title: "Plan the harvest supper", label: "events", who: "PN" },
    ],
  },
  {
    name: "In Progress",
    dot: "bg-doing",
    cards: [
      { title: "Photograph the spice boxes", label: "website", who: "ML" },
      { title: "Compare prices for cardamom", who: "GO" },
      { title: "Draft the autumn letter", label: "events", who: "AM" },
    ],
  },
  {
    name: "Done",
    dot: "bg-done",
    cards: [
      { title: "Taste the first saffron", who: "GO" },
      { title: "Repair the label printer", label: "workshop", who: "JA" },
      { title: "Thank the volunteers", label: "events" },
    ],
  },
];

export default function BoardGlimpse(): ReactNode {
  return (
    <div className="absolute top-1/2 left-16 flex w-[50rem] -translate-y-1/2 -rotate-3 animate-appear gap-5 select-none">
      {columns.map(({ name, dot, cards }) => (
        <div key={name} className="grid flex-1 content-start gap-2.5 rounded-xl bg-canvas/70 p-3">
          <p className="flex items-center gap-2 px-1 py-1 text-sm font-semibold">
            <span className={`size-2.5 rounded-full ${dot}`} />
            {name}
            <span className="font-normal text-ink-faint">{cards.length}</span>
          </p>
          {cards.map(({ title, label, who }) => (
            <div key={title} className="grid gap-2 rounded-lg bg-raised p-3.5 shadow-2">
              <p className="leading-snug font-medium">{title}</p>
              <p className="flex min-h-6 items-center gap-2 text-xs text-ink-soft">
                {label !== undefined && (
                  <span className="rounded-sm bg-sunken px-1.5 ring-1 ring-line ring-inset">{label}</span>
                )}
                {who !== undefined && (
                  <span className="ml-auto grid size-6 place-items-center rounded-full bg-accent-wash text-2xs font-semibold text-accent">
                    {who}
                  </span>
                )}
              </p>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

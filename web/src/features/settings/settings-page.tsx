import { PageTitle } from "@/components/page-title";
import { Appearance } from "./appearance";
import { Devices } from "./devices";
import { Notifications } from "./notifications";
import { Password } from "./password";
import { Profile } from "./profile";

const sections = [
  { id: "profile", title: "Profile", Content: Profile },
  { id: "password", title: "Passphrase", Content: Password },
  { id: "sessions", title: "Where you are signed in", Content: Devices },
  { id: "notifications", title: "Notifications", Content: Notifications },
  { id: "appearance", title: "This device", Content: Appearance },
] as const;

/** One's account and how Cumin behaves. */
export default function SettingsPage() {
  return (
    <main className="mx-auto w-full max-w-4xl p-4 sm:p-8">
      <PageTitle className="mb-6 text-3xl">Settings</PageTitle>
      <div className="gap-10 md:grid md:grid-cols-[11rem_1fr]">
        <nav aria-label="Settings" className="max-md:hidden">
          <ul className="sticky top-20 grid gap-0.5">
            {sections.map(({ id, title }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  className="flex min-h-8 items-center rounded-md px-2.5 text-ink-soft hover:bg-sunken hover:text-ink"
                >
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="grid gap-5">
          {sections.map(({ id, title, Content }) => (
            <section
              key={id}
              id={id}
              aria-labelledby={`${id}-title`}
              className="scroll-mt-18 rounded-xl border border-line bg-surface p-5 shadow-1 sm:p-6"
            >
              <h2 id={`${id}-title`} className="mb-4 text-xl font-semibold">
                {title}
              </h2>
              <Content />
            </section>
          ))}
        </div>
      </div>
    </main>
  );
}

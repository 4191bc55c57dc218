import { MessagePage } from "@/components/message-page";

export default function NotFoundPage() {
  return (
    <MessagePage title="There is nothing here">
      <p className="text-ink-soft">The address is wrong, or what it led to is gone.</p>
    </MessagePage>
  );
}

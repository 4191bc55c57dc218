import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { BrowserRouter } from "react-router";

/** Renders a part of the application with a router and a query cache of its own. */
export function renderPart(part: ReactNode, { path = "/", client = new QueryClient() } = {}) {
  window.history.replaceState(null, "", path);
  render(
    <QueryClientProvider client={client}>
      <BrowserRouter>{part}</BrowserRouter>
    </QueryClientProvider>,
  );
  return client;
}

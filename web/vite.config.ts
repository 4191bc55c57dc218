import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The output must run under `default-src 'none'; script-src 'self'; style-src 'self'`:
// nothing is inlined into the page, and no dependency may add a <style> element.
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      "@": source("./src"),
      // Radix dialogs lock scrolling through a <style> element, which the CSP refuses.
      "react-style-singleton": source("./src/lib/style-singleton.ts"),
    },
  },
  build: {
    assetsInlineLimit: 0,
    sourcemap: false,
    manifest: true, // for scripts/budget.mjs
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:3000/" } },
    setupFiles: ["./src/test/setup.ts"],
    restoreMocks: true,
    // On a busy machine a test is slow, not wrong.
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
  },
});

import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Leaves the adapter for `fetch` out of axios, 4 KiB that nothing asks for: it is
 * axios' last choice, after XMLHttpRequest, which every browser has.
 */
function axiosWithoutFetch(): Plugin {
  const none = "\0axios-without-fetch";
  let left = false;
  return {
    name: "axios-without-fetch",
    apply: "build",
    enforce: "pre",
    resolveId(id, importer) {
      if (id !== "./fetch.js" || importer?.endsWith("axios/lib/adapters/adapters.js") !== true) return null;
      left = true;
      return none;
    },
    load: (id) => (id === none ? "export const getFetch = () => null;" : null),
    buildEnd(error) {
      if (!error && !left) this.error("axios has its adapter for fetch elsewhere now");
    },
  };
}

// The output must run under `default-src 'none'; script-src 'self'; style-src 'self'`:
// nothing is inlined into the page, and no dependency may add a <style> element.
export default defineConfig({
  plugins: [react(), tailwindcss(), axiosWithoutFetch()],
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
    rolldownOptions: {
      input: [source("./index.html"), source("./src/docs.css")],
      output: {
        // The services' pages are not built here and have to know its name.
        assetFileNames: ({ names }) =>
          names.includes("docs.css") ? "docs.css" : "assets/[name]-[hash][extname]",
      },
    },
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

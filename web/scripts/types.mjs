/**
 * Writes the types of what the services send and take, from their OpenAPI
 * documents in docs/openapi. With --check it writes nothing and fails when the
 * committed types are not the documents' any more.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const at = (path) => new URL(path, import.meta.url);
const check = process.argv.includes("--check");

for (const name of ["api", "auth"]) {
  const document = JSON.parse(await readFile(at(`../../docs/openapi/${name}.json`), "utf8"));
  // The shapes alone: how requests are made is lib/api.ts's business.
  const nodes = await openapiTS({ ...document, paths: {} }, { excludeDeprecated: true });
  const text = `// Written by \`npm run types\` from docs/openapi/${name}.json.\n${astToString(nodes)}`;
  const file = at(`../src/lib/schema/${name}.d.ts`);
  if (!check) {
    await mkdir(at("../src/lib/schema/"), { recursive: true });
    await writeFile(file, text);
  } else if (text !== (await readFile(file, "utf8").catch(() => ""))) {
    console.error(`${fileURLToPath(file)} is not what docs/openapi/${name}.json says; run npm run types`);
    process.exitCode = 1;
  }
}

import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

const features = [
  "activity",
  "auth",
  "board",
  "exports",
  "inbox",
  "invites",
  "members",
  "projects",
  "settings",
];

/** Imports go one way: app → features → components → lib (STYLE §12). */
const forbid = (files, group, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] },
});

export default tseslint.config(
  { ignores: ["dist", "coverage", "src/lib/schema"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  hooks.configs.flat.recommended,
  a11y.flatConfigs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: {
          allowDefaultProject: ["eslint.config.js", "public/theme.js", "scripts/*.mjs"],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Handlers are often async; React ignores what they return, and each shows its own failure.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `const { [id]: _gone, ...rest } = all` is how an immutable record loses a member.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      // Code points are what the server counts, and one letter of a name is enough.
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
  { files: ["**/*.{js,mjs}"], ...tseslint.configs.disableTypeChecked },
  { files: ["scripts/**"], languageOptions: { globals: globals.node } },
  forbid(["src/lib/**"], ["@/app/*", "@/features/*", "@/components/*"], "lib stands at the bottom."),
  forbid(["src/components/**"], ["@/app/*", "@/features/*"], "components know no feature."),
  ...features.map((name) =>
    forbid(
      [`src/features/${name}/**`],
      ["@/app/*", ...features.filter((other) => other !== name).map((other) => `@/features/${other}/*`)],
      "Features never import each other; app joins them.",
    ),
  ),
);

// What is checked in the scripts of the site, beyond their types (tsconfig.json).
import js from "@eslint/js";
import globals from "globals";

// Words that a script would show, in place of those that the page has for it.
const TEXT = ":matches(Literal[value=/[a-z]{2}/i], TemplateElement[value.raw=/[a-z]{2}/i])";
const SHOWN = "AssignmentExpression[left.property.name=/^(textContent|title|placeholder)$/]";
const WRITTEN_OUT = [
  `${SHOWN} > ${TEXT}`,
  `${SHOWN} > :matches(ConditionalExpression, LogicalExpression, BinaryExpression, TemplateLiteral) > ${TEXT}`,
  `CallExpression[callee.property.name="setAttribute"][arguments.0.value="aria-label"] > Literal.arguments:nth-child(2)`,
];

export default [
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.browser, app: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      curly: ["error", "multi-line"],
      "default-param-last": "error",
      eqeqeq: "error",
      "no-console": ["error", { allow: ["warn"] }],
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-eval": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": ["error", { allowVoid: true }],
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "no-restricted-syntax": [
        "error",
        ...WRITTEN_OUT.map((selector) => ({ selector, message: "Words come from the page: see static/js/words.js." })),
      ],
      // Markup is written in templates, and what a person typed is put in as text.
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML"].map((property) => ({ property, message: "Draw it in a template and fill in text." })),
      ],
    },
  },
];

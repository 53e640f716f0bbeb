import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin, runnerImport } from "vite";

/**
 * Turns the entry into a classic deferred script. A page inside a sandboxed frame has no origin, and there a module
 * script (or anything marked `crossorigin`) would need CORS headers; a classic script loads everywhere.
 */
const classicScript: Plugin = {
  name: "classic-script",
  enforce: "post",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html
        .replace(/<script type="module" crossorigin/g, "<script defer")
        .replace(/<link rel="stylesheet" crossorigin/g, '<link rel="stylesheet"'),
  },
};

const LANGUAGE_FILES = "virtual:language-files";

/** Puts every language but English into a classic script of its own, and says where each of them is. */
const languageFiles: Plugin = {
  name: "language-files",
  resolveId: (id) => (id === LANGUAGE_FILES ? `\0${id}` : null),
  async load(id) {
    if (id !== `\0${LANGUAGE_FILES}`) return null;
    const strings = new URL("./wink/src/strings/", import.meta.url).pathname;
    const { module } = await runnerImport<{ LANGUAGES: readonly string[] }>(`${strings}languages.ts`);
    const files: string[] = [];
    for (const language of module.LANGUAGES.filter((one) => one !== "en")) {
      const path = `${strings}${language}.ts`;
      const { module } = await runnerImport<{ default: Record<string, string> }>(path);
      const source = `sahodStrings(${JSON.stringify(language)}, ${JSON.stringify(module.default)});\n`;
      const file = this.emitFile({ type: "asset", name: `strings-${language}.js`, source });
      files.push(`${JSON.stringify(language)}: import.meta.ROLLUP_FILE_URL_${file}`);
      this.addWatchFile(path);
    }
    return `export default { ${files.join(", ")} };`;
  },
};

export default defineConfig({
  root: "wink",
  base: "./",
  publicDir: false,
  plugins: [svelte({ configFile: "../svelte.config.js" }), languageFiles, classicScript],
  build: {
    target: ["chrome87", "safari14", "firefox85"],
    outDir: "../dist/wink",
    emptyOutDir: true,
    modulePreload: false,
    // Otherwise a classic script would carry its styles and insert them, which the page's policy forbids.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { format: "iife" } },
  },
});

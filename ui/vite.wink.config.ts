import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  root: "wink",
  base: "./",
  publicDir: false,
  plugins: [svelte({ configFile: "../svelte.config.js" }), classicScript],
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

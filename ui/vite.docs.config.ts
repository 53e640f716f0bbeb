import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: "docs",
  base: "./",
  publicDir: false,
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  build: {
    target: ["chrome100", "safari15.4", "firefox100"],
    outDir: "../dist/docs",
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});

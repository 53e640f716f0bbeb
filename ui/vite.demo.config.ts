import { defineConfig } from "vite";

export default defineConfig({
  root: "demo",
  base: "./",
  publicDir: false,
  build: {
    outDir: "../dist/demo",
    emptyOutDir: true,
    modulePreload: false,
    reportCompressedSize: false,
  },
});

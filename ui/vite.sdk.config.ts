import { defineConfig } from "vite";

/** `--mode v2` or `--mode v1`: one self-contained classic script each. */
export default defineConfig(({ mode }) => ({
  root: "sdk",
  publicDir: false,
  build: {
    target: ["chrome80", "safari14", "firefox78"],
    outDir: "../dist/sdk",
    emptyOutDir: mode === "v2",
    reportCompressedSize: false,
    lib: {
      entry: `src/${mode}.ts`,
      formats: ["iife"],
      name: "sahod",
      fileName: () => `smile.${mode}.js`,
    },
  },
}));

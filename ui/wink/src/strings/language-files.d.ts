/** Where the build put the file of each language; see `vite.wink.config.ts`. */
declare module "virtual:language-files" {
  const files: Record<"fil" | "id" | "zh-Hans" | "hi", string>;
  export default files;
}

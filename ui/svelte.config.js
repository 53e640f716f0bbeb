/** Runes everywhere; the compiled CSS goes to a file, because the page's policy forbids inline styles. */
export default {
  compilerOptions: { runes: true, css: "external" },
};

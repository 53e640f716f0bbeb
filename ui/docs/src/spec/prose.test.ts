import { flushSync, mount } from "svelte";
import { describe, expect, it } from "vitest";
import Prose from "../parts/Prose.svelte";
import { blocksOf, firstLine, inlinesOf } from "./prose";

function shown(text: string): HTMLElement {
  const target = document.createElement("div");
  mount(Prose, { target, props: { text } });
  flushSync();
  return target;
}

describe("descriptions", () => {
  it("are cut into paragraphs, headings, lists, tables and code", () => {
    const source =
      "# Title\nOne\ntwo\n\n- a\n  more\n- b\n\n1. c\n\n| x | y |\n| --- | --- |\n| 1 | `2` |\n\n```sh\n# no title\n```";
    expect(blocksOf(source).map(({ kind }) => kind)).toEqual(["heading", "paragraph", "list", "list", "table", "code"]);
    const html = shown(source);
    expect(html.querySelector("p")?.textContent).toBe("One two");
    expect([...html.querySelectorAll("ul li")].map((item) => item.textContent)).toEqual(["a more", "b"]);
    expect(html.querySelectorAll("ol li")).toHaveLength(1);
    expect(html.querySelector("td code")?.textContent).toBe("2");
    expect(html.querySelector("pre")?.textContent).toBe("# no title");
  });

  it("keep spaces as they are around what is marked", () => {
    expect(shown("Take `this`, *not* that: **now**.").querySelector("p")?.textContent).toBe(
      "Take this, not that: now.",
    );
  });

  it("never become markup", () => {
    const html = shown('<img src=x onerror="alert(1)"> `<b>` **<script>**');
    expect(html.querySelector("img, b, script")).toBeNull();
    expect(html.textContent).toContain('<img src=x onerror="alert(1)">');
  });

  it("link to the web and within the docs only", () => {
    const hrefs = (text: string) => inlinesOf(text).flatMap((inline) => (inline.kind === "link" ? [inline.href] : []));
    expect(hrefs("[a](https://example.com/) [b](../link-api) [c](#/operations/x) [d](link-api)")).toHaveLength(4);
    expect(hrefs("[a](javascript:alert(1)) [b](data:text/html,x) [c](JAVASCRIPT:x) [d](vbscript:x)")).toEqual([]);
  });

  it("never hang or lose text, whatever they are", () => {
    for (const text of ["", "```", "|", "- ", "**", "`", "[](", "\n\n\n", "# ", "1.", "* * *", "|||\n|-|"]) {
      expect(() => shown(text)).not.toThrow();
    }
    expect(firstLine("One **two**\nthree\n\nfour")).toBe("One two three");
  });
});

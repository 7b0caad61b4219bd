import { serialize } from "@candor/pages";
import { describe, expect, it } from "vitest";
import { createPage } from "../../../src/render/html/page.ts";

describe("serialize(element)", () => {
  const { make, document } = createPage();

  it("serialize(element) escapes text and attribute values", () => {
    const element = make("p", { title: `"<&>"` }, `<b> & "c"`);
    expect(serialize(element)).toBe('<p title="&quot;&lt;&amp;&gt;&quot;">&lt;b&gt; &amp; &quot;c&quot;</p>');
  });
  it("serialize(element) escapes the title of a page and of a picture", () => {
    expect(serialize(make("title", {}, "</title><script>"))).toBe("<title>&lt;/title&gt;&lt;script&gt;</title>");
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = "</title>";
    expect(serialize(title)).toBe("<title>&lt;/title&gt;</title>");
  });
  it("serialize(element) closes no void element", () => {
    expect(serialize(make("meta", { charset: "utf-8" }))).toBe('<meta charset="utf-8">');
  });
  it("serialize(element) writes style sheets as they are and refuses one that could end its element", () => {
    expect(serialize(make("style", {}, "a>b{c:d}"))).toBe("<style>a>b{c:d}</style>");
    expect(() => serialize(make("style", {}, "</style>"))).toThrow(TypeError);
  });
  it("serialize(element) refuses a script element", () => {
    expect(() => serialize(make("script"))).toThrow(TypeError);
  });
  it("serialize(element) leaves comments out", () => {
    const element = make("p");
    element.append(document.createComment("--><script>"));
    expect(serialize(element)).toBe("<p></p>");
  });
});

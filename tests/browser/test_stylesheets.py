"""A browser reads the same rules from a minified stylesheet."""

from playwright.sync_api import Page

from blog.theming.minify import minify
from tests.theming.test_minify import SHEETS

RULES = """texts => texts.map(text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map(rule => rule.cssText.replace(/\\s+/g, " ").replace(/, /g, ",")).join("\\n");
})"""


def test_a_minified_stylesheet_has_the_same_rules(page: Page) -> None:
    assert len(SHEETS) > 10
    for path in SHEETS:
        content = path.read_bytes()
        before, after = page.evaluate(RULES, [content.decode(), minify(path.name, content).decode()])
        assert before, path.name
        assert after == before, path.name

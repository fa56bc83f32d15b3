"""`python -m e2e.properties`: writes the list of CSS properties that the designers' contract knows, from Chromium."""

import textwrap
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.cast import FLAGS, chromium

LIST = Path(__file__).parents[1] / "feeds/gallery/contract/properties.txt"
ELSEWHERE = "font-language-override font-smooth hanging-punctuation hyphenate-limit-lines margin-trim mask-border"
"""Properties that Firefox or Safari know and Chromium does not."""
ASK = """() => {
  const found = new Set(getComputedStyle(document.documentElement));
  for (const key in document.documentElement.style) {
    found.add(key.replace(/[A-Z]/g, letter => "-" + letter.toLowerCase()));
  }
  return [...found].filter(name => !/^-|^webkit/.test(name) && CSS.supports(name, "inherit"));
}"""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        names = {*browser.new_page().evaluate(ASK), *ELSEWHERE.split()}
        browser.close()
    lines = textwrap.wrap(" ".join(sorted(names)), 120, break_long_words=False, break_on_hyphens=False)
    LIST.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

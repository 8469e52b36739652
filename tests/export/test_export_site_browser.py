"""The published site in Chromium, checked by axe-core: at desktop and phone width, light and dark, from a file."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html

from tests.export.factory_site import article_book

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
WIDTHS = (1280, 320)
SEEN = (
    *("index.html", "excluded.html", "methods.html", "downloads.html", "changes.html"),
    *("commitments/index.html", "actors/index.html", "fields/index.html"),
)
PROBE = """
window.addEventListener('load', () => {
  document.querySelectorAll('details').forEach(shown => shown.open = true);
  axe.run(document, {preload: false, runOnly: %s}).then(found => {
    const told = {
      violations: found.violations.map(rule => rule.id + ': ' + rule.nodes.map(node => node.html).join(' | ')),
      passes: found.passes.length,
      width: window.innerWidth,
      wide: document.documentElement.scrollWidth > window.innerWidth,
      outside: performance.getEntriesByType('resource').map(one => one.name).filter(name => !name.startsWith('file:')),
    };
    window.parent.postMessage(JSON.stringify(told), '*');
  });
});
"""
FRAME = """<!doctype html><title>frame</title><body><script>
window.addEventListener('message', told => {
  document.body.innerHTML = '<pre id="told"></pre>';
  document.getElementById('told').textContent = told.data;
});
</script><iframe src="%s" style="width:%dpx;height:900px;border:0"></iframe></body>"""
"""A page that shows another at a width below the least that a window can have, and takes what it tells."""


def axe_core() -> str | None:
    """The program of axe-core: the file that AXE_CORE names, or that of the package axe-core-python."""
    if named := os.environ.get("AXE_CORE"):
        return Path(named).read_text(encoding="utf-8")
    package = importlib.util.find_spec("axe_core_python")
    if package is None or not package.submodule_search_locations:
        return None
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


def browser() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="needs Chromium: apt install chromium")
@pytest.mark.skipif(axe_core() is None, reason="needs axe-core: pip install axe-core-python, or AXE_CORE=axe.min.js")
def test_axe_finds_nothing_at_desktop_and_phone_width(tmp_path: Path) -> None:
    site = article_book(tmp_path).publish(tmp_path / "site", contact="Data desk")
    one = min(path.relative_to(site).as_posix() for path in site.glob("commitments/*[0-9a-f].html"))
    probe = f"<script>{axe_core()}</script><script>{PROBE % json.dumps(RULES)}</script></body>"
    for path in (*SEEN, one, "actors/norlund-energi-794ca1a9.html"):
        page = (site / path).read_text(encoding="utf-8")
        # The policy of the page forbids every script; the copy that is probed lies beside it, without the policy.
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        probed = (site / path).with_name("probed.html")
        probed.write_text(bare.replace("</body>", probe), encoding="utf-8")
        for width in WIDTHS:
            told = probed_in_browser(probed, width, tmp_path / "profile")
            assert (told["violations"], told["wide"], told["outside"]) == ([], False, []), (path, width)
            assert (told["width"], told["passes"] > 20) == (width, True), path
        probed.unlink()


def probed_in_browser(page: Path, width: int, profile: Path) -> dict[str, object]:
    frame = page.with_name("frame.html")
    frame.write_text(FRAME % (page.name, width), encoding="utf-8")
    command = [
        *(str(browser()), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"),
        *("--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom", frame.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(html.document_fromstring(done.stdout).get_element_by_id("told").text_content())

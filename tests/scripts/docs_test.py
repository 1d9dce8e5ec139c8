"""What the documentation names is there: files, headings, tests, and the names of the code."""
import functools
import os
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = "schema ledger projections daemon tests scripts docs bench packaging cmake".split()
SOURCES = {".cpp", ".h", ".capnp", ".mjs", ".py", ".json", ".sh", ".txt", ".cmake", ""}
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"(?ms)^( *)```.*?^\1```$")
FILE_NAME = re.compile(r"[\w*][\w*./-]*\.(cpp|h|capnp|mjs|py|service|md)")
PLACE = re.compile(rf"({'|'.join(FOLDERS)})/[\w*./-]*")
NAME = re.compile(r"[A-Za-z_]\w*(::\w+)*")

# Those that tell developers where things are: the names of the code in them count, too.
OF_CODE = [ROOT / "docs/map-of-the-house.md", ROOT / "docs/how-to-add.md"]


def files_of_the_tree():
    """Their paths from the root, without what tools put between them."""
    found = [path.name for path in ROOT.glob("*.md")] + ["CMakeLists.txt"]
    for folder in FOLDERS:
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if name not in ("node_modules", "__pycache__")]
            found += [os.path.relpath(os.path.join(place, name), ROOT) for name in names]
    return tuple(found)


def is_source(name):
    return (name.split("/")[0] in FOLDERS and Path(name).suffix in SOURCES
            and not name.startswith(("docs/", "tests/data/", "tests/fuzz/corpus/")))


def pages(files):
    return [ROOT / name for name in files
            if re.fullmatch(r"[A-Z]+\.md|docs/.*\.md|tests/data/formats/README\.md|bench/.*\.md", name)]


def heading_names(page):
    """As they stand in links: in lower case, with dashes, without punctuation."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for heading in re.findall(r"(?m)^#+ +(.*)$", text):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@functools.lru_cache(None)
def fits(pattern, files):
    """Whether the name, which may have `*`, is that of a file or folder, or the end of one."""
    expression = re.escape(pattern.rstrip("/")).replace(r"\*", "[^/]*")
    whole = re.compile(rf"(.*/)?{expression}(/.*)?")
    return any(whole.fullmatch(file) for file in files)


class DocsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = files_of_the_tree()
        cls.pages = pages(cls.files)
        texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace")
                 for name in cls.files if is_source(name)}
        cls.words = set(re.findall(r"\w+", "\n".join(texts.values())))
        cls.tests = "\n".join(text for name, text in texts.items() if name.startswith("tests/"))
        cls.tests = re.sub(r'"\s*\n\s*"', "", cls.tests)  # names of tests that go on in the next line

    def prose(self, page):
        return FENCE.sub("", page.read_text(encoding="utf-8"))

    def codes(self, page):
        """What stands between backticks, outside of blocks."""
        return CODE.findall(self.prose(page))

    def test_there_are_pages(self):
        self.assertGreater(len(self.pages), 15)
        self.assertGreater(len(self.words), 5000)

    def test_every_link_leads_somewhere(self):
        for page in self.pages:
            for link in LINK.findall(self.prose(page)):
                if re.match(r"[a-z]+:", link):
                    continue
                target, _, heading = link.partition("#")
                to = (page.parent / target).resolve() if target else page
                with self.subTest(page=page.name, link=link):
                    self.assertTrue(to.exists())
                    if heading:
                        self.assertIn(heading, list(heading_names(to)))

    def test_every_page_can_be_reached_from_the_index(self):
        index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
        for page in self.pages:
            if page.parent == ROOT / "docs" and page.name != "README.md":
                with self.subTest(page=page.name):
                    self.assertIn(f"]({page.name}", index)

    def test_every_file_that_is_named_is_there(self):
        named = 0
        for page in self.pages:
            for code in self.codes(page):
                for word in code.split():
                    place = PLACE.fullmatch(word) or FILE_NAME.fullmatch(word)
                    if not place or word.endswith("…"):
                        continue
                    named += 1
                    with self.subTest(page=page.name, file=word):
                        self.assertTrue(fits(word, self.files))
        self.assertGreater(named, 200)

    def test_every_name_of_the_code_is_there(self):
        for page in OF_CODE:
            for code in self.codes(page):
                name = re.sub(r"\(.*\)$", "", code)
                if not NAME.fullmatch(name):
                    continue
                with self.subTest(page=page.name, name=code):
                    self.assertLessEqual(set(re.findall(r"\w+", name)), self.words)

    def test_every_test_that_would_fail_is_there(self):
        named = 0
        text = self.prose(ROOT / "docs/how-to-add.md")
        for table in re.findall(r"(?m)^\| what was forgotten \| what fails \|\n\|-.*\n((?:\|.*\n?)+)", text):
            for row in table.splitlines():
                for code in CODE.findall(row.split(" | ", 1)[1]):
                    if " " not in code:
                        continue
                    named += 1
                    with self.subTest(test=code):
                        self.assertIn(code.rstrip("…"), self.tests)
        self.assertGreater(named, 10)


unittest.main()

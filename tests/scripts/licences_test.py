"""scripts/licences finds what the scripts install, and tells when the document does not name it."""
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "licences"


class Tree:
    """A small project: what its scripts install, and what its lock file names."""

    def __init__(self, folder):
        self.root = Path(folder)
        for name in ("scripts", "docs", "tests/clients"):
            (self.root / name).mkdir(parents=True)
        self.script("build", "install g++ \\\n  libone-dev libtwo-dev\n# install not-this\n")
        self.script("run", "install curl  # for the calls\n")
        self.script("test", "command -v npm >/dev/null || install npm\nsay 'install what is missing'\n")
        self.script("format", "installed=no\n")
        self.lock("left", "@scope/right")

    def script(self, name, text):
        (self.root / "scripts" / name).write_text(text)

    def lock(self, *names):
        packages = {"node_modules/" + name: {"version": "1.0.0", "license": "MIT"} for name in names}
        nested = {"node_modules/left/node_modules/inner": {"version": "2.0.0"}}
        (self.root / "tests/clients/package-lock.json").write_text(
            json.dumps({"packages": {"": {"name": "all"}} | packages | nested}))

    def run(self, *words):
        return subprocess.run([SCRIPT, *words, self.root], text=True, capture_output=True, timeout=60)


class LicencesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Tree(folder.name)

    def test_what_was_written_is_up_to_date(self):
        self.assertEqual(self.tree.run("--write").returncode, 0)
        result = self.tree.run("--check")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("all of 8 packages", result.stdout)
        text = (self.tree.root / "docs/licences.md").read_text()
        for name in ("g++", "libone-dev", "libtwo-dev", "curl", "npm", "left", "@scope/right", "inner"):
            self.assertIn(f"`{name}`", text)
        self.assertNotIn("not-this", text)

    def test_what_is_missing_or_too_much_is_named(self):
        self.tree.run("--write")
        self.tree.script("run", "install wget\n")
        self.tree.lock("left", "new")
        result = self.tree.run("--check")
        self.assertEqual(result.returncode, 1)
        for line in ("does not name wget", "names curl,", "does not name new", "names @scope/right,"):
            self.assertIn(line, result.stdout)

    def test_without_a_document_all_is_missing(self):
        self.assertEqual(self.tree.run("--check").returncode, 1)

    def test_other_words_are_wrong_usage(self):
        self.assertEqual(self.tree.run("--all").returncode, 2)


unittest.main()

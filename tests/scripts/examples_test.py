"""The examples of the documentation are right, and scripts/examples tells when one is not."""
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "examples"
PAGE = """# A page

```console
$ jobledger token create --data-dir ledger --team studio --name portal >token
$ jobledger serve --data-dir ledger --listen 127.0.0.1:8080
listening on http://127.0.0.1:8080
```

```console
$ export JOBLEDGER_URL=http://127.0.0.1:8080 JOBLEDGER_TOKEN=$(cat token)
$ id=01J8ZQ5V7M3N9XKCW2D4R6T8YB
$ made=$(curl -sS $JOBLEDGER_URL/api/v2/jobs -H "Authorization: Bearer $JOBLEDGER_TOKEN" \\
>   -d "{\\"template\\": {\\"id\\": \\"$id\\"}}" | jq -r .id)
$ echo $made; echo $made
01M84V1RNNE9FH1H8VJQRB8M68
01M84V1RNNE9FH1H8VJQRB8M68
$ jobledger jobs --json | jq -r '.[].status'
queued
```

```
$ what is shown alone: no example
```
"""


class ExamplesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = Path(folder.name) / "page.md"

    def run_page(self, text, *words):
        self.page.write_text(text)
        return self.run_script(*words, self.page)

    def run_script(self, *words):
        return subprocess.run([SCRIPT, *words], text=True, capture_output=True, timeout=240)

    def test_the_documentation_is_right(self):
        result = self.run_script()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"[2-9] of [2-9] pages are right")

    def test_what_is_another_each_time_may_differ(self):
        result = self.run_page(PAGE)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_a_wrong_answer_is_told(self):
        result = self.run_page(PAGE.replace("\nqueued", "\nfinished"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("-finished\n+queued", result.stdout)

    def test_two_ids_that_are_to_be_the_same_must_be(self):
        result = self.run_page(PAGE.replace("8M68\n01M8", "8M68\n01N8"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("+<id 2>", result.stdout)

    def test_answers_are_written_and_nothing_else(self):
        wrong = PAGE.replace("\nqueued", "")
        self.assertEqual(self.run_page(wrong).returncode, 1)
        self.assertEqual(self.run_page(wrong, "--write").returncode, 0)
        written = self.page.read_text()
        self.assertIn("'.[].status'\nqueued\n```\n", written)
        self.assertEqual(len(written.splitlines()), len(PAGE.splitlines()))
        self.assertIn("no example\n", written)

    def test_other_words_are_wrong_usage(self):
        self.assertEqual(self.run_script("--all").returncode, 2)


unittest.main()

"""What scripts/torture does with its arguments, and with a part that fails."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def torture(*arguments):
    return subprocess.run([ROOT / "scripts/torture", *arguments], capture_output=True, text=True,
                          env=os.environ)


class Torture(unittest.TestCase):
    def test_help_says_how_to_call_it(self):
        run = torture("--help")
        self.assertEqual(run.returncode, 0)
        self.assertIn("scripts/torture --minutes 60 PART", run.stdout)

    def test_wrong_usage_is_2(self):
        for arguments in (["--minutes"], ["--minutes", "many"], ["--fast"]):
            run = torture(*arguments)
            self.assertEqual(run.returncode, 2, run.stderr)


if __name__ == "__main__":
    unittest.main()

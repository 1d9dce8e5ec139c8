"""scripts/run starts a daemon, and the calls that it prints work when they are pasted."""
import os
import signal
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "run"
LAST_LINE = "The token is in "


def pasted(printed):
    """What the indented lines of the text do in a shell."""
    calls = "\n".join(line.strip() for line in printed.splitlines() if line.startswith("  "))
    return subprocess.run(["bash", "-euc", calls], capture_output=True, text=True, timeout=60)


class Run:
    """scripts/run on a data directory, on a port that the system picks."""

    def __init__(self, data_dir):
        self.environment = {"JOBLEDGER_DATA_DIR": data_dir, "JOBLEDGER_LISTEN": "127.0.0.1:0"}

    def __enter__(self):
        self.process = subprocess.Popen(
            [SCRIPT], env=os.environ | self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith(LAST_LINE):
                break
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()

    def end(self):
        """The exit code after a SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        return self.process.wait()


class RunTest(unittest.TestCase):
    def test_the_printed_calls_work_at_the_first_start_and_at_the_next(self):
        with tempfile.TemporaryDirectory() as folder:
            data_dir = os.path.join(folder, "new", "data")
            tokens = set()
            for _ in range(2):
                with Run(data_dir) as run:
                    self.assertTrue(run.lines, "it ended without a line")
                    self.assertRegex(run.lines[0], r"^listening on http://127\.0\.0\.1:\d+\n$")
                    result = pasted("".join(run.lines))
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertIn('"queued"', result.stdout)
                    self.assertIn('"manually_cancelled"', result.stdout)
                    self.assertEqual(run.end(), 0)
                token_file = os.path.join(data_dir, "first-token")
                self.assertEqual(stat.S_IMODE(os.stat(token_file).st_mode), 0o600)
                tokens.add(Path(token_file).read_text())
            self.assertEqual(len(tokens), 1)


unittest.main()

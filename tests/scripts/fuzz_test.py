"""What scripts/fuzz counts, and what it and tests/fuzz/run make of how a fuzzer ends."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATS = """cat <<'EOF'
#9	INITED cov: 40 ft: 50 corp: 3/9b exec/s: 0 rss: 30Mb
#99	NEW    cov: 44 ft: 60 corp: 4/9b lim: 4 exec/s: 0 rss: 30Mb
stat::number_of_executed_units: 1234
EOF
"""


class Fuzz(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.build = pathlib.Path(directory.name)
        (self.build / "tests/fuzz").mkdir(parents=True)

    def fuzzer(self, script):
        """In place of the fuzzer of notes."""
        program = self.build / "tests/fuzz/fuzz_notes"
        program.write_text("#!/bin/bash\n" + script)
        program.chmod(0o755)

    def start(self):
        command = [ROOT / "tests/fuzz/run", self.build, "notes", "1", "60"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run_once(self):
        run = self.start()
        said, _ = run.communicate()
        return run.returncode, said

    def fuzz(self, *arguments):
        return subprocess.run([ROOT / "scripts/fuzz", *arguments], capture_output=True, text=True,
                              env={**os.environ, "FUZZ_BUILD_DIR": str(self.build)})

    def row(self):
        lines = self.fuzz("--count", "notes").stdout.splitlines()
        return [cell.strip() for cell in lines[-1].strip("|").split("|")]

    def test_wrong_usage_is_2(self):
        for arguments in (["--executions"], ["--executions", "many"], ["--seconds", "0"], ["--fast"]):
            run = self.fuzz(*arguments)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn("scripts/fuzz --executions N", run.stderr)

    def test_nothing_is_counted_at_first(self):
        self.assertEqual(self.row()[:2], ["notes", "0"])

    def test_runs_add_up(self):
        self.fuzzer(STATS)
        for _ in range(2):
            code, said = self.run_once()
            self.assertEqual(code, 0, said)
            self.assertIn("notes: 1234 inputs", said)
        row = self.row()
        self.assertEqual(row[:2], ["notes", "2468"])
        self.assertEqual(row[3:5], ["44", "4"])

    def test_a_finding_is_1_and_counted_as_well(self):
        self.fuzzer(STATS + "echo 'Test unit written to here'\nexit 77\n")
        code, said = self.run_once()
        self.assertEqual(code, 1, said)
        self.assertIn("fuzz_notes here", said)
        self.assertEqual(self.row()[1], "1234")

    def test_who_is_told_to_end_says_how_far_it_has_come(self):
        ready = self.build / "ready"
        self.fuzzer(f"end() {{\nkill %1\n{STATS}exit 72\n}}\n"
                    f"trap end TERM\nsleep 60 &\ntouch {ready}\nwait\n")
        run = self.start()
        while not ready.exists() and run.poll() is None:
            os.sched_yield()
        run.send_signal(signal.SIGTERM)
        said, _ = run.communicate()
        self.assertEqual(run.returncode, 0, said)
        self.assertEqual(self.row()[1], "1234")


if __name__ == "__main__":
    unittest.main()

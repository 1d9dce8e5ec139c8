"""The unit of packaging/ is one that systemd takes, and that leaves a taken-over daemon little."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "packaging" / "jobledger.service"
PROGRAM = Path(os.environ.get("BUILD_DIR", ROOT / "build")) / "jobledger"
EXPOSURE = 20  # tenths, as --threshold takes it; what is left is the network and the file system


@unittest.skipUnless(shutil.which("systemd-analyze"), "scripts/test installs systemd-analyze")
class ServiceTest(unittest.TestCase):
    def analyze(self, *words):
        """systemd-analyze on the unit, with the program where it is built."""
        with tempfile.TemporaryDirectory() as folder:
            unit = Path(folder) / UNIT.name
            unit.write_text(UNIT.read_text().replace("/usr/bin/jobledger", str(PROGRAM)))
            return subprocess.run(["systemd-analyze", *words, str(unit)], text=True, timeout=60,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_systemd_understands_every_line(self):
        result = self.analyze("verify", "--man=no")  # it is in the package
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_little_is_left_to_a_daemon_that_was_taken_over(self):
        result = self.analyze("security", "--offline=true", f"--threshold={EXPOSURE}")
        self.assertEqual(result.returncode, 0, result.stdout)


unittest.main()

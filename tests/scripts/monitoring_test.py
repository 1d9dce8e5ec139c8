"""What a daemon gives to Prometheus is as Prometheus wants it, and what we ship for it fits that."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

BUILD = Path(os.environ.get("BUILD_DIR", Path(__file__).resolve().parents[2] / "build"))
PROGRAM = BUILD / "jobledger"
PROMTOOL = BUILD / "tools" / "promtool"
PATIENCE = 60  # seconds
SKIPPED = 77
TEMPLATE = {"template": {"id": "01J8ZQ5V7M3N9XKCW2D4R6T8YB"}}


def promtool(*words, text=None):
    """What it says, which is nothing if all is well, and its exit code."""
    done = subprocess.run([PROMTOOL, *words], input=text, text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout, done.returncode


class Daemon:
    """A daemon on a ledger of its own, and a client with a token."""

    def __init__(self, folder):
        data = folder + "/data"
        self.token = subprocess.run(
            [PROGRAM, "token", "create", "--data-dir", data, "--team", "t", "--name", "n"],
            check=True, capture_output=True, text=True, timeout=PATIENCE).stdout.strip()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data-dir", data, "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def call(self, method, path, body=None):
        """The body of the answer, whatever its status."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.read().decode()

    def end(self):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait()


class MonitoringTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        daemon = Daemon(folder.name)
        cls.addClassCleanup(daemon.end)
        cls.use(daemon)
        cls.metrics = daemon.call("GET", "/metrics")

    @staticmethod
    def use(daemon):
        """So that there is something of every kind."""
        job = json.loads(daemon.call("POST", "/api/v2/jobs", TEMPLATE))["id"]
        for _ in range(2):
            daemon.call("PATCH", f"/api/v2/jobs/{job}/cancel")
        daemon.call("POST", "/api/v2/jobs", TEMPLATE)
        claimed = json.loads(daemon.call("POST", "/api/v2/worker/claim", {}))
        report = {"lease": claimed["lease"]}
        for _ in range(2):
            daemon.call("POST", f"/api/v2/worker/jobs/{claimed['job']['id']}/finish", report)
        daemon.call("GET", "/no/such/path")

    def test_promtool_finds_nothing_wrong_with_the_metrics(self):
        self.assertEqual(promtool("check", "metrics", text=self.metrics), ("", 0))

    def test_promtool_would_find_it(self):
        wrong = "# HELP a_ms No.\n# TYPE a_ms counter\na_ms 1\n"
        self.assertNotEqual(promtool("check", "metrics", text=self.metrics + wrong)[1], 0)


if not PROMTOOL.exists() and "TOOLS_ARE_THERE" not in os.environ:
    print("there is no promtool; scripts/test fetches it")
    sys.exit(SKIPPED)
unittest.main()

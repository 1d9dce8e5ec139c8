"""What a daemon gives to Prometheus is as Prometheus wants it, and what we ship for it fits that."""
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = json.loads((ROOT / "packaging/grafana/jobledger.json").read_text())
ALERTS = ROOT / "packaging/prometheus/alerts.yml"
PAGE = (ROOT / "docs/monitoring.md").read_text()
METRIC = re.compile(r"\b(?:jobledger|process)_[a-z0-9_]+")
BUILD = Path(os.environ.get("BUILD_DIR", ROOT / "build"))
PROGRAM = BUILD / "jobledger"
PROMTOOL = BUILD / "tools" / "promtool"
PATIENCE = 60  # seconds
SKIPPED = 77
TEMPLATE = {"template": {"id": "01J8ZQ5V7M3N9XKCW2D4R6T8YB"}}


def metrics_in(text):
    return set(METRIC.findall(text))


def exported(text):
    """The names of all lines that there are or may be."""
    names = set()
    for name, kind in re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text):
        names |= {name + end for end in ("", "_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return names


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
        host, port = daemon.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            connection.sendall(b"no request\r\n\r\n")
            connection.recv(1)

    def test_promtool_finds_nothing_wrong_with_the_metrics(self):
        self.assertEqual(promtool("check", "metrics", text=self.metrics), ("", 0))

    def test_promtool_would_find_it(self):
        wrong = "# HELP a_ms No.\n# TYPE a_ms counter\na_ms 1\n"
        self.assertNotEqual(promtool("check", "metrics", text=self.metrics + wrong)[1], 0)

    def test_promtool_finds_nothing_wrong_with_the_alerts(self):
        said, code = promtool("check", "rules", str(ALERTS))
        self.assertEqual(code, 0, said)
        self.assertIn("SUCCESS", said)

    def test_alerts_and_dashboard_speak_of_metrics_that_there_are(self):
        names = exported(self.metrics)
        for text in (ALERTS.read_text(), json.dumps(DASHBOARD)):
            self.assertGreater(len(metrics_in(text)), 10)
            self.assertEqual(metrics_in(text) - names, set())

    def test_the_page_tells_of_each_metric_and_each_alert_and_of_no_other(self):
        names = set(re.findall(r"(?m)^# TYPE (\S+) ", self.metrics))
        self.assertEqual(names - metrics_in(PAGE), set())
        self.assertEqual(metrics_in(PAGE) - exported(self.metrics), set())
        alerts = set(re.findall(r"alert: (\w+)", ALERTS.read_text()))
        self.assertEqual(alerts, set(re.findall(r"`(JobLedger\w+)`", PAGE)))

    def test_the_dashboard_is_one(self):
        """Panels with numbers of their own and places beside each other, each with a query."""
        panels = DASHBOARD["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = set()
        for panel in panels:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells = set(itertools.product(range(place["x"], place["x"] + place["w"]),
                                          range(place["y"], place["y"] + place["h"])))
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells
            if panel["type"] == "row":
                continue
            self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            self.assertTrue(panel["targets"], panel["title"])
            for target in panel["targets"]:
                self.assertIn('instance=~"$instance"', target["expr"])
        variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD)))
        self.assertEqual(used - variables, {"__rate_interval"})

    def test_the_queries_of_the_dashboard_are_ones(self):
        """As alerts, which promtool parses."""
        rules = []
        for panel in DASHBOARD["panels"]:
            for target in panel.get("targets", []):
                query = target["expr"].replace("$__rate_interval", "5m").replace("$", "")
                rules.append({"record": "a:b", "expr": query, "labels": {"n": str(len(rules))}})
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "rules.yml")
            file.write_text(json.dumps({"groups": [{"name": "a", "rules": rules}]}))
            said, code = promtool("check", "rules", str(file))
            self.assertEqual(code, 0, said)


if not PROMTOOL.exists() and "TOOLS_ARE_THERE" not in os.environ:
    print("there is no promtool; scripts/test fetches it")
    sys.exit(SKIPPED)
unittest.main()

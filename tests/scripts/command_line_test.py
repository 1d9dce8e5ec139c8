"""The command line as somebody sees it who sits before it: in a terminal of 80 columns, with colours
and completion, and its manual by man(1)."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

PROGRAM = Path(os.environ.get("BUILD_DIR", Path(__file__).resolve().parents[2] / "build")) / "jobledger"
PATIENCE = 60  # seconds
TEMPLATE = {"template": {"id": "01J8ZQ5V7M3N9XKCW2D4R6T8YB"}}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def run(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True,
                          timeout=PATIENCE).stdout


class Daemon:
    """A daemon on a ledger of its own, with a token."""

    def __init__(self, folder):
        self.token = run("token", "create", "--data-dir", folder + "/data", "--team", "studio",
                         "--name", "portal").strip()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data-dir", folder + "/data", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def post(self, path, body, method="POST"):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def end(self):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait()


class Terminal:
    """A shell in a terminal of 80 columns that belongs to nobody else."""

    def __init__(self, folder, shell, environment):
        self.shown = 0
        self.tmux = ["tmux", "-S", folder + "/tmux", "-f", "/dev/null"]
        variables = {"PS1": "$ ", "TERM": "screen-256color", "LC_ALL": "C.UTF-8"} | environment
        words = [f"{name}={value}" for name, value in variables.items()]
        self.call("new-session", "-d", "-x", "80", "-y", "50",
                  "env", "-u", "NO_COLOR", "-u", "TMUX", *words, *shell)

    def call(self, *words):
        return subprocess.run([*self.tmux, *words], check=True, capture_output=True, text=True,
                              timeout=PATIENCE).stdout

    def type(self, text):
        self.call("send-keys", "-l", text)

    def press(self, key):
        self.call("send-keys", key)

    def screen(self):
        """What stands there, with its colours."""
        return self.call("capture-pane", "-p", "-e").rstrip("\n")

    def until(self, seen):
        """The screen once that function of it is true."""
        over = time.monotonic() + PATIENCE
        while not seen(COLOUR.sub("", screen := self.screen())):
            if time.monotonic() > over:
                raise AssertionError("the screen never was as it should be:\n" + screen)
            time.sleep(0.05)  # between two looks
        return screen

    def show(self, command):
        """The lines that a command leaves on an empty screen."""
        self.shown += 1
        end = f"END{self.shown}"
        self.type(f"clear; {command}; echo 'END'{self.shown}")
        self.press("Enter")
        screen = self.until(lambda text: f"{end}\n" in text and text.endswith("$"))
        lines = screen.split("\n")
        return lines[:[COLOUR.sub("", line) for line in lines].index(end)]

    def end(self):
        self.call("kill-server")


def plain(lines):
    return [COLOUR.sub("", line).rstrip() for line in lines]


@unittest.skipUnless(shutil.which("tmux"), "scripts/test installs tmux")
class TerminalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name)
        post = cls.daemon.post
        child = {"type": "job", "layerName": "intro",
                 "template": TEMPLATE["template"] | {"composition": "main"}}
        tree = post("/api/v2/jobs", TEMPLATE | {"assets": [child, child, child]})
        cls.root, cls.children = tree["id"], [each["id"] for each in tree["children"]]
        claim = post("/api/v2/worker/claim", {"jobId": cls.children[2]})
        lease = {"lease": claim["lease"]}
        post(f"/api/v2/worker/jobs/{cls.children[2]}/finish",
             lease | {"outputUrl": "https://cdn.example.com/out/" + "spot-" * 20 + "1.mp4"})
        post(f"/api/v2/jobs/{cls.children[0]}/cancel",
             {"reason": "the logo is the one of last year, and the font is wrong as well"}, "PATCH")
        batch = post("/api/v2/batches", {"jobs": [TEMPLATE, TEMPLATE]})
        cls.batch, cls.waiting = batch["batchId"], batch["jobs"][0]["id"]
        scripts = cls.folder.name + "/completions"
        for shell in ("bash", "zsh"):
            Path(scripts + "." + shell).write_text(run("completion", shell))
        cls.environment = {"JOBLEDGER_URL": cls.daemon.url, "JOBLEDGER_TOKEN": cls.daemon.token,
                           "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
        cls.terminal = Terminal(cls.folder.name, ["bash", "--norc", "--noprofile"], cls.environment)
        cls.terminal.type(f"source {scripts}.bash")
        cls.terminal.press("Enter")

    @classmethod
    def tearDownClass(cls):
        cls.terminal.end()
        cls.daemon.end()
        cls.folder.cleanup()

    def assert_columns(self, lines, heads):
        """A table: its columns begin where their heads do, and no line is longer than 80."""
        for head in heads[1:]:
            at = lines[0].index(head)
            for line in lines[1:]:
                self.assertEqual(line[at - 2:at].strip(), "", f"{head} in {line}")
        self.assertLessEqual(max(map(len, lines)), 80)

    def test_jobs_fit_the_terminal_a_line_each_with_colours(self):
        lines = self.terminal.show("jobledger jobs")
        text = plain(lines)
        self.assertEqual(len(text), 1 + 4 + 2, text)
        self.assertEqual(text[0].split(), ["JOB", "STATUS", "DONE", "CREATED", "NOTE"])
        self.assertIn("\x1b[1m", lines[0])
        self.assert_columns([line.replace("100%", " 00%") for line in text],
                            ["JOB", "STATUS", "CREATED", "NOTE"])
        for line in text[1:]:
            self.assertRegex(line, r"^[0-9A-Z]{26}  \S+ +\d+%  [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d  \S")
        self.assertTrue(text[2].endswith("…"), text[2])
        coloured = {status: code for line in lines
                    for code, status in re.findall(r"\x1b\[(3\dm)([a-z_:]+)", line)}
        self.assertEqual(coloured, {"manually_cancelled": "35m", "finished": "32m", "queued": "33m"})

    def test_without_a_terminal_or_colours_tables_are_plain(self):
        for command in ("jobledger jobs | cat", "NO_COLOR=1 jobledger jobs"):
            self.assertNotIn("\x1b", "".join(self.terminal.show(command)))
        self.assertIn("as well", "".join(plain(self.terminal.show("jobledger jobs | cat"))))

    def test_a_tree_is_drawn_and_marked(self):
        lines = self.terminal.show(f"jobledger tree {self.children[1]}")
        via = "…" + self.children[0][20:]
        self.assertEqual(plain(lines), [
            f"{self.root}  manually_cancelled  by its child {via}",
            f"├─ {self.children[0]}  manually_cancelled  asked for",
            f"├─ {self.children[1]}  manually_cancelled  by its sibling {via}",
            f"└─ {self.children[2]}  finished  left alone"])
        self.assertIn("\x1b[1m" + self.children[1], lines[2])

    def test_a_job_is_shown_as_lines(self):
        text = plain(self.terminal.show(f"jobledger job {self.waiting}"))
        self.assertEqual(text[:2], [f"Job       {self.waiting}", "Status    queued, 0% done"])

    def test_audit_and_history_and_batches_fit_the_terminal(self):
        for command in ("audit", f"history {self.children[0]}", "batches", f"batch {self.batch}"):
            with self.subTest(command):
                text = plain(self.terminal.show("jobledger " + command))
                table = [line for line in text if line]
                self.assertLessEqual(max(map(len, text)), 80)
                # A line that was too long would go on at the first column of the next.
                begins = r"(ENTRY|BATCH|#|Batch|Status|Jobs)|#\d+ |\d  |[0-9A-Z]{26} "
                for line in table:
                    self.assertRegex(line, f"^(?:{begins})")

    def test_help_fits_the_terminal(self):
        text = plain(self.terminal.show("jobledger cancel --help | tail -30"))
        self.assertIn("Examples:", text)

    def completed(self, typed, then):
        """What a line is once tab was pressed."""
        self.terminal.type(typed)
        self.terminal.press("Tab")
        screen = self.terminal.until(lambda text: then in text)
        self.terminal.press("C-u")
        return screen

    def test_bash_completes_what_the_program_knows(self):
        folder = Path(self.folder.name)
        (folder / "some token file").write_text("x\n")
        self.terminal.show(f"cd {folder}")
        for typed, then in (("jobledger exp", "$ jobledger exp"),
                            ("jobledger worker r", "$ jobledger worker run "),
                            ("jobledger token rev", "$ jobledger token revoke "),
                            ("jobledger jobs --sor", "$ jobledger jobs --sort "),
                            ("jobledger jobs --sort new", "$ jobledger jobs --sort newest_first "),
                            ("jobledger jobs --sort=pri", "$ jobledger jobs --sort=priority "),
                            ("jobledger jobs --states queued,man",
                             "$ jobledger jobs --states queued,manually_cancelled "),
                            ("jobledger jobs --states render:do",
                             "$ jobledger jobs --states render:dorender "),
                            ("jobledger jobs --token-file some",
                             "$ jobledger jobs --token-file some\\ token\\ file "),
                            ("jobledger serve --cascade-on-child-error fail",
                             "$ jobledger serve --cascade-on-child-error fail_parent_only "),
                            ("jobledger completion z", "$ jobledger completion zsh ")):
            with self.subTest(typed):
                self.completed(typed, then.rstrip())

    def test_bash_lists_what_may_follow(self):
        self.terminal.show("true")
        self.terminal.type("jobledger key ")
        self.terminal.press("Tab")
        self.terminal.press("Tab")
        self.terminal.until(lambda text: re.search(r"rotate +show|show +rotate", text))
        self.terminal.press("C-u")

    @unittest.skipUnless(shutil.which("zsh"), "scripts/test installs zsh")
    def test_zsh_completes_what_the_program_knows(self):
        with tempfile.TemporaryDirectory() as folder:
            terminal = Terminal(folder, ["zsh", "-f"], self.environment)
            try:
                terminal.type("PS1='$ '; autoload -Uz compinit; compinit -u -D; "
                              f"source {self.folder.name}/completions.zsh; clear")
                terminal.press("Enter")
                for typed, then in (("jobledger worker r", "jobledger worker run"),
                                    ("jobledger jobs --sort=new", "--sort=newest_first"),
                                    ("jobledger jobs --states=queued,man",
                                     "--states=queued,manually_cancelled"),
                                    ("jobledger completion b", "jobledger completion bash")):
                    with self.subTest(typed):
                        terminal.type(typed)
                        terminal.press("Tab")
                        terminal.until(lambda text, then=then: then in text)
                        terminal.press("C-u")
            finally:
                terminal.end()


class ManualTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        run("man", "--into", self.folder.name)
        self.pages = sorted(Path(self.folder.name).iterdir())

    def test_there_is_a_page_for_each_command(self):
        names = {page.name for page in self.pages}
        self.assertTrue({"jobledger.1", "jobledger-cancel.1", "jobledger-worker-run.1"} <= names)
        main = (Path(self.folder.name) / "jobledger.1").read_text()
        for name in names - {"jobledger.1"}:
            self.assertIn(name.removesuffix(".1").replace("-", "\\-") + "\\fR(1)", main)

    @unittest.skipUnless(shutil.which("mandoc"), "scripts/test installs mandoc")
    def test_the_pages_are_right(self):
        result = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *self.pages], text=True,
                                timeout=PATIENCE, capture_output=True)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("mandoc"), "scripts/test installs mandoc")
    def test_a_page_reads_as_it_should(self):
        page = Path(self.folder.name) / "jobledger-worker-run.1"
        text = subprocess.run(["mandoc", "-T", "utf8", page], check=True, text=True, timeout=PATIENCE,
                              capture_output=True).stdout
        text = re.sub(".\x08", "", text)
        for part in ("jobledger-worker-run - Claim jobs", "--lease-seconds SECONDS",
                     "jobledger worker run -- ./render.sh", "JOBLEDGER_TOKEN"):
            self.assertIn(part, text)


unittest.main()

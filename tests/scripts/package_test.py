"""The package for Debian is installed, used, upgraded, removed and purged, in a copy of this machine's
files that nobody else sees; where none can be made, on the machine itself, which is then as it was."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BUILD_DIR", ROOT / "build"))
PATIENCE = 300  # seconds
OWN_MOUNTS = "PACKAGE_TEST_HAS_OWN_MOUNTS"
CONFIG = "/etc/jobledger/jobledger.toml"
DATA = "/var/lib/jobledger"
DOC = "/usr/share/doc/jobledger/"


def run(*words, code=0, **options):
    """What it wrote, to both; the code is None for any."""
    result = subprocess.run([str(word) for word in words], text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, **options)
    if code is not None and result.returncode != code:
        raise AssertionError(f"{words} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


class Machine:
    """Where the package is installed: a copy of the root file system whose changes are in memory. It is
    gone with its mounts; nothing in it is removed through them."""

    def __init__(self):
        self.root, self.enter, self.folder = Path("/"), [], None
        if OWN_MOUNTS in os.environ:
            self.copy()

    def copy(self):
        self.folder = Path(tempfile.mkdtemp())
        run("mount", "-t", "tmpfs", "tmpfs", self.folder)
        parts = {name: self.folder / name for name in ("upper", "work", "root")}
        for part in parts.values():
            part.mkdir()
        layers = f"lowerdir=/,upperdir={parts['upper']},workdir={parts['work']}"
        mount = ["mount", "-t", "overlay", "overlay", "-o", layers, parts["root"]]
        if subprocess.run(mount, capture_output=True, timeout=PATIENCE).returncode != 0:
            return  # the kernel cannot; then it is the machine itself
        self.root = parts["root"]
        self.enter = ["chroot", str(self.root)]
        for kind in ("dev", "proc", "tmp"):
            run("mount", "-t", "proc" if kind == "proc" else "tmpfs", "none", self.root / kind)
        for device, minor in (("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)):
            run("mknod", "-m", "666", self.root / "dev" / device, "c", "1", minor)

    def end(self):
        if self.folder:
            run("umount", "--recursive", self.folder)
            self.folder.rmdir()

    def run(self, *words, **options):
        return run(*self.enter, *words, **options)

    def path(self, path):
        return self.root / path.lstrip("/")

    def as_daemon(self, *words):
        """The words of a command that its user runs, as README.Debian has it."""
        return [*self.enter, "runuser", "-u", "jobledger", "--", *words]

    def bring(self, package):
        """The package, where dpkg of that machine finds it."""
        folder = self.path("/tmp/jobledger-packages")
        folder.mkdir(exist_ok=True)
        return "/" + str(Path(shutil.copy(package, folder)).relative_to(self.root))

    def is_free(self):
        """Whether nothing of the package is there, nor a service manager that would start it."""
        return (not Path("/run/systemd/system").exists() or self.enter) and not (
            self.path(DATA).exists() or self.path("/etc/jobledger").exists()
            or "jobledger:" in self.path("/etc/passwd").read_text()
            or run(*self.enter, "dpkg-query", "-W", "jobledger", code=None).startswith("jobledger"))

    def clean(self):
        """For the machine itself, whatever a test that failed has left there."""
        self.run("dpkg", "--purge", "jobledger", code=None)
        self.run("userdel", "jobledger", code=None)
        shutil.rmtree(self.path(DATA), ignore_errors=True)
        shutil.rmtree(self.path("/tmp/jobledger-packages"), ignore_errors=True)


def pack(folder):
    """The package of what is built."""
    run("cpack", "-B", folder, cwd=BUILD)
    return next(Path(folder).glob("*.deb"))


def next_version(package, folder):
    """The same package as its next version, in which a default is another."""
    files = Path(folder) / "next"
    run("dpkg-deb", "-R", package, files)
    for path, pattern, text in (("DEBIAN/control", r"(?m)^Version: .*$", "Version: 0.1.0-2"),
                                (CONFIG.lstrip("/"), "#listen = .*", '#listen = "127.0.0.1:8081"')):
        before = (files / path).read_text()
        (files / path).write_text(re.sub(pattern, text, before))
        assert (files / path).read_text() != before, path
    return run("dpkg-deb", "-b", files, folder) and Path(folder) / package.name.replace("-1_", "-2_")


class Daemon:
    """The installed daemon, as the unit starts it, on a port that is free."""

    def __init__(self, machine):
        unit = machine.path("/lib/systemd/system/jobledger.service").read_text()
        words = re.search(r"(?m)^ExecStart=(.*)$", unit)[1].replace("%S", "/var/lib").split()
        user = re.search(r"(?m)^User=(.*)$", unit)[1]
        self.process = subprocess.Popen(
            [*machine.enter, "setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *words,
             "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        first = self.process.stdout.readline()
        self.url = first.split()[-1] if first.startswith("listening on ") else None
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        self.code = self.process.wait(timeout=PATIENCE)


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.package = pack(cls.folder.name)

    def field(self, name):
        return run("dpkg-deb", "-f", self.package, name).strip()

    def test_it_has_what_belongs_there_and_all_of_it_is_of_root(self):
        modes = {}
        for line in run("dpkg-deb", "-c", self.package).splitlines():
            mode, owner, *_, path = line.split()
            self.assertEqual(owner, "root/root", path)
            modes[path.removeprefix(".")] = mode
        for path, mode in (("/usr/bin/jobledger", "-rwxr-xr-x"), (CONFIG, "-rw-r--r--"),
                           ("/lib/systemd/system/jobledger.service", "-rw-r--r--"),
                           ("/usr/lib/sysusers.d/jobledger.conf", "-rw-r--r--"),
                           ("/usr/share/bash-completion/completions/jobledger", "-rw-r--r--"),
                           ("/usr/share/zsh/site-functions/_jobledger", "-rw-r--r--"),
                           ("/usr/share/jobledger/grafana/jobledger.json", "-rw-r--r--"),
                           ("/usr/share/jobledger/prometheus/alerts.yml", "-rw-r--r--"),
                           ("/usr/share/man/man1/jobledger-worker-run.1.gz", "-rw-r--r--"),
                           (DOC + "copyright", "-rw-r--r--"), (DOC + "changelog.gz", "-rw-r--r--"),
                           (DOC + "changelog.Debian.gz", "-rw-r--r--"),
                           (DOC + "docs/durability.md", "-rw-r--r--"), (DOC, "drwxr-xr-x")):
            self.assertEqual(modes.get(path), mode, path)
        self.assertFalse([path for path in modes if path.startswith(DATA)])

    def test_its_control_file_is_that_of_this_version_and_names_the_libraries(self):
        version = run(BUILD / "jobledger", "--version").strip()
        changelog = (ROOT / "packaging/debian/changelog").read_text()
        self.assertEqual(self.field("Version"), re.match(r"jobledger \((.*)\) ", changelog)[1])
        self.assertEqual(self.field("Version").rpartition("-")[0], version)
        for library in ("librocksdb7.8", "libssl3", "libcapnp-0.9.2", "systemd-sysusers"):
            self.assertIn(library, self.field("Depends"))
        self.assertNotIn("-dev", self.field("Depends"))

    @unittest.skipUnless(shutil.which("lintian"), "nobody installed lintian")
    def test_lintian_finds_nothing(self):
        found = run("lintian", "--fail-on", "error,warning", self.package, code=None)
        self.assertFalse(re.findall(r"(?m)^[EW]: .*", found), found)

    @unittest.skipUnless(os.geteuid() == 0, "only root can install a package")
    def test_it_is_installed_used_upgraded_removed_and_purged(self):
        self.machine = Machine()
        self.addCleanup(self.machine.end)
        if not self.machine.is_free():
            self.skipTest("a jobledger is installed here, and no copy of this machine can be made")
        self.addCleanup(self.machine.clean)
        self.install()
        self.use()
        self.read()
        self.upgrade()
        self.remove()
        self.purge()
        self.go_on_with_the_ledger()
        self.leave_nothing()

    def dpkg(self, *words):
        return self.machine.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", *words)

    def assert_state(self, mode):
        stat = self.machine.run("stat", "-c", "%U:%G %a", DATA)
        self.assertEqual(stat, f"jobledger:jobledger {mode}\n")

    def install(self):
        self.dpkg("-i", self.machine.bring(self.package))
        self.assertRegex(self.machine.run("getent", "passwd", "jobledger"),
                         r"^jobledger:[^:]+:\d{1,3}:\d+:Job Ledger:/var/lib/jobledger:.*nologin\n$")
        self.assert_state("700")
        wanted = self.machine.path("/etc/systemd/system/multi-user.target.wants/jobledger.service")
        self.assertTrue(wanted.is_symlink())

    def use(self):
        self.token = run(*self.machine.as_daemon("jobledger", "token", "create", "--data-dir", DATA,
                                                 "--team", "studio", "--name", "first")).strip()
        with Daemon(self.machine) as daemon:
            self.assertIsNotNone(daemon.url)
            self.assertEqual(self.jobs(daemon), [])
        self.assertEqual(daemon.code, 0)

    def jobs(self, daemon):
        """As the installed command line has them."""
        return json.loads(self.machine.run("env", f"JOBLEDGER_TOKEN={self.token}", "jobledger", "jobs",
                                           "--json", "--url", daemon.url))

    def read(self):
        page = self.machine.run("mandoc", "-T", "utf8", "/usr/share/man/man1/jobledger-cancel.1.gz")
        self.assertIn("jobledger-cancel - Cancel", re.sub(".\x08", "", page))
        self.machine.run("bash", "-n", "/usr/share/bash-completion/completions/jobledger")
        checked = self.machine.run("jobledger", "serve", "--check-config", "--config", CONFIG,
                                   "--data-dir", DATA)
        self.assertNotIn("error", checked)

    def upgrade(self):
        """What somebody changed stays, and a new default of the next version lies beside it."""
        config = self.machine.path(CONFIG)
        config.write_text(config.read_text().replace("#listen =", "listen ="))
        self.machine.run("chmod", "0750", DATA)
        changed = config.read_text()
        self.dpkg("-i", self.machine.bring(self.package))
        self.assertEqual(config.read_text(), changed)
        package = self.machine.bring(next_version(self.package, self.folder.name))
        self.dpkg("--force-confold", "-i", package)
        self.assertEqual(config.read_text(), changed)
        self.assertIn("8081", self.machine.path(CONFIG + ".dpkg-dist").read_text())
        self.assert_state("750")
        self.use_again()

    def use_again(self):
        with Daemon(self.machine) as daemon:
            self.assertEqual(self.jobs(daemon), [])

    def remove(self):
        self.dpkg("-r", "jobledger")
        self.assertFalse(self.machine.path("/usr/bin/jobledger").exists())
        self.assertTrue(self.machine.path(CONFIG).exists())
        self.assert_state("750")

    def purge(self):
        self.told = self.dpkg("-P", "jobledger")
        self.assertFalse(self.machine.path("/etc/jobledger").exists())
        self.assertIn(f"the ledger is kept in {DATA}", self.told)
        self.assert_state("750")

    def go_on_with_the_ledger(self):
        self.dpkg("-i", self.machine.bring(self.package))
        self.use_again()

    def leave_nothing(self):
        """By what the purge says to somebody who is sure."""
        self.dpkg("-P", "jobledger")
        self.machine.run("sh", "-c", re.search(r"nobody needs it: (.*)", self.told)[1])
        left = self.machine.run("find", "/etc", "/usr", "/var/lib", "-xdev", "-name", "*jobledger*")
        self.assertEqual(left, "")
        self.assertNotIn("jobledger", self.machine.path("/etc/passwd").read_text())


if OWN_MOUNTS not in os.environ and os.geteuid() == 0:
    private = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*private, "true"], capture_output=True).returncode == 0:
        os.environ[OWN_MOUNTS] = "1"
        os.execvp(private[0], [*private, sys.executable, __file__, *sys.argv[1:]])
unittest.main()

"""The layer check finds each kind of violation, at its line, and nothing in a clean tree."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check-layers"

# file, its content, the line of the violation (0: there is none)
ROWS = [
    ("ledger/a.cpp", '#include "ledger/a.h"\n#include <vector>\n', 0),
    ("ledger/a.cpp", '#include "projections/a.h"\n', 1),
    ("ledger/a.cpp", '\n\n  #  include "daemon/a.h"\n', 3),
    ("projections/a.cpp", '#include "ledger/a.h"\n', 0),
    ("projections/a.cpp", '#include "daemon/http/a.h"\n', 1),
    ("daemon/http/a.cpp", '#include "projections/a.h"\n#include "daemon/json/b.h"\n', 0),
    ("daemon/a.cpp", '#include "tests/a.h"\n', 1),
    ("daemon/a.cpp", '#include "a.h"\n', 1),
    ("tests/daemon/a.cpp", '#include "daemon/a.h"\n#include <rocksdb/db.h>\n', 0),
    ("ledger/store.cpp", "#include <rocksdb/db.h>\n", 0),
    ("ledger/store_open.cpp", "#include <rocksdb/db.h>\n", 0),
    ("ledger/store.h", "#pragma once\n#include <rocksdb/db.h>\n", 2),
    ("ledger/writer.cpp", "#include <rocksdb/db.h>\n", 1),
    ("daemon/store.cpp", "#include <rocksdb/db.h>\n", 1),
    ("ledger/codec_events.cpp", '#include <capnp/message.h>\n#include "schema/entry.capnp.h"\n', 0),
    ("ledger/codec_detail.h", '#pragma once\n#include "schema/entry.capnp.h"\n', 0),
    ("ledger/codec.h", '#pragma once\n#include "schema/entry.capnp.h"\n', 2),
    ("ledger/codec_events.cpp", '#include "ledger/codec_detail.h"\n', 0),
    ("ledger/writer.cpp", '#include "ledger/codec_detail.h"\n', 1),
    ("ledger/entry.cpp", "#include <capnp/message.h>\n", 1),
    ("ledger/entry.cpp", '#include "schema/entry.capnp.h"\n', 1),
    ("projections/a.cpp", "#include <kj/exception.h>\n", 1),
    ("daemon/http/a.cpp", "#include <boost/asio/io_context.hpp>\n#include <simdjson.h>\n", 0),
    ("ledger/a.cpp", "#include <boost/asio/io_context.hpp>\n", 1),
    ("ledger/a.cpp", "#include <boost/beast.hpp>\n", 1),
    ("ledger/a.cpp", "#include <boost/unordered/unordered_flat_map.hpp>\n", 0),
    ("projections/a.cpp", "#include <spdlog/spdlog.h>\n", 1),
    ("projections/a.cpp", "#include <simdjson.h>\n", 1),
    ("projections/a.cpp", "#include <CLI/CLI.hpp>\n", 1),
    ("projections/a.cpp", "#include <toml++/toml.h>\n", 1),
    ("daemon/a.cpp", "int a;\nvoid b() { co_await c(); }\n", 2),
    ("tests/a.cpp", "void b() { co_return; }\n", 1),
    ("daemon/a.cpp", "// no co_await here\n", 0),
    ("daemon/a.h", "int a;\n", 1),
    ("tests/a.h", "#pragma once\n", 0),
    ("daemon/a.cpp", "\n" * 450, 0),
    ("daemon/a.cpp", "\n" * 451, 451),
    ("tests/a.cpp", "\n" * 451, 0),
]


def run(root):
    return subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)


class CheckLayers(unittest.TestCase):
    def test_rows(self):
        for file, content, line in ROWS:
            with self.subTest(file=file, content=content[:80]), tempfile.TemporaryDirectory() as root:
                path = Path(root) / file
                path.parent.mkdir(parents=True)
                path.write_text(content)
                result = run(root)
                self.assertEqual(result.returncode, 1 if line else 0, result.stdout)
                if line:
                    self.assertTrue(result.stdout.startswith(f"{file}:{line}: "), result.stdout)
                    self.assertEqual(result.stdout.count("\n"), 1, result.stdout)

    def test_a_tree_without_sources_is_an_error(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(run(root).returncode, 2)


unittest.main()

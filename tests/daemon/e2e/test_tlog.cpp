#include <catch2/catch.hpp>
#include <filesystem>

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/signed_note.h"
#include "ledger/tree_proofs.h"
#include "team.h"

// The ledger as a transparency log: checkpoints, tiles, proofs, receipts, keys, anchors.

namespace jobledger::daemon::e2e {
namespace {

namespace fs = std::filesystem;
using ledger::Checkpoint;
using ledger::Sha256;
using ledger::SignedNote;
using ledger::Verdict;
using ledger::VerifierKey;

SignedNote note_of(const std::string& text) {
  auto note = SignedNote::parse(text);
  INFO(text);
  REQUIRE(note);
  return *note;
}

Checkpoint checkpoint_in(const std::string& text) {
  auto checkpoint = Checkpoint::parse(note_of(text).text);
  REQUIRE(checkpoint);
  return *checkpoint;
}

VerifierKey key_of(Team& team) {
  auto key = VerifierKey::parse(team.get("/ledger/v1/keys").body["inUse"].text());
  REQUIRE(key);
  return *key;
}

std::string newest(Team& team) {
  return team.get("/ledger/v1/checkpoint").text;
}

/// The first checkpoint of so many entries.
std::string checkpoint_of(Team& team, std::int64_t version) {
  std::string text;
  REQUIRE(http::eventually([&] {
    text = newest(team);
    return checkpoint_in(text).size >= static_cast<std::uint64_t>(version);
  }));
  return text;
}

Sha256 hash_in(const Json& text) {
  return ledger::hash_from_base64(text.text()).value();
}

ledger::Hashes hashes_in(const Json& answer) {
  ledger::Hashes hashes;
  for (const Json& hash : answer["hashes"].items()) hashes.push_back(hash_in(hash));
  return hashes;
}

/// The body of an answer that is no JSON.
std::string bytes_at(Team& team, const std::string& path) {
  Answer answer = team.get(path);
  INFO(path << ": " << answer.text.substr(0, 200));
  CHECK(answer.status == 200);
  return answer.text;
}

Finished run_on(const Words& words) {
  return run_program(words);
}

}  // namespace

TEST_CASE("a checkpoint is signed by the ledger's key, soon after each entry") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  std::string first = newest(team);
  CHECK(verify(note_of(first), key_of(team)) == Verdict::right);
  CHECK(checkpoint_in(first).origin == key_of(team).name);
  CHECK_THAT(checkpoint_in(first).origin, Catch::StartsWith("jobledger/"));
  team.cancel(team.create());
  std::string second = checkpoint_of(team, team.version());
  CHECK(verify(note_of(second), key_of(team)) == Verdict::right);
  Json head = team.get("/ledger/v1/head").body;
  CHECK(ledger::to_hex(ledger::bytes_of(checkpoint_in(second).root)) == head["rootHash"].text());
  Finished shown = run_on({"key", "show", "--data-dir", daemon.data_dir()});
  CHECK(shown.code == 0);
  CHECK(shown.out == key_of(team).text() + "\n");

  REQUIRE(daemon.stop() == 0);
  daemon.start();
  CHECK(verify(note_of(newest(team)), key_of(team)) == Verdict::right);
  CHECK(key_of(team).text() + "\n" == shown.out);
}

TEST_CASE("a checkpoint names the origin of the configuration, for ever") {
  DaemonRun daemon({"--tlog-origin", "ledger.example.com/eu"});
  Team team = daemon.new_team();
  CHECK_THAT(checkpoint_in(newest(team)).origin, Catch::StartsWith("ledger.example.com/eu/"));
  REQUIRE(daemon.stop() == 0);
  Finished other = run_on({"serve", "--data-dir", daemon.data_dir(), "--listen", "127.0.0.1:0",
                           "--tlog-origin", "ledger.example.com/us"});
  CHECK(other.code == 3);
  CHECK_THAT(other.err, Catch::Contains("Set tlog.origin to ledger.example.com/eu"));
}

TEST_CASE("tiles and bundles hold the hashes of the stored entries") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.cancel(team.create());
  std::int64_t version = team.version();
  Team admin = daemon.admin();
  Team auditor(daemon, "admins", daemon.new_token("admins", R"("scopes":"audit:all")"));
  std::string leaves;
  std::string bundle;
  for (std::int64_t i = 0; i < version; ++i) {
    std::string bytes = bytes_at(auditor, "/ledger/v1/entries/" + std::to_string(i) + "/bytes");
    Sha256 data = ledger::sha256({bytes});
    bundle += std::string("\0\x20", 2) + std::string(ledger::bytes_of(data));
    leaves += ledger::bytes_of(ledger::HashTree::hash_leaf(data));
  }
  std::string width = ".p/" + std::to_string(version);
  CHECK(bytes_at(team, "/ledger/v1/tile/0/000" + width) == leaves);
  CHECK(bytes_at(team, "/ledger/v1/tile/entries/000" + width) == bundle);
  CHECK(bytes_at(team, "/ledger/v1/tile/0/000.p/2") == leaves.substr(0, 64));
  CHECK(team.get("/ledger/v1/tile/0/000" + width).header("Cache-Control") ==
        "private, max-age=31536000, immutable");
  for (std::string path :
       {"0/000", "0/000.p/200", "0/000.p/0", "0/000.p/256", "0/001.p/1", "1/000.p/1", "0/0",
        "x/000", "0/x000/000.p/1", "64/000.p/1", "63/000.p/1", "0/000.p/1/", "0", "entries/000",
        "entries/001.p/1", "0/x999/x999/x999/x999/x999/x999/999"}) {
    INFO(path);
    CHECK(team.get("/ledger/v1/tile/" + path).status == 404);
  }
}

TEST_CASE("proofs prove, and what cannot be proven is 400") {
  Team team = new_team();
  for (int i = 0; i < 5; ++i) team.create();
  std::uint64_t size = static_cast<std::uint64_t>(team.version());
  Json inclusion =
      team.get("/ledger/v1/proofs/inclusion?index=2&size=" + std::to_string(size)).body;
  CHECK(inclusion["size"] == static_cast<std::int64_t>(size));
  CHECK(ledger::proves_inclusion(hashes_in(inclusion), hash_in(inclusion["leaf"]), 2, size,
                                 hash_in(inclusion["root"])));
  Json consistency =
      team.get("/ledger/v1/proofs/consistency?from=3&to=" + std::to_string(size)).body;
  CHECK(ledger::proves_consistency(hashes_in(consistency), 3, hash_in(consistency["fromRoot"]),
                                   size, hash_in(consistency["root"])));
  CHECK(consistency["root"] == inclusion["root"].text());
  CHECK(team.get("/ledger/v1/proofs/consistency?from=0").body["hashes"].size() == 0);
  for (std::string query :
       {"inclusion", "inclusion?index=x", "inclusion?index=3&size=3", "inclusion?index=0&size=0",
        "inclusion?index=0&size=99999999", "consistency", "consistency?from=-1",
        "consistency?from=5&to=4", "consistency?from=0&to=99999999", "consistency?from=01"}) {
    INFO(query);
    CHECK(team.get("/ledger/v1/proofs/" + query).status == 400);
  }
}

TEST_CASE("the log is open to everybody where the operator says so, and the entries are not") {
  DaemonRun daemon({"--tlog-public", "true"});
  Team team = daemon.new_team();
  team.create();
  Team nobody(daemon, "nobody", "");
  for (std::string path : {"/ledger/v1/checkpoint", "/ledger/v1/tile/0/000.p/1", "/ledger/v1/keys",
                           "/ledger/v1/tile/entries/000.p/1", "/ledger/v1/proofs/inclusion?index=0",
                           "/ledger/v1/proofs/consistency?from=1"}) {
    INFO(path);
    CHECK(nobody.get(path).status == 200);
    CHECK(Team(new_team().daemon(), "nobody", "").get(path).status == 401);
  }
  CHECK_THAT(nobody.get("/ledger/v1/tile/0/000.p/1").header("Cache-Control"),
             Catch::StartsWith("public"));
  CHECK(nobody.get("/ledger/v1/entries/0/bytes").status == 401);
  CHECK(nobody.get("/ledger/v1/entries/0/receipt").status == 401);
  CHECK(nobody.post("/ledger/v1/checkpoint", "x").status == 401);
}

TEST_CASE("a receipt proves its entry offline, by the key alone") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  std::string index = std::to_string(team.cancel(tree["a"], R"({"reason":"INC-7"})").version() - 1);
  std::string path = "/ledger/v1/entries/" + index + "/receipt";
  std::string receipt = bytes_at(team, path);
  tests::TempDir dir;
  std::string file = dir.path() + "/receipt";
  write_file(file, receipt);
  std::string key = key_of(team).text();
  Finished proven = run_on({"receipt", "verify", file, "--key", key});
  INFO(proven.err);
  CHECK(proven.code == 0);
  CHECK_THAT(proven.out, Catch::Contains("proven: this is entry " + index) &&
                             Catch::Contains("cancelled 3 jobs") && Catch::Contains("INC-7"));
  CHECK_THAT(run_on({"receipt", "verify", file, "--key", key, "--json"}).out,
             Catch::Contains("\"proven\":true"));

  Finished other =
      run_on({"receipt", "verify", file, "--key",
              "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"});
  CHECK(other.code == 1);
  CHECK_THAT(other.err, Catch::StartsWith("NOT proven"));
  std::size_t at = receipt.find("\nindex ");
  std::string changed = receipt;
  changed[at - 40] = changed[at - 40] == 'A' ? 'B' : 'A';
  write_file(file, changed);
  CHECK(run_on({"receipt", "verify", file, "--key", key}).code == 1);
  write_file(file, receipt.substr(0, receipt.size() / 2));
  CHECK(run_on({"receipt", "verify", file, "--key", key}).code == 1);
  CHECK(run_on({"receipt", "verify", file, "--key", "nonsense"}).code == 2);
  CHECK(run_on({"receipt", "verify", dir.path() + "/none", "--key", key}).code == 3);

  CHECK(new_team().get(path).status == 404);
  CHECK(team.get("/ledger/v1/entries/99999999/receipt").status == 404);
  CHECK(team.get("/ledger/v1/entries/x/receipt").status == 400);
}

TEST_CASE("witnesses may add their signatures, and those of others are refused") {
  ledger::SigningKey witness{"witness.example/w", ledger::ed25519::new_seed()};
  DaemonRun daemon({"--tlog-witnesses", witness.verifier().text()});
  Team team = daemon.new_team();
  Team admin = daemon.admin();
  std::string note = checkpoint_of(team, team.version());
  CHECK(team.get("/ledger/v1/checkpoint?cosigned=true").status == 404);
  CHECK(admin.post("/ledger/v1/checkpoint", note).status == 400);  // nobody has signed it
  std::string body = note_of(note).text;
  std::string line = to_line(sign(witness, body));
  Answer served = admin.post("/ledger/v1/checkpoint", note + line);
  CHECK(served.status == 200);
  CHECK(served.text == note + line);
  CHECK(newest(team) == note + line);
  CHECK(admin.post("/ledger/v1/checkpoint", note + line).text == note + line);

  ledger::SigningKey stranger{"witness.example/x", ledger::ed25519::new_seed()};
  CHECK(admin.post("/ledger/v1/checkpoint", note + to_line(sign(stranger, body))).status == 400);
  CHECK(admin.post("/ledger/v1/checkpoint", note + to_line(sign(witness, "other\n"))).status ==
        400);
  Checkpoint forged = checkpoint_in(note);
  forged.root[0] ^= 1;
  std::string text = forged.text();
  CHECK(admin.post("/ledger/v1/checkpoint", text + "\n" + to_line(sign(witness, text))).status ==
        400);
  CHECK(admin.post("/ledger/v1/checkpoint", "nonsense").status == 400);
  CHECK(team.post("/ledger/v1/checkpoint", note + line).status == 403);

  team.create();
  CHECK(checkpoint_of(team, team.version()).find("witness.example") == std::string::npos);
  CHECK(team.get("/ledger/v1/checkpoint?cosigned=true").text == note + line);
  daemon.restart();
  CHECK(team.get("/ledger/v1/checkpoint?cosigned=true").text == note + line);
}

TEST_CASE("keys can be rotated, and what old ones have signed is verified on") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  VerifierKey old = key_of(team);
  tests::TempDir dir;
  std::string kept = dir.path() + "/kept";
  write_file(kept, checkpoint_of(team, team.version()));
  CHECK(team.post("/ledger/v1/keys/rotate", "").status == 403);
  CHECK(key_of(team) == old);
  Answer rotated = daemon.admin().post("/ledger/v1/keys/rotate", "");
  CHECK(rotated.status == 200);
  CHECK(rotated.body["before"] == old.text());
  VerifierKey now = key_of(team);
  CHECK(now.text() == rotated.body["inUse"].text());
  CHECK(now.name == old.name);
  std::string after = checkpoint_of(team, rotated.version());
  CHECK(verify(note_of(after), now) == Verdict::right);
  CHECK(verify(note_of(after), old) == Verdict::unsigned_by_key);
  Json changes = team.get("/ledger/v1/keys").body["changes"];
  CHECK(changes[0]["index"] == rotated.version() - 1);
  daemon.restart();
  CHECK(key_of(team) == now);
  CHECK(run_on({"key", "show", "--data-dir", daemon.data_dir()}).out == now.text() + "\n");
  CHECK(run_on({"key", "show", "--all", "--data-dir", daemon.data_dir()}).out ==
        old.text() + "\n" + now.text() + "\n");

  // Who trusts the old key finds the new one in the log.
  Words words = {"verify", "--data-dir", daemon.data_dir(), "--checkpoint",
                 kept,     "--key",      old.text()};
  Finished verified = run_on(words);
  INFO(verified.out);
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, Catch::Contains("goes with the checkpoint " + kept));
  words.back() = now.text();
  CHECK(run_on(words).code == 1);
}

TEST_CASE("who trusts a key learns the next one from the receipt of the change") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  VerifierKey old = key_of(team);
  Team admin = daemon.admin();
  Answer rotated = admin.post("/ledger/v1/keys/rotate", "");
  REQUIRE(rotated.status == 200);
  std::string now = rotated.body["inUse"].text();
  tests::TempDir dir;
  std::string file = dir.path() + "/receipt";
  std::string path = "/ledger/v1/entries/" + std::to_string(rotated.version() - 1) + "/receipt";
  write_file(file, admin.get(path).text);
  Finished proven = run_on({"receipt", "verify", file, "--key", old.text()});
  CHECK(proven.code == 0);
  CHECK_THAT(proven.out, Catch::Contains("another key in the place of this one") &&
                             Catch::Contains(now + "\n"));
  CHECK(run_on({"receipt", "verify", file, "--key", now}).code == 1);
  team.create();
  path = "/ledger/v1/entries/" + std::to_string(team.version() - 1) + "/receipt";
  write_file(file, team.get(path).text);
  CHECK(run_on({"receipt", "verify", file, "--key", now}).code == 0);
  CHECK(run_on({"receipt", "verify", file, "--key", old.text()}).code == 1);
}

TEST_CASE("a copy of the history is another ledger, and signs as another") {
  DaemonRun daemon;
  Team team = daemon.new_team();
  team.create();
  tests::TempDir dir;
  std::string into = dir.path() + "/copy";
  Finished done = run_on({"replay", "--data-dir", daemon.data_dir(), "--into", into, "--until",
                          std::to_string(team.version())});
  REQUIRE(done.code == 0);
  CHECK(run_on({"key", "show", "--data-dir", into}).code == 3);
  Process copy({"serve", "--data-dir", into, "--listen", "127.0.0.1:0"}, dir.path() + "/log");
  REQUIRE_THAT(copy.read_line(), Catch::StartsWith("listening"));
  copy.signal(SIGTERM);
  CHECK(copy.wait() == 0);
  Finished shown = run_on({"key", "show", "--data-dir", into});
  CHECK(shown.code == 0);
  CHECK(VerifierKey::parse(shown.out.substr(0, shown.out.size() - 1))->name != key_of(team).name);
}

TEST_CASE("a data directory that was rolled back does not start, whichever anchor tells") {
  tests::TempDir dir;
  std::string elsewhere = dir.path() + "/anchor";
  DaemonRun daemon({"--tlog-anchor", elsewhere});
  Team team = daemon.new_team();
  team.create();
  REQUIRE(daemon.stop() == 0);
  std::string old = dir.path() + "/old";
  fs::copy(daemon.data_dir(), old, fs::copy_options::recursive);
  daemon.start();
  std::string kept = dir.path() + "/kept";
  team.create();
  write_file(kept, checkpoint_of(team, team.version()));
  REQUIRE(daemon.stop() == 0);

  auto serve = [&](Words more) {
    Words words = {"serve", "--data-dir", old, "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    return run_on(words);
  };
  Finished by_other = serve({"--tlog-anchor", elsewhere});
  CHECK(by_other.code == 3);
  CHECK_THAT(by_other.err, Catch::Contains("was rolled back to an older copy"));
  // An older database alone, beside the anchor of the directory.
  fs::copy_file(daemon.data_dir() + "/anchor", old + "/anchor",
                fs::copy_options::overwrite_existing);
  Finished by_own = serve({});
  CHECK(by_own.code == 3);
  CHECK_THAT(by_own.err, Catch::Contains("was rolled back to an older copy"));
  CHECK(run_on({"verify", "--data-dir", old}).code == 1);
  fs::remove(old + "/anchor");
  CHECK(run_on({"verify", "--data-dir", old}).code == 0);
  Finished by_kept = run_on({"verify", "--data-dir", old, "--checkpoint", kept});
  CHECK(by_kept.code == 1);
  CHECK_THAT(by_kept.out, Catch::Contains("the end of the log is gone"));
  write_file(old + "/anchor", "nonsense");
  CHECK(serve({}).code == 3);
}

}  // namespace jobledger::daemon::e2e

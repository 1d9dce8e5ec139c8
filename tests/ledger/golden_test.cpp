#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "ledger/codec.h"
#include "tests/ledger/samples.h"

// tests/data/golden holds one stored entry for each kind of event, and a refused one for each kind
// of command, as the first program that could write it wrote it. They stand for the logs that are
// out there: they are read for ever.
//
// To make the files of new kinds: add their samples, then run the ledger's test program by hand
// with MAKE_GOLDEN=1 in the environment and commit what is new. A file that is there is
// never written again.

namespace jobledger::tests {
namespace {

std::filesystem::path file_of(const Sample& sample) {
  return std::filesystem::path(TEST_DATA_DIR) / "golden" / (sample.name + ".entry");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void make_missing(const Sample& sample) {
  if (!std::getenv("MAKE_GOLDEN") || std::filesystem::exists(file_of(sample))) return;
  std::filesystem::create_directories(file_of(sample).parent_path());
  std::ofstream(file_of(sample), std::ios::binary) << ledger::encode(sample.entry);
}

}  // namespace

TEST_CASE("entries that were ever written are read for ever", "[golden]") {
  for (const Sample& sample : samples()) {
    make_missing(sample);
    INFO("the sample " << sample.name << "; the top of this file says how a new one is made");
    std::string bytes = read(file_of(sample));
    REQUIRE_FALSE(bytes.empty());

    // This check is never dropped: who cannot read an old entry has lost a history.
    auto entry = ledger::decode(bytes);
    INFO((entry ? std::string("it decodes") : entry.error().message));
    REQUIRE(entry);
    CHECK(*entry == sample.entry);

    // This one may go for files whose encoding has changed since, with a note in
    // schema/entry.capnp: logs are then written in another way, but the old way is read.
    std::size_t longer_now = sample.without_more ? 8 : 0;
    CHECK(ledger::encode(sample.entry).size() == bytes.size() + longer_now);
    if (!sample.without_more) CHECK(ledger::encode(sample.entry) == bytes);
  }
}

TEST_CASE("every kind has its golden file", "[golden]") {
  std::set<ledger::EventKind> events;
  std::set<ledger::CommandKind> commands;
  std::set<ledger::RefusalCode> refusals;
  std::set<std::string> names;
  for (const Sample& sample : samples()) {
    CHECK(names.insert(sample.name + ".entry").second);
    for (const ledger::Event& event : sample.entry.events) events.insert(event.kind);
    if (!sample.entry.refusal) continue;
    commands.insert(sample.entry.command.kind);
    refusals.insert(sample.entry.refusal->code);
  }
  CHECK(events.size() == ledger::kEventKinds);
  CHECK(commands.size() == ledger::kCommandKinds);
  CHECK(refusals.size() == ledger::kRefusalCodes);
  for (const Sample& sample : samples_of_events()) {
    CHECK(std::any_of(
        sample.entry.events.begin(), sample.entry.events.end(),
        [&](const ledger::Event& event) { return name_of(event.kind) == sample.name; }));
  }
  auto directory = std::filesystem::path(TEST_DATA_DIR) / "golden";
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    INFO("a golden file that no sample reads: " << file.path());
    CHECK(names.contains(file.path().filename().string()));
  }
}

}  // namespace jobledger::tests

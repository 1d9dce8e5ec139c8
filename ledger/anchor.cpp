#include "ledger/anchor.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/checkpoint.h"
#include "ledger/keys.h"
#include "ledger/tree_reader.h"

namespace jobledger::ledger {
namespace {

/// Whether the note, which `name` calls, is one that the ledger signed of what is in its log.
Status check_note(const std::string& name, const std::string& text, const Store& store,
                  const SigningKeys& keys, std::uint64_t entries) {
  auto read = SignedCheckpoint::parse(text);
  if (!read) return Failure{name + " is damaged: " + read.error().message};
  const Checkpoint& checkpoint = read->checkpoint;
  if (!is_signed_by_one(read->note, keys.verifiers())) {
    return Failure{name + " was not signed by this ledger, but by " + checkpoint.origin +
                   ": it belongs to another ledger, or was changed"};
  }
  if (checkpoint.size > entries) {
    return Failure{name + " knows of " + entries_text(checkpoint.size) + ", and the log has " +
                   std::to_string(entries) +
                   ": the data directory was rolled back to an older copy"};
  }
  auto root = TreeReader(store).root(checkpoint.size);
  if (!root) return root.error();
  if (*root == checkpoint.root) return ok();
  return Failure{name + " has another root hash of the first " + entries_text(checkpoint.size) +
                 ": the log has another history than was signed"};
}

}  // namespace

Status check_anchor(const std::string& path, const Store& store, const SigningKeys& keys,
                    std::uint64_t entries) {
  const std::string name = "the anchor " + path;
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file && !std::filesystem::exists(path, error) && !error) return ok();
  if (!file) return Failure{name + " cannot be read; may the daemon read there?"};
  std::string text{std::istreambuf_iterator<char>(file), {}};
  Status fits = check_note(name, text, store, keys, entries);
  if (fits) return fits;
  return Failure{fits.error().message +
                 ". Restore what is newer; or, if it is meant to be so, remove the anchor"};
}

Status check_signed(const Store& store, const SigningKeys& keys, std::uint64_t entries) {
  for (auto [key, name] : {std::pair(keys::kCheckpoint, "the last signed checkpoint"),
                           std::pair(keys::kCosigned, "the last checkpoint that others signed")}) {
    auto text = store.meta_row(key);
    if (!text) continue;
    Status fits = check_note(name, *text, store, keys, entries);
    if (!fits) {
      return Failure{fits.error().message +
                     ". The database was changed behind the daemon: see what `jobledger verify` "
                     "says, and restore a backup"};
    }
  }
  return ok();
}

}  // namespace jobledger::ledger

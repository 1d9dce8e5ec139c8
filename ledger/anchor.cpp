#include "ledger/anchor.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/checkpoint.h"
#include "ledger/tree_reader.h"

namespace jobledger::ledger {
namespace {

Failure about(const std::string& path, const std::string& what) {
  return {"the anchor " + path + ' ' + what};
}

/// Whether one of the keys has signed the note.
bool is_signed(const SignedNote& note, const SigningKeys& keys) {
  for (const SigningKey& key : keys.all()) {
    if (verify(note, key.verifier()) == Verdict::right) return true;
  }
  return false;
}

std::string entries_text(std::uint64_t entries) {
  return std::to_string(entries) + (entries == 1 ? " entry" : " entries");
}

}  // namespace

Status check_anchor(const std::string& path, const Store& store, const SigningKeys& keys,
                    std::uint64_t entries) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file && !std::filesystem::exists(path, error) && !error) return ok();
  if (!file) return about(path, "cannot be read; may the daemon read there?");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  auto note = SignedNote::parse(text);
  auto checkpoint = note ? Checkpoint::parse(note->text) : Result<Checkpoint>(note.error());
  if (!checkpoint) return about(path, "is damaged: " + checkpoint.error().message);
  if (!is_signed(*note, keys)) {
    return about(path, "was not signed by this ledger, but by " + checkpoint->origin +
                           ": it belongs to another ledger, or was changed");
  }
  const std::string remedy =
      ". Restore what is newer; or, if it is meant to be so, remove the anchor";
  if (checkpoint->size > entries) {
    return about(path, "knows of " + entries_text(checkpoint->size) + ", and the log has " +
                           std::to_string(entries) +
                           ": the data directory was rolled back to an older copy" + remedy);
  }
  auto root = TreeReader(store).root(checkpoint->size);
  if (!root) return root.error();
  if (*root == checkpoint->root) return ok();
  return about(path, "has another root hash of the first " + entries_text(checkpoint->size) +
                         ": the log has another history than was signed" + remedy);
}

}  // namespace jobledger::ledger

#include "ledger/swap.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/anchor.h"
#include "ledger/durable_file.h"

namespace jobledger::ledger {
namespace {

namespace fs = std::filesystem;

std::string note_of(const std::string& directory) {
  return directory + "/swap";
}

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

/// Where what is to come is not there any more, it has come.
Status change_places(const std::string& fresh, const std::string& place, const std::string& kept) {
  if (!exists(fresh)) return ok();
  if (exists(place) && !exists(kept)) {
    if (Status moved = rename_durably(place, kept); !moved) return moved;
    std::string from = fs::path(place).parent_path().string();
    if (Status synced = sync_directory(from); !synced) return synced;
  }
  return rename_durably(fresh, place);
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Gives the anchors the text that is to be in them.
Status replace_anchors(const std::string& directory, const std::string& aside) {
  const std::string fresh = aside + "/new/" + kAnchorName;
  if (!exists(fresh)) return ok();
  std::ifstream note(note_of(directory));
  std::string anchor;
  std::getline(note, anchor);
  for (int number = 1; std::getline(note, anchor); ++number) {
    const std::string kept = aside + '/' + kAnchorName + '-' + std::to_string(number);
    if (exists(anchor) && !exists(kept)) {
      if (Status copied = replace_durably(kept, contents(anchor)); !copied) return copied;
    }
    if (Status done = replace_durably(anchor, contents(fresh)); !done) return done;
  }
  return ok();
}

}  // namespace

Status Swap::begin(const std::string& directory, const std::string& aside,
                   const std::vector<std::string>& anchors) {
  std::string note = aside + '\n';
  for (const std::string& anchor : anchors) note += anchor + '\n';
  return replace_durably(note_of(directory), note);
}

std::string Swap::begun(const std::string& directory) {
  std::ifstream file(note_of(directory));
  std::string aside;
  std::getline(file, aside);
  return aside;
}

Status Swap::finish(const std::string& directory) {
  const std::string aside = begun(directory);
  if (aside.empty()) return ok();
  const std::string fresh = aside + "/new";
  if (!exists(fresh + "/db") && !exists(directory + "/db")) {
    return Failure{"neither " + directory + "/db nor " + fresh +
                   "/db is there: is the disk of one of them missing?"};
  }
  if (Status done = change_places(fresh + "/db", directory + "/db", aside + "/db"); !done) {
    return done;
  }
  if (Status done = replace_anchors(directory, aside); !done) return done;
  const std::string anchor = directory + '/' + kAnchorName;
  if (Status done = change_places(fresh + '/' + kAnchorName, anchor, aside + '/' + kAnchorName);
      !done) {
    return done;
  }
  std::error_code error;
  fs::remove(note_of(directory), error);
  if (error) return Failure{"cannot remove " + note_of(directory) + ": " + error.message()};
  if (Status synced = sync_directory(directory); !synced) return synced;
  fs::remove_all(fresh, error);  // what is left of it holds nothing
  return ok();
}

}  // namespace jobledger::ledger

#pragma once

#include <string>
#include <vector>

#include "ledger/result.h"

namespace jobledger::ledger {

/// Puts a database that was made anew in the place of that of a data directory, with its anchor.
/// Whatever ends the process meanwhile, there is the old one, or the new one, or a note by which no
/// store opens the directory and the next `finish` goes on:
///
///   DIR/swap            the note: the path of the folder ASIDE, and those of further anchors
///   ASIDE/new/db        to come to DIR/db, which goes to ASIDE/db
///   ASIDE/new/anchor    to come to DIR/anchor, if there is one; what was there is ASIDE/anchor.
///                       A further anchor becomes the same, and what it was ASIDE/anchor-NUMBER
///
/// All in ASIDE is durable before the note is, and on the file system of DIR.
class Swap {
 public:
  /// `aside` is an absolute path.
  static Status begin(const std::string& directory, const std::string& aside,
                      const std::vector<std::string>& anchors = {});
  /// Goes on with one that was begun, and ends it. Of none it does nothing.
  static Status finish(const std::string& directory);
  /// The folder of one that was begun; empty if there is none.
  static std::string begun(const std::string& directory);
};

}  // namespace jobledger::ledger

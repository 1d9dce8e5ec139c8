#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/startup.h"
#include "ledger/salvage.h"
#include "ledger/writer.h"
#include "projections/examine.h"

namespace jobledger::daemon::repair {

struct RemakeRequest {
  std::string directory;
  std::string folder;                ///< absolute, made and empty: where the old database goes
  std::uint64_t until = 0;           ///< so many entries are taken over
  bool is_cut = false;               ///< what follows them is put aside, and an entry says so
  std::string reason;                ///< of whoever cuts; may be empty
  std::vector<std::string> anchors;  ///< further ones, which become that of the new database
  /// Appends the entry that tells of the cut.
  std::function<ledger::Result<ledger::Receipt>(Started&, ledger::CutLedger)> append;
};

struct Remade {
  std::uint64_t version = 0;
  std::string root;                    ///< in hexadecimal
  std::optional<std::uint64_t> entry;  ///< that tells of the cut
};

/// Makes the database of a directory anew of what is whole, verifies that, and puts it in the place
/// of the old one. Until the last step nothing in the directory is changed; a Failure says what
/// stands.
ledger::Result<Remade> remake(ledger::Salvage& salvage, const projections::Examination& found,
                              const RemakeRequest& request,
                              const projections::RecoveryReport& report);

}  // namespace jobledger::daemon::repair

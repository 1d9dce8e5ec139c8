#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/command.h"
#include "ledger/ids.h"
#include "ledger/result.h"
#include "ledger/time.h"

namespace jobledger::daemon::backup {

/// What a backup is, as its `backup.json` says.
struct Record {
  std::string name;  ///< of its folder: `000012`
  ledger::Ulid ledger_id;
  std::string origin;                        ///< the ledger signs as this; empty: it has no key yet
  std::uint64_t version = 0;                 ///< so many entries are in it
  ledger::Sha256 root{};                     ///< their root hash
  ledger::TimeMs taken = 0;                  ///< when
  std::optional<ledger::TimeMs> last_entry;  ///< its time; nullopt: there is none
  std::string checkpoint;                    ///< the last signed one in it; empty: there is none
  std::uint64_t bytes = 0;                   ///< of its files
  std::uint64_t shared = 0;                  ///< of them, those that it shares with an earlier one
  bool entries_read = false;                 ///< each entry was read again when it was made
};

/// One line, without its end.
std::string record_text(const Record& record);
ledger::Result<Record> parse_record(std::string_view text);
/// That of a backup; a Failure if the directory is none.
ledger::Result<Record> read_record(const std::string& backup);

}  // namespace jobledger::daemon::backup

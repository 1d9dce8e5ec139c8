#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/store_detail.h"

namespace jobledger::ledger {

/// One table of a database, read by itself, whatever the others are. Where a block is damaged the
/// rows of the others can be read. For store*.cpp alone.
class StoreTable {
 public:
  static StoreTable open(const std::string& path);
  ~StoreTable();
  StoreTable(StoreTable&&) noexcept;
  StoreTable& operator=(StoreTable&&) noexcept;

  bool is_open() const;
  /// Reads all of it; what is wrong is in `fault` then. One that does not open is not whole.
  bool is_whole();
  const std::string& fault() const { return fault_; }
  /// `kFamilies` if it is not open, or of none that is known.
  Family family() const { return family_; }

  bool find(std::string_view key, std::string& row);
  /// The last row with a key in [first, last].
  std::optional<std::pair<std::string, std::string>> floor(std::string_view first,
                                                           std::string_view last);
  using Visit = std::function<void(std::string_view, std::string_view)>;
  /// Those with keys that begin so, up to a block that cannot be read.
  void each(std::string_view prefix, const Visit& visit);
  /// Why the last of these found nothing, if it could not read; else empty.
  const std::string& status() const { return status_; }
  /// Of the last row that can be read going forward; empty if there is none.
  const std::string& last_key() const { return last_; }

 private:
  struct Reader;
  explicit StoreTable(std::string path);
  void find_ends();
  void note_status();

  std::string path_;
  std::unique_ptr<Reader> reader_;
  Family family_ = kFamilies;
  std::string first_;
  std::string last_;
  bool has_ends_ = false;  ///< both are those of the table, so that a key beyond them is not in it
  std::string fault_;
  std::string status_;
};

}  // namespace jobledger::ledger

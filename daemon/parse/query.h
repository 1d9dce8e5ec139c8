#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/parse/problem.h"
#include "daemon/parse/text.h"
#include "ledger/ids.h"
#include "ledger/time.h"

namespace jobledger::daemon::parse {

/// The most that `limit` can ask for, unless a setting says less.
inline constexpr std::uint32_t kMaxPage = 1000;

/// Decoded names and values, in the order of the request.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// The typed parameters of a query. One that is empty counts as absent; of several with one name
/// the last counts, but lists are put together. A getter gives nullopt if the parameter is absent
/// and also, noting a problem, if it is wrong.
class Query {
 public:
  /// Both must outlive it.
  Query(const Parameters& parameters, Problems& problems)
      : parameters_(parameters), problems_(problems) {}

  std::optional<std::string_view> text(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::uint64_t> whole(std::string_view name, std::uint64_t least,
                                     std::uint64_t most) const;
  std::optional<ledger::TimeMs> date(std::string_view name) const;
  /// `limit`: 1..`most`, by default 100 or `most` if that is less.
  std::uint32_t limit(std::uint32_t most) const;
  /// `from`: by default 0.
  std::uint64_t from() const;

  /// Calls `visit(item)` for each item of a csv parameter.
  template <typename Visit>
  void each(std::string_view name, Visit visit) const {
    for (const auto& [key, value] : parameters_) {
      if (key == name) each_of_csv(value, visit);
    }
  }

  void wrong(std::string_view name, std::string message) const;
  Problems& problems() const { return problems_; }

 private:
  const Parameters& parameters_;
  Problems& problems_;
};

/// Reads a query: `read(query)` gives what it asks for, and notes what is wrong.
template <typename T, typename Read>
Parsed<T> parse_query(const Parameters& parameters, Read read) {
  Parsed<T> parsed;
  Problems problems;
  parsed.value = read(Query(parameters, problems));
  parsed.problems = problems.take();
  if (!parsed.ok()) parsed.value = T{};
  return parsed;
}

}  // namespace jobledger::daemon::parse

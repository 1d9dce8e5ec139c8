#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace jobledger::daemon::archive {

/// What stands in the place of a secret: a JSON text.
inline constexpr std::string_view kRedacted = "\"[redacted]\"";

/// A body without its secrets (contract, part 2, point 22): wherever in it there is an `upload`,
/// each value of its `params`, and wherever there is a `webhook`, each value of its `headers`, is
/// `"[redacted]"` instead, and so is the value of each member, wherever it stands, that has one of
/// the names given. All other bytes stay as they are.
class Redaction {
 public:
  using Names = std::set<std::string, std::less<>>;

  /// `body` must outlive it. What is no JSON has no secrets.
  explicit Redaction(std::string_view body, const Names& secret_members = {});

  bool any() const { return !secrets_.empty(); }
  std::string text() const;

  /// [begin, begin + length) of the body, as it is in `text()`.
  struct Part {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool redacted = false;  ///< there was a secret in it
  };
  Part part(std::size_t begin, std::size_t length) const;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  std::size_t moved(std::size_t at) const;

  std::string_view body_;
  std::vector<Range> secrets_;  ///< in the order of the text
  friend class SecretSearch;
};

}  // namespace jobledger::daemon::archive

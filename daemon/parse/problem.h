#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobledger::daemon::parse {

/// One thing wrong with a request, for `details` of a 400.
struct Problem {
  std::string field;    ///< a path such as `jobs[3].template.id`; `body` for the body as a whole
  std::string message;  ///< what to do, as the end of a sentence that begins with the field

  bool operator==(const Problem&) const = default;
};

/// A place in a body, as a chain on the stack: made at each step of the way down, turned into
/// text only when something is wrong there. `up` and `name` must outlive it.
class Path {
 public:
  Path() = default;
  Path(const Path& up, std::string_view name) : up_(&up), name_(name) {}
  Path(const Path& up, std::size_t index) : up_(&up), index_(index) {}

  std::string text() const;

 private:
  const Path* up_ = nullptr;
  std::string_view name_;  ///< empty for an element of an array
  std::size_t index_ = 0;
};

/// Gathers what is wrong, all of it: beyond `limit` problems only their number, as a last one.
class Problems {
 public:
  /// More than enough for one problem for each of 1000 ids.
  static constexpr std::size_t kLimit = 1100;

  explicit Problems(std::size_t limit = kLimit) : limit_(limit) {}

  void add(const Path& path, std::string message);
  bool empty() const { return list_.empty(); }
  std::vector<Problem> take();

 private:
  std::size_t limit_;
  std::size_t beyond_ = 0;
  std::vector<Problem> list_;
};

/// What a request asks for; empty if there is any problem.
template <typename T>
struct Parsed {
  T value{};
  std::vector<Problem> problems;

  bool ok() const { return problems.empty(); }
};

}  // namespace jobledger::daemon::parse

#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"

namespace jobledger::daemon::e2e {

inline constexpr std::string_view kTemplate = "01J8ZQ5V7M3N9XKCW2D4R6T8YB";
/// Well formed, and of nobody.
inline constexpr std::string_view kUnknownId = "01J8ZQ5V7M3N9XKCW2D4R6T8YC";
/// Well formed, and beyond 128 bits: nobody can have it.
inline constexpr std::string_view kImpossibleId = "8ZZZZZZZZZZZZZZZZZZZZZZZZZ";

/// A job without children, with further members: `"tags":"red","priority":3`.
std::string job_body(std::string_view more = "");

/// The body of a tree of jobs: `p(a b(c))` is a job p with the children a and b, and c below b.
/// After a name may come members of its body: `p{"priority":3}(a)`.
std::string tree_body(std::string_view notation);

/// A tree `depth` jobs deep, one a level.
std::string nested_body(int depth);

/// `{"jobs": [...]}` of bodies.
std::string batch_body(const std::vector<std::string>& bodies);
/// `{"jobs": [...]}` of ids, as a cancel takes them.
std::string id_list(const std::vector<std::string>& ids, std::string_view more = "");

std::string json_text(std::string_view text);

/// The ids of the jobs of a tree, by the names of its notation.
class Tree {
 public:
  /// `created` is the answer that tells the ids.
  Tree(std::string_view notation, const Json& created);
  const std::string& operator[](const std::string& name) const;
  /// In the order of the notation.
  const std::vector<std::string>& names() const { return names_; }
  /// The names of those ids, with spaces between.
  std::string names_of(const std::vector<std::string>& ids) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> ids_;
};

}  // namespace jobledger::daemon::e2e

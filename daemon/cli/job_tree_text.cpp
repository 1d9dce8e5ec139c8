#include "daemon/cli/job_tree_text.h"

#include "daemon/cli/fields.h"
#include "daemon/cli/tree_text.h"

namespace jobledger::daemon::cli {
namespace {

/// The jobs of a tree share the front of their ids, which is a time.
std::string short_id(const std::string& id) {
  constexpr std::size_t kShown = 6;
  return id.size() > kShown ? "…" + id.substr(id.size() - kShown) : id;
}

/// How the cascade came to the job.
std::string way_of(const json::Value& cascade) {
  std::string cause = text_of(cascade, "cause");
  std::string via = short_id(text_of(cascade, "via"));
  if (cause == "requested") return "asked for";
  if (cause == "batch") return "with its batch";
  if (cause == "child-failed") return "as " + (via.empty() ? "a child" : via) + " failed";
  if (cause == "stopped") return "its worker stopped";
  if (via.empty()) return cause;
  return "by its " + cause + ' ' + via;
}

class Drawing {
 public:
  Drawing(std::string_view asked, const Style& style) : asked_(asked), style_(style) {}

  TreeText node(const json::Value& job) const {
    TreeText tree{line(job)};
    for (const json::Value& child : items_of(job, "children")) tree.below.push_back(node(child));
    return tree;
  }

 private:
  std::string line(const json::Value& job) const {
    std::string id = text_of(job, "id");
    std::string text =
        (id == asked_ ? style_.strong(id) : id) + "  " + style_.status(text_of(job, "status"));
    auto cascade = object_of(job, "cascade");
    if (!cascade) return text;
    bool skipped = text_of(*cascade, "result") == "skipped";
    return text + "  " + style_.faint(skipped ? "left alone" : way_of(*cascade));
  }

  std::string_view asked_;
  const Style& style_;
};

}  // namespace

std::string job_tree_text(const json::Value& answer, std::string_view asked, const Screen& screen) {
  auto root = object_of(answer, "root");
  return root ? draw(Drawing(asked, screen.style).node(*root)) : "";
}

}  // namespace jobledger::daemon::cli

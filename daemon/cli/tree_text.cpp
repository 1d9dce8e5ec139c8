#include "daemon/cli/tree_text.h"

namespace jobledger::daemon::cli {
namespace {

void draw_below(const TreeText& tree, const std::string& margin, std::string& out) {
  for (std::size_t i = 0; i < tree.below.size(); ++i) {
    bool last = i + 1 == tree.below.size();
    out += margin + (last ? "└─ " : "├─ ") + tree.below[i].line + '\n';
    draw_below(tree.below[i], margin + (last ? "   " : "│  "), out);
  }
}

}  // namespace

std::string draw(const TreeText& tree) {
  std::string out = tree.line + '\n';
  draw_below(tree, "", out);
  return out;
}

}  // namespace jobledger::daemon::cli

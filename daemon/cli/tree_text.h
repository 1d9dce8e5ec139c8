#pragma once

#include <string>
#include <vector>

namespace jobledger::daemon::cli {

/// A line with what hangs below it.
struct TreeText {
  std::string line;
  std::vector<TreeText> below = {};
};

/// The tree drawn with box characters, a line a node.
std::string draw(const TreeText& tree);

}  // namespace jobledger::daemon::cli

#include "daemon/parse/problem.h"

namespace jobledger::daemon::parse {

std::string Path::text() const {
  if (!up_) return {};
  std::string text = up_->text();
  if (name_.empty()) return text + '[' + std::to_string(index_) + ']';
  if (!text.empty()) text += '.';
  return text.append(name_);
}

void Problems::add(const Path& path, std::string message) {
  if (list_.size() == limit_) {
    ++beyond_;
    return;
  }
  std::string field = path.text();
  if (field.empty()) field = "body";
  list_.push_back({std::move(field), std::move(message)});
}

std::vector<Problem> Problems::take() {
  if (beyond_ > 0) {
    list_.push_back({"body", "has " + std::to_string(beyond_) + " more problems of this kind"});
    beyond_ = 0;
  }
  return std::exchange(list_, {});
}

}  // namespace jobledger::daemon::parse

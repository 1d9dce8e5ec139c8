#include "daemon/json/member_texts.h"

namespace jobledger::daemon::json {
namespace {

/// Goes along a text that is known to be one JSON object.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text), at_(text.find('{') + 1) {}

  std::string_view next_value() {
    skip(" \t\r\n,");
    skip_string();
    skip(" \t\r\n:");
    std::size_t begin = at_;
    skip_value();
    return text_.substr(begin, at_ - begin);
  }

 private:
  void skip(std::string_view what) { at_ = text_.find_first_not_of(what, at_); }

  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  void skip_value() {
    if (text_[at_] == '"') return skip_string();
    if (text_[at_] != '{' && text_[at_] != '[') {
      at_ = text_.find_first_of(" \t\r\n,}", at_);
      return;
    }
    std::size_t depth = 0;
    do {
      char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
  }

  std::string_view text_;
  std::size_t at_;
};

}  // namespace

std::vector<MemberText> member_texts(const Document& document) {
  std::vector<MemberText> members;
  Walk walk(document.text());
  for (Member member : document.root().members()) {
    members.push_back({member.name, member.value, walk.next_value()});
  }
  return members;
}

}  // namespace jobledger::daemon::json

#include "daemon/cli/event_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace jobledger::daemon::cli {

void EventReader::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    line_ += bytes.substr(0, end);
    if (end == bytes.size()) return;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    line(take);
    line_.clear();
  }
}

void EventReader::restart() {
  line_.clear();
  after_return_ = false;
  first_line_ = true;
  event_ = {};
  id_ = last_id_;
}

void EventReader::line(const Take& take) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::string_view text = line_;
  if (std::exchange(first_line_, false) && text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.empty()) return dispatch(take);
  std::size_t colon = std::min(text.find(':'), text.size());
  std::string_view value = text.substr(std::min(colon + 1, text.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  field(text.substr(0, colon), value);
}

// A comment is a field without a name.
void EventReader::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    (event_.data += value) += '\n';
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    std::uint32_t pause = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), pause);
    bool whole = error == std::errc{} && end == value.data() + value.size();
    if (whole) retry_ = std::chrono::milliseconds(pause);
  }
}

void EventReader::dispatch(const Take& take) {
  last_id_ = id_;
  ServerEvent event = std::exchange(event_, {});
  if (event.data.empty()) return;
  event.data.pop_back();
  if (event.type.empty()) event.type = "message";
  take(event);
}

}  // namespace jobledger::daemon::cli

#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jobledger::daemon::cli {

struct ServerEvent {
  std::string type;
  std::string data;
};

/// Reads Server-Sent Events (WHATWG HTML, 9.2) from bytes as they come.
class EventReader {
 public:
  using Take = std::function<void(const ServerEvent&)>;

  /// Reads on; `take` gets each event that is whole now.
  void feed(std::string_view bytes, const Take& take);
  /// A new connection: what was begun is forgotten, the last id is not.
  void restart();

  /// What to send as `Last-Event-ID` on the next connection; empty if nothing came.
  const std::string& last_id() const { return last_id_; }
  /// How long the server wants clients to wait before they come back.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  void line(const Take& take);
  void field(std::string_view name, std::string_view value);
  void dispatch(const Take& take);

  std::string line_;
  bool after_return_ = false;  ///< a line feed now ends no second line
  bool first_line_ = true;
  ServerEvent event_;
  std::string id_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace jobledger::daemon::cli

#pragma once

#include <string_view>

#include "daemon/http/message.h"

namespace jobledger::fuzz {

/// Judges what the handler behind it answers: no 500, JSON that is JSON, errors as they are
/// promised.
class CheckedHandler final : public daemon::http::Handler {
 public:
  explicit CheckedHandler(daemon::http::Handler& behind) : behind_(behind) {}

  void handle(daemon::http::Request request, daemon::http::Respond respond,
              std::function<bool()> gone) override;
  daemon::http::Reply refuse(int status, std::string_view what) override;
  std::optional<daemon::http::Reply> refuse_early(const daemon::http::Request& head) override;

  /// A new connection, of which nothing is streamed yet.
  void begin() { streams_ = has_endless_ = false; }
  /// Whether an answer is made while it is sent, and comes to an end.
  bool streams() const { return streams_; }
  /// Whether there is one without an end, which a client ends that sends no more.
  bool has_endless() const { return has_endless_; }

 private:
  daemon::http::Handler& behind_;
  bool streams_ = false;
  bool has_endless_ = false;
};

/// Whether all that a connection got is one well-formed answer after the other (RFC 9112); the last
/// may be cut off where it had no end of its own.
void check_answers(std::string_view got, bool may_be_cut);

}  // namespace jobledger::fuzz

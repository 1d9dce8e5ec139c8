#pragma once

#include <functional>
#include <string>

namespace jobledger::daemon::http {

/// A part of a body that is made while it is sent.
struct BodyPiece {
  enum class Then {
    more,  ///< follows, if asked for
    end,   ///< nothing follows: the body is whole
    cut,   ///< what should follow cannot be had; the client is to notice
  };
  std::string bytes;  ///< not empty if more follows
  Then then = Then::more;
};

/// A body that is too large to be a string, or not there yet. The connection asks for a piece once
/// the last one is written, so a slow reader has one piece in memory, whatever there is to come.
/// The source is let go when its body has ended, the client has gone or the server stops; a piece
/// that comes later is thrown away.
class BodySource {
 public:
  using Take = std::function<void(BodyPiece)>;

  virtual ~BodySource() = default;
  /// Asks for the next piece, on the strand of the connection. `take` is to be called once, now or
  /// later, from any thread; it keeps the connection.
  virtual void next(Take take) = 0;
  /// Whether the body has no end of its own. Then a server that stops ends it in order, and a
  /// client that sends no more counts as gone. Any other body is cut off, not to be taken for
  /// whole.
  virtual bool endless() const = 0;
};

}  // namespace jobledger::daemon::http

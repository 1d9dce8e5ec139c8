#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobledger::daemon::render {

// The text of Server-Sent Events (WHATWG HTML, 9.2): blocks of lines, each ended by an empty one.
inline constexpr std::string_view kEndOfBlock = "\n";

/// The lines of an event up to its data, which is to follow as one line, and kEndOfEvent.
void begin_event(std::string& out, std::uint64_t id, std::string_view type);
inline constexpr std::string_view kEndOfEvent = "\n\n";

/// What a client that comes back is to name as the last id it has. In a block without data it is
/// remembered, and nobody is told.
void position(std::string& out, std::uint64_t id);

/// How long a client that lost its connection is to wait before it comes back.
void retry(std::string& out, std::chrono::milliseconds pause);

/// A line that clients pass over.
void comment(std::string& out, std::string_view text);

}  // namespace jobledger::daemon::render

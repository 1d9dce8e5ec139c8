#include "daemon/streams/entry_lines.h"

namespace jobledger::daemon::streams {

EntryLines::EntryLines(StreamThread& thread, Request request, Reader reader, EntryCursor cursor,
                       std::uint64_t version, std::uint64_t limit)
    : EntryStream(thread, std::move(request)),
      reader_(reader),
      version_(version),
      filler_(std::move(cursor), {[](std::string&, std::uint64_t, ledger::CommandKind) {}, "\n"},
              limit) {}

void EntryLines::make() {
  using Then = http::BodyPiece::Then;
  if (!reader_.may_read()) return give("", Then::cut);
  std::string lines;
  bool all = filler_.fill(lines, thread().texts(), version_);
  give(std::move(lines), all ? Then::end : Then::more);
}

}  // namespace jobledger::daemon::streams

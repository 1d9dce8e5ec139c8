#pragma once

#include <string>
#include <utility>

#include "daemon/streams/entry_filler.h"
#include "daemon/streams/entry_stream.h"

namespace jobledger::daemon::streams {

/// The entries up to a version as NDJSON: one object a line.
class EntryLines final : public EntryStream {
 public:
  EntryLines(StreamThread& thread, Request request, Reader reader, EntryCursor cursor,
             std::uint64_t version, std::uint64_t limit);

  bool endless() const override { return false; }

 private:
  void make() override;

  const Reader reader_;
  const std::uint64_t version_;
  EntryFiller filler_;
};

}  // namespace jobledger::daemon::streams

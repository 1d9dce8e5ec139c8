#include "daemon/streams/entry_filler.h"

namespace jobledger::daemon::streams {

bool EntryFiller::fill(std::string& out, EntryTexts& texts, std::uint64_t version) {
  while (out.size() < kPieceBytes) {
    if (!begun_) {
      auto index = left_ > 0 ? cursor_.next(version) : std::nullopt;
      if (!index) return true;
      --left_;
      begun_ = {*index, 0};
      frame_.begin(out, *index, texts.kind(*index));
    }
    if (auto rest = texts.append(begun_->index, begun_->place, out, kPieceBytes)) {
      begun_->place = *rest;
      continue;
    }
    out += frame_.end;
    last_ = begun_->index;
    begun_.reset();
  }
  return false;
}

}  // namespace jobledger::daemon::streams

#include "projections/verify_snapshot.h"

namespace jobledger::projections {

SnapshotCheck::SnapshotCheck(const ledger::Store& store, Tell found, Tell note)
    : store_(store), found_(std::move(found)), note_(std::move(note)) {
  State empty;
  auto head = newest_head(store, empty);
  if (!head) found_(head.error().message);
  if (!head || !*head) return;
  if ((*head)->doubt.empty()) {
    head_ = std::move(*head);
    return;
  }
  std::string doubt = "the snapshot of version " + std::to_string((*head)->version) +
                      " is not used: " + (*head)->doubt +
                      " (a start will fold the whole log instead)";
  (*head)->of_another_format ? note_(doubt) : found_(doubt);
}

void SnapshotCheck::compare(State& state) {
  HeadRow head = std::move(*head_);
  head_.reset();
  held_ = head.version;
  State::Capture capture = state.capture();
  auto projections = state.projections();
  for (std::size_t i = 0; i < projections.size(); ++i) {
    const HeadRow::Part& part = head.parts[i];
    CheckedSource written(store_, head.version, part);
    ComparingSink sink(written);
    capture.saves[i](sink, state.locked());
    bool same = sink.other().empty() && sink.chunks() == part.manifest.size();
    if (same) continue;
    held_ = 0;
    found_("projection " + part.name + ": the snapshot of version " + std::to_string(head.version) +
           " is not what a fold of the log gives" +
           (sink.other().empty() ? "; it has more chunks" : ", in its chunk " + sink.other()));
  }
}

void SnapshotCheck::finish() {
  if (!head_) return;
  found_("the snapshot of version " + std::to_string(head_->version) +
         " is of a longer log than this one");
}

}  // namespace jobledger::projections

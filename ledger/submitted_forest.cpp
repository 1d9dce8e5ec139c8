#include "ledger/submitted_forest.h"

#include "ledger/payload.h"

namespace jobledger::ledger {

SubmittedForest::SubmittedForest(const Entry& entry)
    : entry_(entry), children_(entry.events.size()) {
  for (std::uint32_t place = 0; place < entry.events.size(); ++place) {
    const Event& event = entry.events[place];
    if (event.kind != EventKind::job_submitted) continue;
    if (event.via == kNoPlace) {
      roots_.push_back(place);
    } else {
      children_[event.via].push_back(place);
    }
  }
}

JobSpec SubmittedForest::spec(std::uint32_t place) const {
  const auto& detail = entry_.events[place].as<SubmissionDetail>();
  JobSpec spec;
  spec.template_id = detail.template_id;
  spec.output_url = detail.output_url;
  spec.tags = detail.tags;
  spec.priority = detail.priority;
  spec.total_assets = detail.total_assets;
  for (std::uint32_t child : children_[place]) spec.children.push_back(this->spec(child));
  return spec;
}

Status SubmittedForest::place_bodies(JobSpec& spec, std::uint32_t place, const Store& store,
                                     std::string& body) const {
  JobId root = entry_.events[place].subject;
  Result<PayloadRow> row = read_payload_row(store, root);
  if (!row) return row.error();
  if (row->slice) return Failure{"top-level job " + root.text() + " has no body of its own"};
  spec.body_begin = body.size();
  spec.body_length = row->body.size();
  body += row->body;
  return place_children(spec, place, store, {spec.body_begin, body.size()});
}

Status SubmittedForest::place_children(JobSpec& parent, std::uint32_t place, const Store& store,
                                       Range root) const {
  for (std::size_t i = 0; i < parent.children.size(); ++i) {
    JobSpec& spec = parent.children[i];
    std::uint32_t child = children_[place][i];
    JobId id = entry_.events[child].subject;
    Result<PayloadRow> row = read_payload_row(store, id);
    if (!row) return row.error();
    std::size_t room = root.end - root.begin;
    if (!row->slice || row->slice->begin > room || row->slice->length > room - row->slice->begin) {
      return Failure{"the body of job " + id.text() + " is not in that of its parent"};
    }
    spec.body_begin = root.begin + row->slice->begin;
    spec.body_length = row->slice->length;
    if (Status placed = place_children(spec, child, store, root); !placed) return placed;
  }
  return ok();
}

}  // namespace jobledger::ledger

#include "daemon/parse/job.h"

#include "daemon/parse/body.h"

namespace jobledger::daemon::parse {
namespace {

using ReadRoot = ledger::JobSpec (JobTree::*)(const json::Value&, const Path&);

Parsed<ledger::SubmitJob> parse_tree(std::string_view body, const Limits& limits, bool joined) {
  ReadRoot read_root = joined ? &JobTree::read_joined : &JobTree::read;
  return parse_body<ledger::SubmitJob>(
      body, [&](const json::Document& document, const Fields& fields) {
        json::ObjectSlices slices(document);
        JobTree tree(slices, limits, fields.problems());
        return ledger::SubmitJob{(tree.*read_root)(document.root(), fields.path()), joined};
      });
}

}  // namespace

Parsed<ledger::SubmitJob> parse_job(std::string_view body, const Limits& limits) {
  return parse_tree(body, limits, false);
}

Parsed<ledger::SubmitJob> parse_join(std::string_view body, const Limits& limits) {
  return parse_tree(body, limits, true);
}

}  // namespace jobledger::daemon::parse

#include "daemon/parse/cancel.h"

#include <unordered_map>

#include "daemon/parse/body.h"
#include "daemon/parse/reason.h"

namespace jobledger::daemon::parse {
namespace {

class IdList {
 public:
  explicit IdList(Problems& problems) : problems_(problems) {}

  void add(const json::Value& id, const Path& path, std::size_t index) {
    if (!id.is_string()) return problems_.add(path, type_message("a string", id));
    std::string_view text = id.string();
    if (!ledger::Ulid::well_formed(text)) {
      return problems_.add(path,
                           "must be the id of a job: 26 characters of 0-9 and A-Z without "
                           "I, L, O and U");
    }
    auto [earlier, fresh] = places_.emplace(text, index);
    if (!fresh) {
      return problems_.add(
          path, "is the same as jobs[" + std::to_string(earlier->second) + "]: name each job once");
    }
    if (auto job = ledger::JobId::parse(text)) {
      command_.jobs.push_back(*job);
    } else {
      command_.impossible.emplace_back(text);
      command_.impossible_places.push_back(static_cast<std::uint32_t>(index));
    }
  }

  ledger::CancelJobs take() { return std::move(command_); }

 private:
  Problems& problems_;
  ledger::CancelJobs command_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

ledger::CancelJobs read_ids(const Fields& fields) {
  std::string_view wanted = "list the ids of 1 to 1000 jobs";
  auto ids = fields.required_array("jobs", wanted);
  if (!ids) return {};
  std::size_t count = ids->elements().count();
  if (count == 0 || count > kMaxCancelJobs) {
    fields.wrong("jobs", "has " + std::to_string(count) + " entries: " + std::string(wanted));
    return {};
  }
  IdList list(fields.problems());
  Path path = fields.at("jobs");
  std::size_t index = 0;
  for (json::Value id : ids->elements()) {
    list.add(id, Path(path, index), index);
    ++index;
  }
  return list.take();
}

}  // namespace

Parsed<CancelList> parse_cancel_list(std::string_view body) {
  return parse_body<CancelList>(body, [](const json::Document&, const Fields& fields) {
    CancelList list;
    list.command = read_ids(fields);
    list.reason = read_reason(fields);
    return list;
  });
}

}  // namespace jobledger::daemon::parse

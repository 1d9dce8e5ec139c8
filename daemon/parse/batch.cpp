#include "daemon/parse/batch.h"

#include "daemon/parse/body.h"

namespace jobledger::daemon::parse {
namespace {

constexpr std::size_t kProblemsOfOneJob = 20;  // the rest are counted

std::string joined(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += "; ";
    text += problem.field + ' ' + problem.message;
  }
  return text;
}

class BatchReader {
 public:
  BatchReader(const json::Document& document, const Limits& limits, std::size_t max_jobs)
      : slices_(document), limits_(limits), max_jobs_(max_jobs) {}

  ledger::SubmitBatch read(const Fields& fields) {
    std::string_view wanted = "list 1 to 1000 jobs";
    auto jobs = fields.required_array("jobs", wanted);
    if (!jobs) return {};
    std::size_t count = jobs->elements().count();
    if (count == 0 || count > kMaxBatchJobs) {
      fields.wrong("jobs", "has " + std::to_string(count) + " entries: " + std::string(wanted));
      return {};
    }
    batch_.total = static_cast<std::uint32_t>(count);
    Path path = fields.at("jobs");
    std::uint32_t index = 0;
    for (json::Value job : jobs->elements()) {
      read_item(job, Path(path, index), index);
      ++index;
    }
    check_size(fields);
    return std::move(batch_);
  }

 private:
  void read_item(const json::Value& job, const Path& path, std::uint32_t index) {
    Problems problems(kProblemsOfOneJob);
    JobTree tree(slices_, limits_, problems);
    ledger::BatchItem item{index, {}};
    if (job.is_object()) {
      item.job = tree.read(job, path);
    } else {
      problems.add(path, type_message("an object", job));
    }
    if (problems.empty()) {
      jobs_ += tree.jobs();
      tag_bytes_ += tree.tag_bytes();
      // Beyond a limit the whole is refused; only the counts are still of interest.
      if (fits()) batch_.items.push_back(std::move(item));
    } else {
      batch_.errors.push_back({index, std::string(kInvalidJob), joined(problems.take())});
    }
  }

  bool fits() const { return jobs_ <= max_jobs_ && tag_bytes_ <= limits_.max_tag_bytes; }

  void check_size(const Fields& fields) const {
    if (jobs_ > max_jobs_) {
      fields.wrong("jobs", "holds " + std::to_string(jobs_) + " jobs, nested ones included: " +
                               "send at most " + std::to_string(max_jobs_) + " in one request");
    }
    if (tag_bytes_ > limits_.max_tag_bytes) {
      fields.wrong("jobs", "holds " + std::to_string(tag_bytes_) +
                               " bytes of tags, inherited ones included: send at most " +
                               std::to_string(limits_.max_tag_bytes) + " in one request");
    }
  }

  json::ObjectSlices slices_;
  const Limits& limits_;
  std::size_t max_jobs_;
  std::size_t jobs_ = 0;
  std::size_t tag_bytes_ = 0;
  ledger::SubmitBatch batch_;
};

}  // namespace

Parsed<ledger::SubmitBatch> parse_batch(std::string_view body, const Limits& limits,
                                        std::size_t max_jobs) {
  return parse_body<ledger::SubmitBatch>(
      body, [&](const json::Document& document, const Fields& fields) {
        return BatchReader(document, limits, max_jobs).read(fields);
      });
}

}  // namespace jobledger::daemon::parse

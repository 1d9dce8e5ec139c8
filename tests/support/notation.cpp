#include "tests/support/notation.h"

#include <stdexcept>

namespace jobledger::tests {
namespace {

constexpr std::string_view kEndOfName = "#!() ";

class ForestReader {
 public:
  ForestReader(std::string_view text, std::size_t offset) : text_(text), offset_(offset) {}

  std::vector<ledger::JobSpec> forest() {
    std::vector<ledger::JobSpec> jobs;
    for (skip_spaces(); at_ < text_.size() && text_[at_] != ')'; skip_spaces()) {
      jobs.push_back(job());
    }
    return jobs;
  }

  void expect_end() const {
    if (at_ != text_.size()) throw std::logic_error("not a forest: " + std::string(text_));
  }

 private:
  ledger::JobSpec job() {
    ledger::JobSpec spec;
    std::size_t begin = at_;
    spec.template_id = word();
    if (spec.template_id.empty()) throw std::logic_error("no name: " + std::string(text_));
    if (take('#')) spec.tags = parts_of(word(), ',');
    if (take('!')) spec.priority = std::stoi(word());
    if (take('(')) {
      spec.children = forest();
      if (!take(')')) throw std::logic_error("no ')': " + std::string(text_));
    }
    spec.total_assets = static_cast<std::uint32_t>(spec.children.size());
    spec.body_begin = offset_ + begin;
    spec.body_length = at_ - begin;
    return spec;
  }

  std::string word() {
    std::size_t end = std::min(text_.find_first_of(kEndOfName, at_), text_.size());
    std::string word(text_.substr(at_, end - at_));
    at_ = end;
    return word;
  }

  bool take(char wanted) {
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void skip_spaces() {
    while (take(' ')) {
    }
  }

  std::string_view text_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = std::min(text.find(separator, at), text.size());
    std::string_view part = text.substr(at, end - at);
    at = end + 1;
    while (!part.empty() && (part.front() == ' ' || part.front() == '\n')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\n')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

std::vector<std::string> words_of(std::string_view text) {
  return parts_of(text, ' ');
}

std::vector<ledger::JobSpec> read_forest(std::string_view text, std::size_t offset) {
  ForestReader reader(text, offset);
  std::vector<ledger::JobSpec> jobs = reader.forest();
  reader.expect_end();
  return jobs;
}

std::vector<std::string> names_in_order(const std::vector<const ledger::JobSpec*>& roots,
                                        std::string_view body) {
  std::vector<std::string> names;
  std::vector<const ledger::JobSpec*> jobs = roots;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const ledger::JobSpec& job = *jobs[i];
    std::string_view own = body.substr(job.body_begin, job.body_length);
    names.emplace_back(own.substr(0, own.find_first_of(kEndOfName)));
    for (const ledger::JobSpec& child : job.children) jobs.push_back(&child);
  }
  return names;
}

}  // namespace jobledger::tests

#pragma once

#include <string>
#include <vector>

#include "daemon/parse/problem.h"

namespace jobledger::daemon::parse {

/// `field message`, one problem a line; empty if there are none.
inline std::string lines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.field + ' ' + problem.message;
  }
  return text;
}

/// A row of a table: an input and what it comes to.
struct Row {
  std::string input;
  std::string wanted;
};

inline const std::string kTemplateId = "01HZZZZZZZZZZZZZZZZZZZZZIL";  // no ULID, but a template id
inline const std::string kJobId = "01HZZZZZZZZZZZZZZZZZZZZZZA";

/// A whole create body: `{"template":{"id":…}, more}`.
inline std::string job_body(const std::string& more = "") {
  return R"({"template":{"id":")" + kTemplateId + "\"}" + (more.empty() ? "" : "," + more) + "}";
}

/// A nested job as an asset.
inline std::string child_body(const std::string& more = "") {
  return R"({"type":"job","layerName":"L","template":{"id":")" + kTemplateId +
         R"(","composition":"C"})" + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace jobledger::daemon::parse

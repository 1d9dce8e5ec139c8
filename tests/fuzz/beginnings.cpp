#include "tests/fuzz/beginnings.h"

#include <initializer_list>
#include <string_view>

namespace jobledger::fuzz {
namespace {

constexpr std::string_view kFinished = "01KDVDNA00000000000000000H";
constexpr std::string_view kFailed = "01KDVDNA00000000000000000K";
constexpr std::string_view kRendering = "01KDVDNA00000000000000000N";
constexpr std::string_view kCancelled = "01KDVDNA000000000000000009";

std::string text(std::initializer_list<std::string_view> pieces) {
  std::string all;
  for (std::string_view piece : pieces) all += piece;
  return all;
}

std::string request(std::string_view line, std::string_view token, std::string_view body) {
  return text({line, " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ", token,
               "\r\nContent-Length: ", std::to_string(body.size()), "\r\n\r\n", body});
}

/// A job with children, as an object without its first brace.
std::string rest_of_job(std::string_view more) {
  return text(
      {R"("template":{"id":"01JA7Q0000TEMP1ATE00000001","composition":"main"})", more, "}"});
}
std::string job(std::string_view more = "") {
  return "{" + rest_of_job(more);
}
std::string child(std::string_view more = "") {
  return R"({"type":"job","layerName":"l",)" + rest_of_job(more);
}
std::string assets(std::initializer_list<std::string> children) {
  std::string list;
  for (const std::string& each : children) list += (list.empty() ? "" : ",") + each;
  return R"(,"assets":[)" + list + "]";
}

std::string create(std::string_view token, const std::string& body) {
  return request("POST /api/v2/jobs", token, body);
}
std::string claim(std::string_view job) {
  return request("POST /api/v2/worker/claim", "a", text({R"({"jobId":")", job, R"("})"}));
}
std::string report(std::string_view what, std::string_view job, std::string_view lease,
                   std::string_view more) {
  return request(text({"POST /api/v2/worker/jobs/", job, "/", what}), "a",
                 text({R"({"lease":")", lease, "\"", more, "}"}));
}

}  // namespace

std::string beginnings_of_acme() {
  std::string batch = R"({"jobs":[)" + job() + "," + job(assets({child()})) + ",{}]}";
  std::string secrets = R"(,"upload":{"params":{"key":"k"}},"tags":"red,blue","priority":2)";
  return create("a", job(assets({child(), child(assets({child()})), child()}))) +
         create("a", job(secrets)) + create("a", job(assets({child(), child()}))) +
         request("POST /api/v2/batches", "a", batch) +  //
         create("a", job()) + claim(kFinished) +
         report("finish", kFinished, "01KDVDNA00000000000000000J", R"(,"outputUrl":"s3://b/o")") +
         create("a", job()) + claim(kFailed) +
         report("fail", kFailed, "01KDVDNA00000000000000000M", R"(,"error":"lost")") +
         create("a", job()) + claim(kRendering) +
         request(text({"PATCH /api/v2/jobs/", kCancelled, "/cancel"}), "a",
                 R"({"reason":"no more"})") +
         create("a", job());
}

std::string beginnings_of_other() {
  return create("o", job(assets({child()}))) +
         request("POST /api/v2/batches", "o", R"({"jobs":[)" + job() + "]}");
}

}  // namespace jobledger::fuzz

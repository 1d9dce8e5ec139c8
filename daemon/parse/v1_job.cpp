#include "daemon/parse/v1_job.h"

#include <algorithm>
#include <limits>

#include "daemon/json/member_texts.h"
#include "daemon/json/object_slices.h"
#include "daemon/json/writer.h"
#include "daemon/parse/body.h"
#include "daemon/parse/report.h"
#include "daemon/parse/tags.h"
#include "daemon/parse/url.h"

namespace jobledger::daemon::parse {
namespace {

/// Words that stand in its place in a path.
bool is_word_of_paths(std::string_view uid) {
  return uid == "pickup" || uid == "status";
}

std::string read_uid(const Fields& job) {
  auto uid = job.string("uid");
  if (!uid) return {};
  if (!ledger::is_uid(*uid) || is_word_of_paths(*uid)) {
    job.wrong("uid", "must be 1 to 64 of A-Z, a-z, 0-9, _ and -, and neither pickup nor status");
    return {};
  }
  return std::string(*uid);
}

void check_template(const Fields& job) {
  auto value = job.required_object("template", "say what to render, as {src, composition}");
  if (!value) return;
  Path path = job.at("template");
  Fields fields(*value, path, job.problems());
  fields.required_text("src", "give the address of the project file");
  fields.required_text("composition", "name the composition to render");
}

/// By name or by index.
void require_layer(const Fields& asset) {
  if (asset.any("layerName") || asset.any("layerIndex")) return;
  asset.wrong("layerName", "or layerIndex is required: name the layer it is for");
}

void check_asset(const json::Value& asset, const Path& path, Problems& problems) {
  if (!asset.is_object()) return problems.add(path, type_message("an object", asset));
  Fields fields(asset, path, problems);
  auto type = fields.required_text("type", "say what kind of asset it is");
  if (!type) return;
  bool is_footage = *type == "image" || *type == "audio" || *type == "video";
  if (is_footage || *type == "script" || *type == "static") {
    fields.required_text("src", "give its address");
  }
  if (is_footage || *type == "data") require_layer(fields);
  if (*type == "data") {
    fields.required_text("property", "name the property that it sets");
    if (!asset.find("value") && !fields.any("expression")) {
      fields.wrong("value", "or expression is required: say what to set");
    }
  } else if (!is_footage && *type != "script" && *type != "static") {
    fields.wrong("type", "must be image, audio, video, data, script or static");
  }
}

std::uint32_t check_assets(const Fields& job) {
  auto assets = job.array("assets");
  if (!assets) return 0;
  Path path = job.at("assets");
  std::uint32_t count = 0;
  for (json::Value asset : assets->elements()) {
    check_asset(asset, Path(path, count++), job.problems());
  }
  return count;
}

void check_actions(const Fields& job) {
  auto actions = job.object("actions");
  if (!actions) return;
  Path path = job.at("actions");
  Fields fields(*actions, path, job.problems());
  for (std::string_view when : {"predownload", "postdownload", "prerender", "postrender"}) {
    auto list = fields.array(when);
    if (!list) continue;
    Path of = fields.at(when);
    std::size_t index = 0;
    for (json::Value action : list->elements()) {
      Path place(of, index++);
      if (!action.is_object()) {
        job.problems().add(place, type_message("an object", action));
        continue;
      }
      Fields(action, place, job.problems()).required_text("module", "name the module to run");
    }
  }
}

std::string cut_to(std::size_t most, std::string text) {
  if (text.size() <= most) return text;
  std::string mark = " … (cut, it had " + std::to_string(text.size()) + " bytes)";
  std::size_t end = most - mark.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + mark;
}

std::string error_text(const json::MemberText& error) {
  if (error.value.is_string()) return std::string(error.value.string());
  if (error.value.is_array()) {
    std::string lines;
    for (json::Value line : error.value.elements()) {
      if (!line.is_string()) return std::string(error.text);
      lines += (lines.empty() ? "" : "\n") + std::string(line.string());
    }
    return lines;
  }
  // What JavaScript writes of an Error.
  bool says_nothing = error.value.is_null() || error.text == "{}";
  return says_nothing ? std::string() : std::string(error.text);
}

/// Empty if they are not what timings are.
std::string timings_text(const json::Value& timings) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  if (timings.is_object()) {
    for (json::Member member : timings.members()) {
      auto time = member.value.is_number() ? member.value.integer() : std::nullopt;
      if (time) out.field(member.name, *time);
    }
  }
  out.end_object();
  return text.size() > kMaxTimings || text == "{}" ? std::string() : text;
}

}  // namespace

Parsed<ledger::SubmitJob> parse_v1_job(std::string_view body) {
  return parse_body<ledger::SubmitJob>(body, [](const json::Document& document,
                                                const Fields& fields) {
    ledger::JobSpec spec;
    json::Slice slice = json::ObjectSlices(document).of(document.root());
    spec.body_begin = slice.begin;
    spec.body_length = slice.length;
    std::string uid = read_uid(fields);
    check_template(fields);
    spec.total_assets = check_assets(fields);
    check_actions(fields);
    if (auto tags = read_tags(fields)) spec.tags = *std::move(tags);
    spec.priority =
        static_cast<std::int32_t>(fields
                                      .integer("priority", std::numeric_limits<std::int32_t>::min(),
                                               std::numeric_limits<std::int32_t>::max())
                                      .value_or(0));
    return ledger::SubmitJob{std::move(spec), false, std::move(uid)};
  });
}

Parsed<V1Update> parse_v1_update(std::string_view body) {
  return parse_body<V1Update>(body, [](const json::Document& document, const Fields& fields) {
    V1Update update;
    for (const json::MemberText& member : json::member_texts(document)) {
      if (member.name == "state") {
        update.state = fields.string("state").value_or("");
      } else if (member.name == "renderProgress") {
        // Its own sums come to a little more than all, at times.
        if (member.value.is_number()) {
          update.progress = std::clamp(member.value.number(), 0.0, 100.0);
        }
      } else if (member.name == "output") {
        if (member.value.is_string()) update.output = member.value.string();
      } else if (member.name == "error") {
        update.error = cut_to(kMaxError, error_text(member));
      } else if (member.name == "timings") {
        update.timings = timings_text(member.value);
      }
    }
    if (update.output.size() > kMaxUrl) {
      fields.wrong("output", "must be at most " + std::to_string(kMaxUrl) + " bytes");
    }
    return update;
  });
}

}  // namespace jobledger::daemon::parse

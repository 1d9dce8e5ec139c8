#include <catch2/catch.hpp>

#include "daemon/config/print.h"
#include "daemon/config/table.h"
#include "tests/daemon/config/temp_file.h"

using namespace jobledger::daemon::config;
using jobledger::tests::TempFile;

namespace {

Settings changed_settings() {
  Settings settings;
  settings.data_dir = R"(/a "b"\c)";
  settings.limits.page_size = 5;
  settings.log.format = jobledger::daemon::log::Format::json;
  return settings;
}

/// The sample with its settings no longer commented out.
std::string uncommented(const std::string& sample) {
  std::string out;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    bool starts_line = i == 0 || sample[i - 1] == '\n';
    if (starts_line && sample[i] == '#' && sample[i + 1] != ' ') continue;
    out += sample[i];
  }
  return out;
}

}  // namespace

TEST_CASE("print: what is printed names the origins and is a file of the same settings") {
  auto loaded = load({});
  REQUIRE(loaded);
  loaded->settings = changed_settings();
  loaded->origins["limits.page_size"] = "flag --limits-page-size";
  std::string text = printed(*loaded);
  CHECK_THAT(text, Catch::Contains("limits.page_size = 5  # flag --limits-page-size\n"));
  CHECK_THAT(text, Catch::Contains("listen = \"127.0.0.1:8080\"  # default\n"));

  TempFile file(text);
  auto again = load({file.path(), {}, {}});
  REQUIRE(again);
  CHECK(again->settings == changed_settings());
}

TEST_CASE("print: the sample file holds every setting, at its default, commented out") {
  TempFile as_it_is(sample_file());
  auto nothing = load({as_it_is.path(), {}, {}});
  REQUIRE(nothing);
  for (const auto& [name, origin] : nothing->origins) CHECK(origin == "default");

  TempFile in_force(uncommented(sample_file()));
  auto everything = load({in_force.path(), {}, {}});
  REQUIRE(everything);
  CHECK(everything->settings == Settings{});
  for (const auto& [name, origin] : everything->origins) {
    CAPTURE(name);
    CHECK_THAT(origin, Catch::StartsWith("file "));
  }
}

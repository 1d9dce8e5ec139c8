#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "daemon/config/flags.h"
#include "daemon/config/table.h"
#include "tests/daemon/config/temp_file.h"

using namespace jobledger::daemon::config;

namespace {

/// One command line with every flag, and what came of it.
struct Run {
  Flags flags;
  std::ostringstream out;
  std::ostringstream complaints;

  std::variant<Loaded, int> operator()(std::vector<std::string> words,
                                       const Pairs& variables = {}) {
    CLI::App app;
    add_flags(app, flags);
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(words);
    return settle(flags, variables, out, complaints);
  }
};

}  // namespace

TEST_CASE("flags: every setting can be given") {
  for (const Setting& setting : all_settings()) {
    CAPTURE(setting.name);
    Run run;
    auto result = run({flag_name(setting), setting.get(Settings{})});
    REQUIRE(std::holds_alternative<Loaded>(result));
    CHECK(std::get<Loaded>(result).origins[setting.name] == "flag " + flag_name(setting));
  }
}

TEST_CASE("flags: values are taken as they are") {
  Run run;
  auto result = run({"--data-dir", "/a b", "--listen=[::1]:0", "--limits-page-size", "7"});
  REQUIRE(std::holds_alternative<Loaded>(result));
  const Settings& settings = std::get<Loaded>(result).settings;
  CHECK(settings.data_dir == "/a b");
  CHECK(settings.listen == ListenAddress{"::1", 0});
  CHECK(settings.limits.page_size == 7);
}

TEST_CASE("flags: an unknown flag and a flag given twice are usage errors") {
  Run run;
  CHECK_THROWS_AS(run({"--limits-pagesize", "1"}), CLI::ParseError);
  Run again;
  CHECK_THROWS_AS(again({"--log-level", "info", "--log-level", "warn"}), CLI::ParseError);
}

TEST_CASE("flags: a wrong value ends with 2 and the reason") {
  Run run;
  auto result = run({"--check-config", "--limits-page-size", "1001"});
  REQUIRE(std::holds_alternative<int>(result));
  CHECK(std::get<int>(result) == 2);
  CHECK(run.out.str().empty());
  CHECK(run.complaints.str() ==
        "flag --limits-page-size: limits.page_size must be an integer from 1 to 1000, not "
        "\"1001\"\n");
}

TEST_CASE("flags: --check-config ends with 0 and says nothing") {
  Run run;
  auto result = run({"--check-config"}, {{"JOBLEDGER_LIMITS_PAGE_SIZE", "5"}});
  REQUIRE(std::holds_alternative<int>(result));
  CHECK(std::get<int>(result) == 0);
  CHECK(run.out.str().empty());
  CHECK(run.complaints.str().empty());
}

TEST_CASE("flags: --print-config shows values and origins, from the file too") {
  jobledger::tests::TempFile file("log.format = \"json\"\n");
  Run run;
  auto result =
      run({"--print-config", "--config", file.path()}, {{"JOBLEDGER_LIMITS_PAGE_SIZE", "5"}});
  REQUIRE(std::holds_alternative<int>(result));
  CHECK(std::get<int>(result) == 0);
  CHECK_THAT(run.out.str(),
             Catch::Contains("limits.page_size = 5  # variable JOBLEDGER_LIMITS_PAGE_SIZE\n"));
  CHECK_THAT(run.out.str(),
             Catch::Contains("log.format = \"json\"  # file " + file.path() + ":1\n"));
}

TEST_CASE("flags: --sample-config works whatever the settings are") {
  Run run;
  auto result = run({"--sample-config"}, {{"JOBLEDGER_NONSENSE", "1"}});
  REQUIRE(std::holds_alternative<int>(result));
  CHECK(std::get<int>(result) == 0);
  CHECK_THAT(run.out.str(), Catch::Contains("#page_size = 1000\n"));
}

TEST_CASE("flags: the help has each setting with its default and what is allowed") {
  CLI::App app;
  Flags flags;
  add_flags(app, flags);
  std::string help = app.help();
  for (const Setting& setting : all_settings())
    CHECK_THAT(help, Catch::Contains(flag_name(setting)));
  CHECK_THAT(help, Catch::Contains("an integer from 1 to 1000 (default: 1000)"));
}

TEST_CASE("flags: a command may have the flag of one setting alone") {
  CLI::App app;
  Flags flags;
  add_flag(app, flags, "data_dir");
  std::vector<std::string> words{"/a", "--data-dir"};
  app.parse(words);
  CHECK(flags.values == Pairs{{"data_dir", "/a"}});
}

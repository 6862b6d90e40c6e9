#include "core/config/compose/print.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

class ComposePrint : public ::testing::Test {
 protected:
  ComposePrint() {
    write("train.yaml",
          "defaults:\n  - _self_\n  - model: unet\n  - log: null\nlr: 0.1\nn: ${lr}\n");
    write("model/unet.yaml", "defaults: [enc: res, _self_]\nch: ${lr}\nbad: ${nope}\n");
    write("model/enc/res.yaml", "n: 1\n");
  }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  Composition run(const std::vector<std::string>& overrides) {
    ComposeRequest request;
    request.search_path = {folder_.path()};
    request.config_name = "train";
    request.overrides = overrides;
    request.resolve = false;
    return compose(request);
  }

  testing::TemporaryFolder folder_;
};

TEST_F(ComposePrint, TheConfigurationOrAPartOfIt) {
  using Cfg = ConfigFlags::Cfg;
  const Composition c = run({"hydra.run.dir=out/${lr}"});
  EXPECT_EQ(cfg_text(c, Cfg::job, "", false),
            "lr: 0.1\nn: ${lr}\nmodel:\n  enc:\n    n: 1\n  ch: ${lr}\n  bad: ${nope}\n");
  // Only what is shown is resolved, so a bad reference elsewhere does no harm.
  EXPECT_EQ(cfg_text(c, Cfg::job, "model.ch", true), "# @package model.ch\n0.1\n");
  EXPECT_THROW((void)cfg_text(c, Cfg::job, "", true), ConfigError);
  EXPECT_EQ(cfg_text(c, Cfg::hydra, "hydra.run", true), "# @package hydra.run\ndir: out/0.1\n");
  EXPECT_TRUE(cfg_text(c, Cfg::all, "", false).starts_with("hydra:\n"));
  try {
    static_cast<void>(cfg_text(c, Cfg::job, "modle", false));
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "--package modle: the configuration has no such part; did you mean 'model'?");
  }
}

TEST_F(ComposePrint, WhereItComesFrom) {
  const Composition c = run({});
  EXPECT_EQ(info_text(c, ConfigFlags::Info::defaults),
            "\nDefaults List\n*************\n"
            "| Config path   | Package   | _self_ | Parent     |\n"
            "---------------------------------------------------\n"
            "| train         |           | True   | <root>     |\n"
            "| model/enc/res | model.enc | False  | model/unet |\n"
            "| model/unet    | model     | True   | train      |\n"
            "---------------------------------------------------\n");
  EXPECT_EQ(info_text(c, ConfigFlags::Info::defaults_tree),
            "\nDefaults Tree\n*************\ntrain:\n  _self_\n  model: unet:\n    model/enc: res\n"
            "    _self_\n  log: null\n");
  EXPECT_EQ(groups_text(c.search_path), "model: unet\nmodel/enc: res\n");
}

}  // namespace
}  // namespace myoseg

#include "core/config/compose/hydra_flags.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace myoseg {
namespace {

using Words = std::vector<std::string>;

std::string refused(Words words) {
  try {
    static_cast<void>(take_config_flags(words));
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
}

TEST(ConfigFlags, StandAnywhereAndTheRestKeepsItsOrder) {
  Words words{"lr=1", "-m", "--config-dir", "mine", "~x", "--dry-run", "-cn", "other", "model=a,b"};
  const ConfigFlags flags = take_config_flags(words);
  EXPECT_TRUE(flags.multirun);
  EXPECT_EQ(flags.config_name, "other");
  EXPECT_EQ(flags.config_dirs, std::vector<std::filesystem::path>{"mine"});
  EXPECT_EQ(words, (Words{"lr=1", "~x", "--dry-run", "model=a,b"}));
}

TEST(ConfigFlags, AChoiceMayBeLeftOut) {
  Words words{"--cfg", "lr=1", "--info"};
  const ConfigFlags flags = take_config_flags(words);
  EXPECT_EQ(flags.cfg, ConfigFlags::Cfg::origins);
  EXPECT_EQ(flags.info, ConfigFlags::Info::all);
  EXPECT_EQ(words, Words{"lr=1"});
  Words given{"--cfg=hydra", "-p", "hydra.run", "--resolve", "-i", "defaults-tree"};
  const ConfigFlags other = take_config_flags(given);
  EXPECT_EQ(other.cfg, ConfigFlags::Cfg::hydra);
  EXPECT_EQ(other.package, "hydra.run");
  EXPECT_TRUE(other.resolve);
  EXPECT_EQ(other.info, ConfigFlags::Info::defaults_tree);
}

TEST(ConfigFlags, NothingBehindTwoDashesIsAFlag) {
  Words words{"-cp", "conf", "--", "-m", "--cfg"};
  EXPECT_FALSE(take_config_flags(words).multirun);
  EXPECT_EQ(words, (Words{"-m", "--cfg"}));
}

TEST(ConfigFlags, MistakesAreNamed) {
  EXPECT_EQ(refused({"--cfg", "jobs"}),
            "--cfg does not know 'jobs'; did you mean 'job'?; it takes job, hydra, all");
  EXPECT_EQ(refused({"--config-name"}), "--config-name needs a value: --config-name VALUE");
  EXPECT_EQ(refused({"-cd", "-m"}), "-cd needs a value: -cd VALUE");
  EXPECT_EQ(refused({"--multirun=yes"}), "--multirun takes no value, found 'yes'");
  EXPECT_EQ(refused({"-p", "model"}),
            "--package only shapes what --cfg prints; give it together with --cfg job");
}

}  // namespace
}  // namespace myoseg

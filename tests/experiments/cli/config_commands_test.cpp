// help, list, completion and the flags that print a config.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <regex>

#include "core/config/compose/hydra_flags.h"
#include "core/error.h"
#include "core/files.h"
#include "experiments/cli/completion.h"
#include "experiments/cli/flags.h"
#include "experiments/cli/manual_pages.h"
#include "experiments/experiment.h"
#include "tests/experiments/program.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

const Manual& manual() {
  static const Manual manual = program_manual();
  return manual;
}

const SearchPath& shipped() {
  static const SearchPath path = config_folders({});
  return path;
}

std::string help(const std::string& what) { return help_page(manual(), shipped(), what); }

void expect_in(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "no '" << word << "' in:\n" << text;
}

TEST(Help, AChoiceShowsEveryFieldOfItsPart) {
  const std::string page = help("model=unet_kreher2022");
  expect_in(page, {"model/unet_kreher2022.yaml", "12,944,694 parameters", "[32, 64, 128, 256]"});
  const Pick<NetworkEntry> unet("unet");
  for (const FieldHelp& field : detail::help_with(unet.chosen().walk, unet.options()))
    // A long type is wrapped within its column.
    expect_in(page, {field.name, field.type.substr(0, field.type.find(' '))});
}

TEST(Help, EveryKeyOfTheExperimentHasAPage) {
  const std::vector<KeyHelp> keys = all_keys(manual());
  ASSERT_GT(keys.size(), 100U);
  for (const KeyHelp& key : keys) {
    EXPECT_FALSE(key.field.meaning.empty()) << key.key << " says nothing of itself";
    EXPECT_TRUE(help(key.key).find(key.key) != std::string::npos) << key.key;
  }
}

TEST(Help, EveryChoiceAndEveryCommandHasAPage) {
  ASSERT_GT(all_groups(shipped()).size(), 10U);
  ASSERT_GT(manual().commands.size(), 10U);
  for (const std::string& group : all_groups(shipped()))
    for (const std::string& option : list_options(shipped(), group))
      expect_in(help(group + '=' + option), {group + '=' + option, option + ".yaml"});
  for (const CommandHelp& command : manual().commands)
    expect_in(help(command.name), {"myoseg " + command.name, command.summary});
}

TEST(Help, AnExperimentSaysWhatItStates) {
  expect_in(help("experiment=kreher2022"),
            {"Kreher R et al.", "model=unet_kreher2022", "validation.folds", "10",
             "Folds of the cross-validation."});
}

TEST(Help, APartWithinAPartNamesItsChoices) {
  expect_in(help("model.encoder"),
            {"one of resnet18,", "densenet121", "\nof encoder_unet, unetplusplus, manet\n",
             "\nof segformer\n", "sr_ratios"});
}

TEST(Help, AKeyOfSeveralPartsIsExplainedForEach) {
  const std::string page = help("optimizer.lr");
  expect_in(page, {"optimizer.lr of adamw, adam", "optimizer.lr of sgd", "> 0", "0.001"});
  EXPECT_EQ(help("lr"), page) << "the last part of a key will do";
}

TEST(Help, AnUnknownWordIsAnsweredWithTheNearest) {
  const auto fault = [](const std::string& what) {
    try {
      return help(what);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_usage);
      return std::string(error.what());
    }
  };
  expect_in(fault("optimzer"), {"did you mean 'optimizer'"});
  expect_in(fault("model=unett"), {"did you mean 'unet'"});
  expect_in(fault("modle=unet"), {"no group 'modle'", "did you mean 'model'"});
  EXPECT_THROW((void)list_page(manual(), shipped(), "modles"), Error);
}

TEST(Help, EveryTableOfTheExperimentIsListed) {
  const auto& sections = manual().sections;
  const auto model = std::find_if(sections.begin(), sections.end(),
                                  [](const FieldHelp& section) { return section.name == "model"; });
  ASSERT_NE(model, sections.end());
  for (const FieldHelp& section : sections)
    EXPECT_TRUE(section.type != model->type || manual().find_kind(section.name) != nullptr)
        << section.name << " has no line in experiments/cli/manual.cpp";
  for (const KindHelp& kind : manual().kinds) {
    ASSERT_FALSE(kind.entries.empty());
    for (const EntryHelp& entry : kind.entries)
      expect_in(list_page(manual(), shipped(), kind.name), {entry.name});
  }
}

TEST(Help, TheManualSurvivesBeingWrittenDown) {
  const std::string json = manual_json(manual());
  EXPECT_EQ(manual_json(read_manual(json)), json);
  EXPECT_EQ(help_page(read_manual(json), shipped(), "train"), help("train"));
}

TEST(Help, EveryFlagOfTheCompositionIsExplained) {
  ASSERT_FALSE(config_flag_names().empty());
  for (const std::string& name : config_flag_names())
    EXPECT_TRUE(std::any_of(flags().begin(), flags().end(), [&](const Flag& flag) {
      return name == flag.brief || name == flag.full;
    })) << name;
}

TEST(CommandLine, FlagsAndOverridesComeInAnyOrder) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run", "a=1", "-m", "--force", "b=2", "--rerun", "DIR", "--fail-fast", "--dry-run"},
           {"--rerun=DIR", "--dry-run", "-m", "run", "--fail-fast", "a=1", "--force", "b=2"},
           {"--fail-fast", "--force", "--dry-run", "--multirun", "--rerun", "DIR", "run", "a=1",
            "b=2"}}) {
    const CommandLine line = read_command_line(words);
    EXPECT_EQ(line.command, "run");
    EXPECT_EQ(line.request.overrides, (std::vector<std::string>{"a=1", "b=2"}));
    EXPECT_TRUE(line.request.multirun && line.request.force && line.request.fail_fast &&
                line.request.dry_run);
    EXPECT_EQ(line.request.rerun, "DIR");
  }
  EXPECT_THROW((void)read_command_line({"run", "--rerun"}), Error);
  EXPECT_THROW((void)read_command_line({"run", "--forse"}), Error);
}

std::vector<std::string> complete(const std::vector<std::string>& words) {
  return completions(manual(), shipped(), words);
}
using Words = std::vector<std::string>;

TEST(Completion, OffersWhatMayFollow) {
  EXPECT_EQ(complete({"tr"}), (Words{"train"}));
  EXPECT_EQ(complete({"run", "mod"}), (Words{"model.", "model="}));
  EXPECT_EQ(complete({"run", "model=unet_"}), (Words{"model=unet_kreher2022"}));
  EXPECT_EQ(complete({"run", "train.ep"}), (Words{"train.epochs="}));
  EXPECT_EQ(complete({"run", "+train.ep"}), (Words{"+train.epochs="}));
  EXPECT_EQ(complete({"run", "train.precision=b"}), (Words{"train.precision=bf16"}));
  EXPECT_EQ(complete({"run", "-m", "model=unet,unet_k"}), (Words{"model=unet,unet_kreher2022"}));
  EXPECT_EQ(complete({"run", "optimizer=sgd", "optimizer.mom"}), (Words{"optimizer.momentum="}));
  EXPECT_TRUE(complete({"run", "optimizer=adamw", "optimizer.mom"}).empty());
  EXPECT_EQ(complete({"run", "data.root="}), (Words{"@files"}));
  EXPECT_EQ(complete({"predict", "input="}), (Words{"@files"}));
  EXPECT_EQ(complete({"predict", "for"}), (Words{"formats="}));
  EXPECT_EQ(complete({"run", "--config-dir", ""}), (Words{"@files"}));
  EXPECT_EQ(complete({"run", "--fail"}), (Words{"--fail-fast"}));
  EXPECT_EQ(complete({"run", "--info", "defaults-"}), (Words{"defaults-tree"}));
  EXPECT_EQ(complete({"completion", "b"}), (Words{"bash"}));
  EXPECT_EQ(complete({"list", "mod"}), (Words{"models"}));
  EXPECT_EQ(complete({"help", "pred"}), (Words{"predict", "predict."}));
}

// What bash itself offers at the end of `line`, one candidate a line.
std::string in_bash(const std::filesystem::path& folder, const std::string& line) {
  const std::filesystem::path script = folder / "ask.bash";
  // Bash fills these variables; the words are those that its own breaks make of the line.
  write_file(script, "PATH=" + std::filesystem::path(MYOSEG_PROGRAM).parent_path().string() +
                         ":$PATH\n" +
                         "source <(myoseg completion bash)\n"
                         "COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'\n"
                         "text=${1//=/ = }; text=${text//:/ : }\n"
                         "read -ra COMP_WORDS <<< \"$text\"\n"
                         "[[ $1 == *' ' ]] && COMP_WORDS+=('')\n"
                         "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                         "_myoseg\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const std::string command = "cd '" + folder.string() + "' && bash ask.bash '" + line + "' 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  pclose(pipe);
  return text;
}

TEST(Completion, WorksInBash) {
  const testing::TemporaryFolder folder;
  write_file(folder / "scans/a b.nii.gz", "");
  EXPECT_EQ(in_bash(folder.path(), "myoseg tr"), "train\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg run model=unet_k"), "unet_kreher2022\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg run postprocess="), "muscle_hu\nnone\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg run model=unet train.ep"), "train.epochs=\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg predict run=x input=sc"), "scans\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg predict input=scans/"), "scans/a b.nii.gz\n");
  EXPECT_EQ(in_bash(folder.path(), "myoseg list pre"), "preprocess\npreset\n");
}

class Print : public ::testing::Test {
 protected:
  std::string text(const std::vector<std::string>& arguments, int code = 0) {
    const testing::Outcome outcome = testing::run_program(folder_.path(), arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return outcome.text;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Print, CfgShowsEachValueWithItsOrigin) {
  const std::string cfg =
      text({"run", "--cfg", "experiment=kreher2022", "train.epochs=50", "seed=3"});
  expect_in(cfg, {"experiment/kreher2022.yaml:", "override 'train.epochs=50'", "# default"});
}

TEST_F(Print, CfgJobIsTheComposedYaml) {
  EXPECT_EQ(text({"train", "fold=1", "--cfg", "job", "-p", "optimizer", "optimizer=sgd"}),
            "# @package optimizer\nname: sgd\n");
  expect_in(text({"run", "--cfg", "job"}), {"runs: ${oc.env:MYOSEG_RUNS,runs}"});
  write_file(folder_ / "my/other.yaml", "defaults:\n  - myoseg\n  - _self_\nseed: 5\n");
  expect_in(text({"run", "-cd", "my", "-cn", "other", "--cfg"}), {"seed: 5", "my/other.yaml:4:7"});
  expect_in(text({"run", "--cfg", "job", "--resolve", "-p", "runtime"}), {"runs: "});
  expect_in(text({"run", "--cfg", "job", "train.epoch=3"}, 2), {"did you mean 'epochs'"});
}

TEST_F(Print, InfoShowsWhatIsMerged) {
  expect_in(text({"--info", "defaults-tree", "run", "experiment=kreher2022"}),
            {"model: unet_kreher2022", "experiment: kreher2022"});
  expect_in(text({"run", "--info", "searchpath"}), {"configs"});
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << "looking writes nothing";
}

TEST_F(Print, TheProgramAnswersHelpListAndVersion) {
  expect_in(text({}), {"commands", "groups and their choices", "kreher2022", "--cfg"});
  EXPECT_EQ(text({"help"}), text({"--help"}));
  EXPECT_EQ(text({"help", "predict"}), text({"predict", "--help"}));
  expect_in(text({"list", "models"}), {"unet", "unet_kreher2022"});
  EXPECT_TRUE(std::regex_match(text({"--version"}),
                               std::regex("myoseg [0-9.]+ \\((no commit|.*[0-9a-f]{7}.*)\\)\n")))
      << text({"--version"});
  expect_in(text({"completion", "zsh"}), {"compdef _myoseg myoseg"});
  expect_in(text({"completion", "fish"}, 2), {"bash and zsh"});
}

}  // namespace
}  // namespace myoseg

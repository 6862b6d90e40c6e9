// Every shipped config composes and binds, and kreher2022 states its paper.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "experiments/experiment.h"
#include "experiments/run/run_data.h"
#include "tests/experiments/program.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

Experiment composed(const std::vector<std::string>& overrides) {
  return compose_experiment({}, overrides).experiment;
}

// Everything that the experiment picks, made as a training makes it.
void build(const Experiment& e) {
  const auto network = e.model.make(network_io(e, 1, 3));
  NamedTensors parameters;
  for (const auto& item : network->named_parameters())
    parameters.emplace_back(item.key(), item.value());
  const auto optimizer = e.optimizer.make(parameters);
  EXPECT_GT(optimizer->base_learning_rate(), 0);
  EXPECT_NE(e.schedule.make(ScheduleIo{optimizer->base_learning_rate(), e.train.epochs}), nullptr);
  EXPECT_NE(e.loss.make(), nullptr);
  EXPECT_NE(e.launcher.make(), nullptr);
}

// What a choice is made for: a preset of one experiment for that, others for patches of volumes.
std::vector<std::string> chosen(const std::string& group, const std::string& option) {
  if (group != "experiment_preset") return {group + "=" + option, "loader.patch=[96,96,96]"};
  const auto at = option.rfind('_');
  return {"experiment=" + option.substr(0, at), "preset=" + option.substr(at + 1)};
}

TEST(Configs, EveryChoiceOfEveryGroupComposesBindsAndBuilds) {
  const auto path = config_folders({});
  int choices = 0;
  for (const std::string& group : list_groups(path))
    for (const std::string& option : list_options(path, group)) {
      EXPECT_NO_THROW(build(composed(chosen(group, option)))) << group << "=" << option;
      ++choices;
    }
  EXPECT_GT(choices, 15);
}

TEST(Configs, ChoicesReplaceOneAnotherInAnExperiment) {
  for (const char* choice :
       {"schedule=cosine", "schedule=poly", "loss=cross_entropy", "loss=dice_ce", "optimizer=sgd",
        "model=unet", "postprocess=none", "augment=none", "preset=quick"})
    EXPECT_NO_THROW((void)composed({"experiment=kreher2022", choice})) << choice;
}

TEST(Configs, KeysThatNoFileStatesCanBeSetAndMisspeltOnesCannot) {
  EXPECT_EQ(composed({"train.clip_norm=1.5"}).train.clip_norm, 1.5);
  for (const char* wrong : {"train.clip_nrom=1", "+train.clip_nrom=1", "trian.epochs=1",
                            "model.width=[1]", "model=null"})
    EXPECT_THROW((void)composed({wrong}), Error) << wrong;
}

TEST(Configs, EveryFaultIsNamedAtOnce) {
  try {
    (void)composed({"train.epochs=0", "optimizer.lr=fast", "validation.fold=3"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    const std::string text = error.what();
    for (const char* part : {"train.epochs", "optimizer.lr", "validation.fold"})
      EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

// PAPERS: Kreher et al., In Vivo 36 (2022).
TEST(Configs, Kreher2022StatesThePaper) {
  const Experiment e = composed({"experiment=kreher2022"});
  EXPECT_EQ(e.validation.folds, 10);
  EXPECT_EQ(e.model.name(), "unet");
  EXPECT_EQ(e.loss.name(), "dice");
  EXPECT_EQ(e.optimizer.name(), "adamw");
  EXPECT_EQ(e.schedule.name(), "plateau");
  EXPECT_EQ(write_fields(e).at_path("optimizer.lr")->text(), "0.01");
  ASSERT_TRUE(e.postprocess.hu_range);
  EXPECT_EQ(*e.postprocess.hu_range, (std::array<double, 2>{-20, 200}));
  EXPECT_EQ(e.report.paper_values.size(), 18U);
  // What is read into the paper's second column holds: within 0.01 of Dice, apart from Jaccard.
  const auto printed = [&](const std::string& region, std::string_view metric) {
    const auto& all = e.report.paper_values;
    const auto found = std::find_if(all.begin(), all.end(), [&](const PaperValue& value) {
      return value.region == region && value.metric == metric;
    });
    return found == all.end() ? -1 : found->mean;
  };
  for (const std::string& region : e.report.regions) {
    const double read = printed(region, "hamming_similarity_label");
    EXPECT_NEAR(read, printed(region, "dice"), 0.0101) << region;
    EXPECT_GT(read - printed(region, "jaccard"), 0.0399) << region;
  }
  const testing::TemporaryFolder folder;
  const auto info = testing::run_program(
      folder.path(), {"info", "experiment=kreher2022", "preprocess.size=[64,64]"});
  EXPECT_NE(info.text.find("12944694"), std::string::npos) << info.text;
}

// PAPERS: the means of the columns of Kim et al.'s Figure 5 are those that the notes name.
TEST(Configs, TheReportOfKim2024HasFigure5OfBothModels) {
  const ReportOptions report = composed({"report=kim2024"}).report;
  const auto mean = [&](std::string_view model, std::string_view metric) {
    double sum = 0;
    int n = 0;
    for (const PaperValue& value : report.paper_values)
      if (value.model == model && value.metric == metric && value.region != kMeanOfStructures)
        sum += value.mean, ++n;
    EXPECT_EQ(n, 26) << model << " " << metric;
    return sum / n;
  };
  EXPECT_NEAR(mean("unetr", "dice"), 0.868, 5e-4);
  EXPECT_NEAR(mean("monai_unet", "dice"), 0.730, 5e-4);
  EXPECT_NEAR(mean("unetr", "assd"), 0.82, 5e-3);
  EXPECT_NEAR(mean("monai_unet", "assd"), 11.96, 5e-3);
  EXPECT_NEAR(mean("unetr", "hd"), 119.7, 0.05);
  EXPECT_NEAR(mean("monai_unet", "ravd"), 0.033, 5e-4);
  EXPECT_NEAR(mean("unetr", "volume_correlation"), 0.992, 5e-4);
  EXPECT_NEAR(mean("monai_unet", "volume_correlation"), 0.946, 5e-4);
}

// PAPERS: Kim et al., Sci Rep 2024; counts of MONAI's networks at one channel and 30 classes.
TEST(Configs, NetworksOfKim2024HaveTheirParameters) {
  const testing::TemporaryFolder folder;
  const auto info = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"info", "classes=30"});
    return testing::run_program(folder.path(), words).text;
  };
  const std::string unetr = info({"model=unetr", "size=[96,96,96]"}),
                    unet = info({"model=unet3d", "size=[32,32,32]"});
  for (const char* part :
       {"92784318", "multiply-adds", "activations", "1 x 30 x 96 x 96 x 96", "[96,96,96] alone",
        "a training step", "activation_checkpointing", "a prediction"})
    EXPECT_NE(unetr.find(part), std::string::npos) << unetr;
  EXPECT_NE(unet.find("4857413"), std::string::npos) << unet;
  EXPECT_NE(unet.find("multiples of [16,16,16]"), std::string::npos) << unet;
  EXPECT_NE(info({"model=unet3d"}).find("size=[z,y,x]"), std::string::npos);
  EXPECT_NE(info({"model=unetr", "size=[64,64,60]"}).find("multiples of 16"), std::string::npos);
  EXPECT_NE(info({"experiment=kim2024"}).find("92784318"), std::string::npos);
}

// PAPERS: Baek et al., RSNA 2023.
TEST(Configs, Baek2023StatesThePaper) {
  const Experiment e = composed({"experiment=baek2023"});
  EXPECT_EQ(e.cohort.name(), "leg");
  ASSERT_EQ(e.ensemble.size(), 2U);
  EXPECT_EQ(e.ensemble[0].name(), "unetplusplus");
  EXPECT_EQ(e.ensemble[1].name(), "manet");
  ASSERT_TRUE(e.data.projection);
  EXPECT_EQ(e.data.projection->view, RadiographView::coronal);
  EXPECT_EQ(e.data.projection->ray, RayValue::average);
  EXPECT_EQ(e.validation.scheme, ValidationScheme::fixed);
  EXPECT_EQ(e.validation.test_patients, 20);
  EXPECT_EQ(e.preprocess.size, (std::vector<int>{512, 512}));
  ASSERT_EQ(e.analyses.size(), 1U);
  EXPECT_EQ(e.analyses[0].name(), "regression");
}

}  // namespace
}  // namespace myoseg

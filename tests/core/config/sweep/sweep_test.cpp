#include "core/config/sweep/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/config/tree/yaml.h"
#include "core/names.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using Overrides = std::vector<std::string>;

class Sweeps : public ::testing::Test {
 protected:
  Sweeps() {
    write("train.yaml", "defaults: [model: unet, _self_]\nlr: 0.1\nbs: 2\nname: n\ntags: [a]\n");
    write("model/unet.yaml", "{}\n");
    write("model/manet.yaml", "{}\n");
    write("model/linknet.yaml", "{}\n");
  }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  [[nodiscard]] ComposeRequest request(const Overrides& overrides) const {
    ComposeRequest request;
    request.search_path = {folder_.path()};
    request.config_name = "train";
    request.overrides = overrides;
    return request;
  }

  // "lr=1 bs=2; lr=1 bs=3"; every job composes too.
  std::string jobs(const Overrides& overrides, const SweepRules& rules = {}) {
    const ComposeRequest master = request(overrides);
    const SweepPlan plan = expand_sweep(master, rules);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
      texts.push_back(join(plan.jobs[i], " "));
      static_cast<void>(compose(job_request(master, plan, i)));
    }
    return join(texts, "; ");
  }

  std::string fault(const Overrides& overrides, const SweepRules& rules = {}) {
    try {
      require_jobs(expand_sweep(request(overrides), rules));
      return "expanded";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_usage);
      return error.what();
    }
  }

  static SweepRules skipping(const std::string& yaml) {
    SweepRules rules;
    const Node list = parse_yaml(yaml, "skip.yaml");
    rules.skip = *list.get_if<Node::List>();
    return rules;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Sweeps, ZippedKeysAdvanceInStep) {
  EXPECT_EQ(jobs({"model=zip(unet,manet)", "lr=zip(0.1,0.01)"}),
            "model=unet lr=0.1; model=manet lr=0.01");
  EXPECT_EQ(jobs({"model=zip(unet,manet)", "bs=1,2", "lr=zip(0.1,0.01)"}),
            "model=unet bs=1 lr=0.1; model=unet bs=2 lr=0.1; "
            "model=manet bs=1 lr=0.01; model=manet bs=2 lr=0.01");
  EXPECT_EQ(jobs({"lr=zip(1,2,group=a)", "bs=zip(3,4,group=b)", "name=zip(x,y,group=a)"}),
            "lr=1 bs=3 name=x; lr=1 bs=4 name=x; lr=2 bs=3 name=y; lr=2 bs=4 name=y");
  EXPECT_EQ(jobs({"bs=zip(range(2))", "model=zip(glob([l*,m*]))"}),
            "bs=0 model=linknet; bs=1 model=manet");
  EXPECT_EQ(fault({"model=zip(unet,manet)", "lr=zip(1,2,3)"}),
            "zip(): keys that advance in step need equally many values, but model has 2, lr has 3; "
            "group=NAME as last argument puts zips in separate sets");
}

TEST_F(Sweeps, RangesAddAsPeopleDo) {
  EXPECT_EQ(jobs({"lr=range(0,1,0.1)"}),
            "lr=0.0; lr=0.1; lr=0.2; lr=0.3; lr=0.4; lr=0.5; lr=0.6; lr=0.7; lr=0.8; lr=0.9");
  EXPECT_EQ(jobs({"lr=range(0.3,-0.3,-0.15)"}), "lr=0.3; lr=0.15; lr=0.0; lr=-0.15");
  EXPECT_EQ(jobs({"lr=range(1e-5,4e-5,1e-5)"}), "lr=1e-05; lr=2e-05; lr=3e-05");
  EXPECT_EQ(fault({"lr=range(0,1,1e-9)"}),
            "override 'lr=range(0,1,1e-9)': the range has more than 100000 values");
}

TEST_F(Sweeps, TextIsQuotedWhereItCannotDoWithout) {
  EXPECT_EQ(jobs({"name=${oc.env:NO,'a b'},x"}), "name='${oc.env:NO,\\'a b\\'}'; name=x");
  EXPECT_EQ(jobs({"+o=choice({k:'1'},[a,'b c'])"}), "+o={k:'1'}; +o=[a,'b c']");
  EXPECT_EQ(jobs({"name=/x/epoch=1.ckpt,ü"}), "name=/x/epoch\\=1.ckpt; name=ü");
}

TEST_F(Sweeps, ItemsAddedToListsAreKeptApart) {
  EXPECT_EQ(jobs({"tags+=b", "tags+=c,d"}), "tags+=b tags+=c; tags+=b tags+=d");
}

TEST_F(Sweeps, ParametersOfTheConfigComeFirst) {
  write(
      "train.yaml",
      "lr: 0.1\nbs: 2\nn: 1,2\nhydra: {mode: MULTIRUN, sweeper: {params: {lr: '${n}', bs: 8}}}\n");
  EXPECT_EQ(jobs({"n=5,6"}), "lr=1 bs=8 n=5; lr=1 bs=8 n=6; lr=2 bs=8 n=5; lr=2 bs=8 n=6");
  EXPECT_EQ(jobs({"lr=7"}), "lr=7 bs=8");
  EXPECT_TRUE(asks_for_sweep(request({})));
  EXPECT_FALSE(asks_for_sweep(request({"hydra.mode=RUN"})));
  write("train.yaml", "lr: 0.1\nhydra:\n  sweeper:\n    params:\n      lr: 1,,2\n");
  EXPECT_NE(fault({}).find("train.yaml:5:11: override 'lr=1,,2'"), std::string::npos) << fault({});
}

TEST_F(Sweeps, NoJobsAreExplained) {
  EXPECT_EQ(fault({"bs=range(3,3)"}),
            "nothing to run: override 'bs=range(3,3)': the range of 'bs' from 3 to 3 in steps of 1 "
            "is empty");
  EXPECT_EQ(
      fault({"model=glob(x*)"}),
      "nothing to run: override 'model=glob(x*)': no option of the group 'model' matches; its "
      "options are linknet, manet, unet");
  EXPECT_EQ(fault({"modle=glob(*)"}),
            "nothing to run: override 'modle=glob(*)': 'modle' is no group; did you mean 'model'?, "
            "so glob() finds no options");
}

TEST_F(Sweeps, CombinationsAreSkipped) {
  const Overrides grid{"model=unet,manet", "lr=1,2.0", "bs=4"};
  EXPECT_EQ(jobs(grid, skipping("[{model: unet, lr: 2}]")),
            "model=unet lr=1 bs=4; model=manet lr=1 bs=4; model=manet lr=2.0 bs=4");
  EXPECT_EQ(jobs(grid, skipping("[{lr: [1, 3]}, {model: [unet]}]")), "model=manet lr=2.0 bs=4");
  EXPECT_EQ(jobs({"bs=1,'1'"}, skipping("[{bs: '1'}]")), "bs=1");
  EXPECT_EQ(fault(grid, skipping("[{lrr: 1}]")),
            "skip.yaml:1:8: sweep.skip names 'lrr', which the sweep does not set; did you mean "
            "'lr'?");
  EXPECT_EQ(fault(grid, skipping("[{bs: 4}]")),
            "nothing to run: sweep.skip leaves none of the 4 combinations");
  EXPECT_EQ(fault(grid, skipping("[model]")),
            "skip.yaml:1:2: an entry of sweep.skip is a mapping of keys to values, not model");
}

std::vector<double> values(const SweepPlan& plan, std::size_t key) {
  std::vector<double> found;
  for (const auto& point : plan.points)
    found.push_back(point[key].get_if<double>() != nullptr
                        ? *point[key].get_if<double>()
                        : static_cast<double>(*point[key].get_if<std::int64_t>()));
  return found;
}

TEST_F(Sweeps, IntervalsAreDrawnJointly) {
  SweepRules rules;
  rules.samples = 64;
  const Overrides overrides{"lr=interval(1e-4,1e-1,scale=log)", "bs=interval(1,4)", "name=a,b"};
  for (const auto sampler : {Sampler::random, Sampler::sobol}) {
    rules.sampler = sampler;
    const SweepPlan plan = expand_sweep(request(overrides), rules);
    ASSERT_EQ(plan.jobs.size(), 128u);
    EXPECT_EQ(plan.keys, (std::vector<std::string>{"lr", "bs", "name"}));
    const auto lr = values(plan, 0), bs = values(plan, 1);
    EXPECT_EQ(lr[0], lr[1]);  // the points are one axis, `name` is the other
    EXPECT_NE(lr[1], lr[2]);
    for (const double x : lr) EXPECT_TRUE(x >= 1e-4 && x <= 1e-1) << x;
    // Uniform in the logarithm: half below the geometric mean. Whole numbers: a quarter each.
    const double slack = sampler == Sampler::sobol ? 0 : 20;
    EXPECT_NEAR(static_cast<double>(std::count_if(lr.begin(), lr.end(),
                                                  [](double x) { return x < std::sqrt(1e-5); })),
                64, slack);
    for (const double whole : {1., 2., 3., 4.})
      EXPECT_NEAR(static_cast<double>(std::count(bs.begin(), bs.end(), whole)), 32, slack);
    EXPECT_NE(plan.points[0][1].get_if<std::int64_t>(), nullptr);
  }
}

TEST_F(Sweeps, MoreSamplesAddToThoseThereWere) {
  for (const auto sampler : {Sampler::random, Sampler::sobol}) {
    SweepRules few, many;
    few.sampler = many.sampler = sampler;
    few.seed = many.seed = 7;
    few.samples = 5;
    many.samples = 9;
    const Overrides overrides{"lr=interval(0,1)", "bs=interval(0.0,1)"};
    const SweepPlan first = expand_sweep(request(overrides), few);
    const SweepPlan second = expand_sweep(request(overrides), many);
    EXPECT_TRUE(std::equal(first.jobs.begin(), first.jobs.end(), second.jobs.begin()));
    many.seed = 8;
    EXPECT_NE(expand_sweep(request(overrides), many).jobs, second.jobs);
  }
}

// Sobol's points 0..3 in two dimensions cover the four quarters, shifted or not.
TEST_F(Sweeps, SobolPointsAreANet) {
  SweepRules rules;
  rules.samples = 4;
  rules.sampler = Sampler::sobol;
  for (rules.seed = 0; rules.seed < 5; ++rules.seed) {
    const SweepPlan plan =
        expand_sweep(request({"lr=interval(0.0,1)", "bs=interval(0.0,1)"}), rules);
    const auto x = values(plan, 0), y = values(plan, 1);
    std::vector<int> quarters;
    for (std::size_t i = 0; i < 4; ++i)
      quarters.push_back((x[i] < 0.5 ? 0 : 1) + (y[i] < 0.5 ? 0 : 2));
    std::sort(quarters.begin(), quarters.end());
    EXPECT_EQ(quarters, (std::vector<int>{0, 1, 2, 3}));
  }
}

TEST_F(Sweeps, ImpossibleIntervalsAreRefused) {
  SweepRules rules;
  rules.samples = 2;
  EXPECT_EQ(fault({"lr=interval(0,1)"}),
            "override 'lr=interval(0,1)': values of an interval are drawn, so say how many: "
            "sweep.samples=N");
  EXPECT_EQ(fault({"lr=interval(0,1,scale=log)"}, rules),
            "override 'lr=interval(0,1,scale=log)': a logarithmic interval must begin above 0, not "
            "at 0.0");
  EXPECT_NE(fault({"lr=interval(1,0)"}, rules).find("not from 1.0 to 0.0"), std::string::npos);
}

TEST_F(Sweeps, ShufflingDependsOnTheSeedOnly) {
  SweepRules rules;
  const std::string first = jobs({"bs=shuffle(range(20))"}, rules);
  EXPECT_EQ(jobs({"bs=shuffle(range(20))"}, rules), first);
  EXPECT_EQ(first.size(), jobs({"bs=range(20)"}).size());
  EXPECT_NE(first, jobs({"bs=range(20)"}));
  rules.seed = 1;
  EXPECT_NE(jobs({"bs=shuffle(range(20))"}, rules), first);
}

}  // namespace
}  // namespace myoseg

// What the doctor says of a machine that has things, and of one that lacks them.
#include "experiments/doctor/checks.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/experiments/program_test.h"
#include "tests/testing/temporary.h"

namespace myoseg::doctor {
namespace {

namespace fs = std::filesystem;

// A machine whose only programs are those that a test writes.
class Doctor : public ::testing::Test {
 protected:
  Doctor() : path_(std::getenv("PATH")) { setenv("PATH", folder_.path().c_str(), 1); }
  ~Doctor() override { setenv("PATH", path_.c_str(), 1); }
  void program(const std::string& name, const std::string& script) {
    std::ofstream(folder_.path() / name) << "#!/bin/sh\n" << script << '\n';
    fs::permissions(folder_.path() / name, fs::perms::owner_all);
  }
  testing::TemporaryFolder folder_;
  std::string path_;
};

TEST_F(Doctor, WhatIsMissingComesWithWhatToDo) {
  for (const Check& check : {check_gnuplot(), check_fonts()}) {
    EXPECT_EQ(check.state, State::missing) << check.what;
    EXPECT_NE(check.to_do.find("install"), std::string::npos) << check.what;
  }
  EXPECT_EQ(check_slurm().state, State::absent);
}

TEST_F(Doctor, WhatIsThereIsNamed) {
  program("gnuplot", "echo gnuplot 5.4 patchlevel 4");
  program("fc-list", "echo Liberation Sans");
  program("squeue", "echo slurm 22.05.8");
  program("sinfo", "echo 'gpu up 1-00:00:00 4 nodes'");
  EXPECT_EQ(check_gnuplot().found, "gnuplot 5.4 patchlevel 4");
  EXPECT_EQ(check_fonts().state, State::good);
  EXPECT_EQ(check_slurm().found, "slurm 22.05.8: gpu up 1-00:00:00 4 nodes");
}

TEST_F(Doctor, ASilentControllerIsMissing) {
  program("squeue", "echo slurm 22.05.8");
  program("sinfo", "echo 'Unable to contact slurm controller' >&2; exit 1");
  EXPECT_EQ(check_slurm().state, State::missing);
  EXPECT_NE(check_slurm().found.find("Unable to contact"), std::string::npos);
}

TEST_F(Doctor, AGpuThatThisProgramCannotUse) {
  program("nvidia-smi", "echo 'NVIDIA A100, 40960 MiB, 550.54'");
  const Check check = check_gpus();
  EXPECT_NE(check.found.find("NVIDIA A100"), std::string::npos);
  EXPECT_EQ(check.state == State::missing, !check.to_do.empty());
}

TEST_F(Doctor, FoldersThatCannotBeWritten) {
  EXPECT_EQ(check_folder("runs", folder_.path() / "not/yet/there").found.find("not/yet") !=
                std::string::npos,
            true);
  std::ofstream(folder_.path() / "file") << "x";
  const Check check = check_folder("cache", folder_.path() / "file/cache");
  EXPECT_EQ(check.state, State::missing);
  EXPECT_NE(check.to_do.find("runtime.cache=FOLDER"), std::string::npos);
}

TEST(DoctorText, CountsWhatIsMissing) {
  const std::string text =
      text_of({{State::good, "a", "1", ""}, {State::missing, "b", "none", "get it"}});
  EXPECT_EQ(text,
            "ok       a  1\nMISSING  b  none\n            get it\n1 of 2 things are missing.\n");
}

using DoctorCommand = testing::ProgramTest;
TEST_F(DoctorCommand, EndsWithOneWhenSomethingIsMissing) {
  expect_words(run({"doctor", "runs=/proc/no/runs"}, 1), {"LibTorch", "MISSING", "runtime.runs="});
}

}  // namespace
}  // namespace myoseg::doctor

#include "core/lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class Lock : public ::testing::Test {
 protected:
  // A process that holds the lock until it is killed.
  pid_t other_process_takes_it() const {
    std::array<int, 2> ready{};
    EXPECT_EQ(pipe(ready.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto lock = WorkLock::try_take(file_);
      const char answer = lock ? 'y' : 'n';
      [[maybe_unused]] const auto n = write(ready[1], &answer, 1);
      for (;;) pause();
    }
    char answer = 0;
    EXPECT_EQ(read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    close(ready[0]);
    close(ready[1]);
    return child;
  }
  // The lock as a process on another machine left it, touched so many seconds ago.
  void other_machine_holds_it(int seconds) const {
    write_file(file_, nlohmann::json{{"host", "elsewhere"}, {"pid", 1}, {"machine", "m"}}.dump());
    fs::last_write_time(file_, fs::file_time_type::clock::now() - std::chrono::seconds(seconds));
  }

  testing::TemporaryFolder folder_;
  fs::path file_ = folder_ / "a/job.lock";
};

TEST_F(Lock, OneAtATime) {
  {
    const auto lock = WorkLock::try_take(file_);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(WorkLock::try_take(file_));
    ASSERT_TRUE(living_owner(file_));
    EXPECT_EQ(living_owner(file_)->pid, getpid());
    EXPECT_NO_THROW(lock->check());
  }
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_FALSE(living_owner(file_));
  EXPECT_TRUE(WorkLock::try_take(file_));
}

TEST_F(Lock, ADeadProcesssLockIsTakenOver) {
  const pid_t child = other_process_takes_it();
  EXPECT_FALSE(WorkLock::try_take(file_));
  EXPECT_EQ(living_owner(file_)->pid, child);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(fs::exists(file_));
  EXPECT_FALSE(living_owner(file_));
  EXPECT_TRUE(WorkLock::try_take(file_));
}

TEST_F(Lock, ASilentMachinesLockIsTakenOver) {
  fs::create_directories(file_.parent_path());
  other_machine_holds_it(10);
  EXPECT_FALSE(WorkLock::try_take(file_));
  EXPECT_EQ(living_owner(file_)->host, "elsewhere");
  other_machine_holds_it(100);
  EXPECT_TRUE(WorkLock::try_take(file_));
}

TEST_F(Lock, ADamagedFileIsNobodysLock) {
  write_file(file_, "{\"host\": ");
  EXPECT_TRUE(WorkLock::try_take(file_));
}

TEST_F(Lock, WhoLostItIsTold) {
  const auto lock = WorkLock::try_take(file_);
  ASSERT_TRUE(lock);
  other_machine_holds_it(0);
  EXPECT_THROW(lock->check(), Error);
}

TEST_F(Lock, AFolderThatCannotBeWrittenIsOneSentence) {
  write_file(folder_ / "a", "a file");
  try {
    (void)WorkLock::try_take(file_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::failed);
    EXPECT_NE(std::string(error.what()).find("cannot make the folder"), std::string::npos)
        << error.what();
  }
}

// Of many processes that want the lock at once, one gets it.
TEST_F(Lock, OnlyOneOfManyGetsIt) {
  for (int round = 0; round < 20; ++round) {
    std::array<int, 2> answers{};
    ASSERT_EQ(pipe(answers.data()), 0);
    std::array<pid_t, 8> children{};
    for (pid_t& child : children) {
      child = fork();
      if (child == 0) {
        const auto lock = WorkLock::try_take(file_);
        const char answer = lock ? 'y' : 'n';
        [[maybe_unused]] const auto n = write(answers[1], &answer, 1);
        for (;;) pause();
      }
    }
    int winners = 0;
    for (std::size_t i = 0; i < children.size(); ++i) {
      char answer = 0;
      ASSERT_EQ(read(answers[0], &answer, 1), 1);
      winners += answer == 'y' ? 1 : 0;
    }
    for (const pid_t child : children) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    EXPECT_EQ(winners, 1) << "round " << round;
    close(answers[0]);
    close(answers[1]);
  }
}

}  // namespace
}  // namespace myoseg

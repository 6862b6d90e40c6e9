#include "tests/experiments/launch/traced_job.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "train/signals.h"

namespace myoseg::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommand = "do-traced-job";  // then: folder, run, id, ending

fs::path marker(const fs::path& folder, const std::string& run, const std::string& id) {
  return folder / run / (id + ".json");
}

bool any_failed(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename().string().ends_with(".failed.json")) return true;
  return false;
}

void wait_for_failure(const fs::path& folder) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!any_failed(folder) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::this_thread::sleep_for(std::chrono::seconds(2));  // until its launcher has heard of it
}

bool wait_for_stop(const fs::path& folder) {
  stop_on_signals();
  std::ofstream(folder / "waiting") << std::endl;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!stop_requested() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::ofstream(folder / "asked_to_stop") << std::endl;
  return false;
}

bool work(const fs::path& folder, const std::string& line, Ending ending) {
  std::ofstream(folder / "ran", std::ios::app) << line << std::endl;
  if (ending == Ending::after_failure) wait_for_failure(folder);
  if (ending == Ending::killed) ::raise(SIGKILL);
  if (ending == Ending::second_time && !fs::exists(folder / "asked_to_stop"))
    return wait_for_stop(folder);
  if (ending == Ending::error) throw data_error("{}: cannot be read", line);
  return true;
}

int do_task(const std::vector<std::string>& command) {
  try {
    const Task task = traced_task(command.at(1), command.at(2), command.at(3), {},
                                  static_cast<Ending>(std::stoi(command.at(4))));
    return perform(task.job) == Performed::done ? 0 : 130;
  } catch (const Error& error) {
    return static_cast<int>(error.code());
  }
}

}  // namespace

Task traced_task(const fs::path& folder, const std::string& run, const std::string& id,
                 std::vector<std::size_t> after, Ending ending) {
  Task task;
  task.run = run;
  task.after = std::move(after);
  task.command = {kCommand, folder.string(), run, id, std::to_string(static_cast<int>(ending))};
  task.log = folder / run / "logs" / id;
  task.queue = folder / "queue";
  task.job.id = task.job.name = id;
  task.job.marker = marker(folder, run, id);
  task.job.inputs = "1";
  task.job.work = [folder, line = run + " " + id, ending] { return work(folder, line, ending); };
  return task;
}

std::vector<std::string> ran(const fs::path& folder) {
  std::vector<std::string> lines;
  std::ifstream in(folder / "ran");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace myoseg::testing

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == myoseg::testing::kCommand)
    return myoseg::testing::do_task(arguments);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

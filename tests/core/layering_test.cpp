// The floors of docs/architecture.md, checked over the source: who may include whom, and which
// library stays where.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "core/files.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> kMayInclude{
    {"core", {"core"}},
    {"data", {"core", "data"}},
    {"models", {"core", "models"}},
    {"losses", {"core", "losses"}},
    {"eval", {"core", "data", "models", "eval"}},
    {"train", {"core", "data", "models", "losses", "eval", "train"}},
    {"experiments", {"core", "data", "models", "losses", "eval", "train", "experiments"}},
};

// The rooms of each floor, lowest first: a file includes only from its own room and those before
// it. The longest name that a file begins with is its room; "" are the other files of the floor.
const std::map<std::string, std::vector<std::string>> kRooms{
    {"core",
     {"", "table/", "config/config_error", "config/tree/", "config/override/",
      "config/interpolate/", "config/compose/", "config/sweep/", "fields/"}},
    {"data",
     {"", "io/formats/", "io/dicom/", "io/itk/", "io/", "io/structures/",
      "project/projection_options", "dataset/", "prepare/", "project/", "augment/", "load/",
      "inspect/", "import/", "cohort/", "cohort/l3/", "cohort/thigh/", "cohort/leg/"}},
    {"models",
     {"network.h", "networks.h", "kernels/", "runtime/", "blocks/", "weights/safetensors",
      "weights/torch_file/", "weights/", "encoders/", ""}},
    {"losses", {"loss.h", "voxels/", ""}},
    {"eval",
     {"statistics/", "measure/", "predict/", "draw/", "inspect/", "analysis/", "agreement/",
      "report/", "compare/", "sweep/", "study/"}},
    {"train", {"train_options", "optimizers/", "schedules/", "checkpoints/", ""}},
    {"experiments",
     {"config_folders", "sweep_options", "ledger/", "launch/", "experiment.", "members", "run/",
      "predict/", "evaluate/", "sweep/", "doctor/", "cli/", "commands/", "main"}},
};

// Third-party headers that only the files beginning with one of these may include.
const std::map<std::string, std::vector<std::string>> kConfined{
    {"itk", {"data/io/itk/"}},
    {"gdcm", {"data/io/itk/"}},
    {"charls/", {"data/io/itk/decode.cpp"}},
    {"png.h", {"data/io/formats/png.cpp"}},
    {"yaml-cpp/", {"core/config/tree/"}},
    {"Eigen/", {"eval/statistics/"}},
    {"protozero/", {"train/tensorboard.cpp"}},
    {"spdlog/", {"core/log.cpp"}},
    {"torch/", {"models/", "losses/voxels/", "train/", "experiments/run/provenance.cpp"}},
};

struct Include {
  std::string file, header;
};

std::vector<Include> all_includes() {
  static const std::regex kInclude("^\\s*#include [<\"]([^>\"]+)[>\"]");
  const fs::path root = testing::source_folder();
  std::vector<Include> includes;
  for (const auto& [floor, allowed] : kMayInclude)
    for (const auto& entry : fs::recursive_directory_iterator(root / floor)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      const std::string text = read_file(entry.path());
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        std::smatch match;
        if (std::regex_search(line, match, kInclude))
          includes.push_back({fs::relative(entry.path(), root).generic_string(), match[1]});
        at = end + 1;
      }
    }
  EXPECT_GT(includes.size(), 100U) << "the source was not found";
  return includes;
}

TEST(Layering, AFolderIncludesOnlyFromTheFloorsBelow) {
  for (const auto& [file, header] : all_includes()) {
    const std::string floor = file.substr(0, file.find('/'));
    const std::string from = header.substr(0, header.find('/'));
    if (!kMayInclude.contains(from) || header.find('/') == std::string::npos) continue;
    EXPECT_TRUE(kMayInclude.at(floor).contains(from)) << file << " must not include " << header;
  }
}

// The place of a file's room in its floor; Error when no room is its own.
std::size_t room_of(const std::string& file) {
  const std::size_t slash = file.find('/');
  const auto& rooms = kRooms.at(file.substr(0, slash));
  const std::string inside = file.substr(slash + 1);
  std::size_t room = rooms.size();
  for (std::size_t i = 0; i < rooms.size(); ++i)
    if (inside.starts_with(rooms[i]) &&
        (room == rooms.size() || rooms[i].size() > rooms[room].size()))
      room = i;
  return room;
}

TEST(Layering, ARoomIncludesOnlyFromTheRoomsBefore) {
  for (const auto& [file, header] : all_includes()) {
    const std::string floor = file.substr(0, file.find('/') + 1);
    EXPECT_LT(room_of(file), kRooms.at(floor.substr(0, floor.size() - 1)).size())
        << file << " lies in no room";
    if (header.starts_with(floor)) {
      EXPECT_LE(room_of(header), room_of(file)) << file << " must not include " << header;
    }
  }
}

// A room whose files were all moved away has to leave the list.
TEST(Layering, EveryRoomHasFiles) {
  std::map<std::string, std::set<std::size_t>> used;
  for (const auto& [file, header] : all_includes())
    used[file.substr(0, file.find('/'))].insert(room_of(file));
  for (const auto& [floor, rooms] : kRooms) EXPECT_EQ(used[floor].size(), rooms.size()) << floor;
}

TEST(Layering, LibrariesStayInTheirRooms) {
  for (const auto& [file, header] : all_includes())
    for (const auto& [library, rooms] : kConfined) {
      if (!header.starts_with(library)) continue;
      const bool allowed =
          std::any_of(rooms.begin(), rooms.end(),
                      [&file = file](const std::string& room) { return file.starts_with(room); });
      EXPECT_TRUE(allowed) << file << " must not include <" << header << ">";
    }
}

}  // namespace
}  // namespace myoseg

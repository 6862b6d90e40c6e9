// Names of labels, cases and readers with what other languages take for orders.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/table.h"
#include "data/image_io.h"
#include "eval/scores.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kLabels{
    "IMAT%",           "5%d %s_n%%",     "a&b<i>|c", "\"q\" 'r' `id`",
    "$x;\\y^{z}~#[1]", "Bauchmuskel ÄÖ", "腰大筋",   "عضلة"};

class Names : public testing::ProgramTest {
 protected:
  static constexpr int kCases = 3;
  // Each label a row of voxels; the predictions differ from case to case.
  void write_data(const std::string& folder, int wider) {
    Geometry g;
    g.size = {20, 12, 3};
    g.spacing = {2, 2, 5};
    for (int c = 0; c < kCases; ++c) {
      LabelMap map(g, 1);
      for (std::size_t l = 0; l < kLabels.size(); ++l)
        for (std::int64_t x = 1; x < 6 + c + wider * (c + 1); ++x)
          map.at(x, static_cast<std::int64_t>(l) + 1, 1) = static_cast<std::uint8_t>(l + 1);
      write_label_map(folder_ / folder / (case_name(c) + ".nii.gz"), map, {});
    }
  }
  void write_labels() {
    nlohmann::ordered_json labels{{"background", 0}};
    for (std::size_t l = 0; l < kLabels.size(); ++l) labels[kLabels[l]] = l + 1;
    write_file(folder_ / "labels.json", nlohmann::ordered_json{{"channel_names", {{"0", "CT"}}},
                                                               {"labels", labels},
                                                               {"numTraining", kCases},
                                                               {"file_ending", ".nii.gz"}}
                                            .dump());
  }
  static std::string case_name(int c) {
    const std::vector<std::string> names{"50%_<b>&amp;|\\$ \"x\"", "腰 {^};'", "ع\x1b[31m\nred"};
    return names[static_cast<std::size_t>(c)];
  }
  // Every drawing of the folder was made; how many there are.
  static std::size_t drawn(const fs::path& figures) {
    std::size_t scripts = 0;
    for (const auto& entry : fs::directory_iterator(figures)) {
      if (entry.path().extension() != ".gp") continue;
      ++scripts;
      for (const char* format : {".svg", ".pdf", ".png"})
        EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension(format)))
            << entry.path() << ' ' << format;
    }
    return scripts;
  }
};

std::string between(const std::string& text, std::size_t from, const std::string& end) {
  return text.substr(from, text.find(end, from) - from);
}

// Elements close in the order in which they opened; no bare '<', '&' or control character is left.
void expect_page_is_well_formed(const std::string& page) {
  const std::set<std::string> empty{"meta", "img", "br", "!DOCTYPE", "link"};
  std::vector<std::string> open;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto byte = static_cast<unsigned char>(page[i]);
    ASSERT_TRUE(byte >= 0x20 || byte == '\n' || byte == '\t') << "byte " << int{byte};
    if (page[i] == '&') {
      const std::string entity = between(page, i, ";");
      ASSERT_TRUE(entity.size() < 8 && entity.find_first_of(" <&\n", 1) == std::string::npos)
          << page.substr(i, 40);
    }
    if (page[i] != '<') continue;
    if (page.compare(i, 4, "<!--") == 0) {
      i = page.find("-->", i) + 2;
      continue;
    }
    const bool closes = page[i + 1] == '/';
    const std::size_t start = i + (closes ? 2 : 1);
    const std::string name = page.substr(start, page.find_first_of(" \t\n/>", start) - start);
    ASSERT_FALSE(name.empty()) << page.substr(i, 40);
    for (char quote = 0; page[i] != '>' || quote != 0; ++i) {
      ASSERT_LT(i + 1, page.size());
      if (quote != 0 ? page[i] == quote : (page[i] == '"' || page[i] == '\''))
        quote = quote != 0 ? 0 : page[i];
    }
    if (closes) {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    } else if (page[i - 1] != '/' && !empty.contains(name)) {
      open.push_back(name);
      if (name == "style" || name == "script") i = page.find("</" + name, i) - 1;
    }
  }
  EXPECT_TRUE(open.empty());
}

// Unescaped occurrences of `c`.
std::size_t bare(const std::string& line, char c) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == c)
      ++n;
  }
  return n;
}

void expect_tables_are_whole(const fs::path& folder) {
  std::size_t found = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") (void)read_csv(entry.path());
    if (entry.path().extension() == ".json")
      EXPECT_FALSE(nlohmann::json::parse(read_file(entry.path()), nullptr, false).is_discarded());
    const bool markdown = entry.path().extension() == ".md",
               latex = entry.path().extension() == ".tex";
    if (!markdown && !latex) continue;
    ++found;
    const std::string text = read_file(entry.path());
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size(); at += between(text, at, "\n").size() + 1) {
      const std::string line = between(text, at, "\n");
      const bool row = markdown ? line.starts_with("|") : line.ends_with("\\\\");
      if (!row) continue;
      const std::size_t cells = bare(line, markdown ? '|' : '&');
      if (columns == 0) columns = cells;
      EXPECT_EQ(cells, columns) << line;
      EXPECT_EQ(line.find(markdown ? "<i>" : "<"), markdown ? std::string::npos
                                                   : line.find("$<$") == std::string::npos
                                                       ? std::string::npos
                                                       : line.find("$<$") + 1)
          << line;
      if (latex)
        for (const char c : {'%', '#', '_'}) EXPECT_EQ(bare(line, c), 0U) << line;
    }
  }
  EXPECT_GT(found, 0U);
}

TEST_F(Names, GoThroughEveryLanguage) {
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "needs gnuplot";
  write_labels();
  write_data("truth", 0);
  write_data("first 50%_<b>", 1);
  write_data("second $x;^{&}", 2);
  const std::vector<std::string> predictions{"first 50%_<b>", "second $x;^{&}"};
  for (std::size_t p = 0; p < 2; ++p) {
    const std::string out = "out" + std::to_string(p);
    const auto outcome = run({"evaluate", "predictions='" + predictions[p] + "'", "labels=truth",
                              "dataset=labels.json", "metrics=[dice]", "out=" + out});
    EXPECT_EQ(outcome.text.find("not drawn"), std::string::npos) << outcome.text;
    EXPECT_EQ(outcome.text.find('\x1b'), std::string::npos) << outcome.text;
    // A violin, and a figure of the volumes of every label.
    EXPECT_GT(drawn(folder_ / out / "figures"), kLabels.size());
    std::set<std::string> regions, cases;
    for (const Score& score : read_scores(folder_ / out / "scores.csv")) {
      regions.insert(score.region);
      cases.insert(score.case_id);
    }
    for (const std::string& label : kLabels) EXPECT_TRUE(regions.contains(label)) << label;
    for (int c = 0; c < kCases; ++c) EXPECT_TRUE(cases.contains(case_name(c))) << case_name(c);
    const std::string svg = read_file(folder_ / out / "figures/violin.svg");
    EXPECT_NE(svg.find("IMAT%<"), std::string::npos);
    EXPECT_NE(svg.find("腰大筋"), std::string::npos);
  }
  run({"agreement", "masks=[truth,'first 50%_<b>']", "dataset=labels.json", "metrics=[dice]",
       "out=readers"});
  const auto compared = run({"compare", "out0", "out1", "metric=dice", "out=compared"});
  EXPECT_EQ(compared.text.find("not drawn"), std::string::npos) << compared.text;
  EXPECT_GT(drawn(folder_ / "compared/figures"), 0U);
  for (const char* out : {"out0", "out1", "readers", "compared"}) {
    SCOPED_TRACE(out);
    expect_tables_are_whole(folder_ / out);
    for (const auto& entry : fs::directory_iterator(folder_ / out))
      if (entry.path().extension() == ".html") expect_page_is_well_formed(read_file(entry.path()));
  }
}

}  // namespace
}  // namespace myoseg

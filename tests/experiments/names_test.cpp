// Names that mean something in every language that they meet on their way through the program.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/names.h"
#include "core/table/table.h"
#include "core/text.h"
#include "data/io/image_io.h"
#include "eval/measure/scores.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

const std::string kPercent = "IMAT% 50%d %s";
const std::string kAll = "Ä_筋肉 & <b>\"'; $x^{2}_{i} \\alpha | [a](b) #~@v `w` -- é";
const std::string kEscape = "\x1b[31mred\x1b[0m\u202e";
const std::vector<std::string> kLabels{kPercent, kAll, kEscape};

// A folder's label maps are named after cases; '/' and NUL alone stand in no name of a file.
std::vector<std::string> cases() {
  return {"50% a & <i>\"q\"; $y^{3} \\n | 'é' 筋",
          "-rf \x1b[1m*?",
          std::string(240, 'x'),
          std::string(239, 'x') + "y",
          "a b",
          "a_b"};
}

Geometry grid() {
  Geometry g;
  g.size = {24, 24, 3};
  g.spacing = {2, 2, 5};
  return g;
}

// Three boxes beside each other, `shift` columns narrower.
LabelMap boxes(int shift) {
  LabelMap map(grid(), 1);
  for (std::int64_t z = 0; z < 3; ++z)
    for (std::int64_t y = 4; y < 20; ++y)
      for (int label = 1; label <= 3; ++label)
        for (std::int64_t x = 7 * label - 5; x < 7 * label - shift; ++x)
          map.at(x, y, z) = static_cast<std::uint8_t>(label);
  return map;
}

Image scan(int number) {
  Image image(grid(), 1, 40);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    image.voxels[i] += static_cast<float>((i * 7 + static_cast<std::size_t>(number)) % 13);
  return image;
}

std::string label_json() {
  nlohmann::ordered_json labels{{"background", 0}};
  for (const std::string& name : kLabels) labels[name] = labels.size();
  return json_text(labels);
}

class Names : public testing::ProgramTest {
 protected:
  void two_readers() {
    int number = 0;
    for (const std::string& id : cases()) {
      write_label_map(folder_ / "labels" / (id + ".nii.gz"), boxes(0), {});
      write_label_map(folder_ / "masks" / (id + ".nii.gz"), boxes(number++ % 3), {});
      write_image(folder_ / "images" / (id + ".nii.gz"), scan(number));
    }
    write_file(folder_ / "l.json", label_json());
  }
  void data_set() {
    int number = 0;
    for (const std::string& id : cases()) {
      write_label_map(folder_ / "ds/labelsTr" / (id + ".nii.gz"), boxes(number++ % 2), {});
      write_image(folder_ / "ds/imagesTr" / (id + "_0000.nii.gz"), scan(number));
    }
    write_file(
        folder_ / "ds/dataset.json",
        R"({"name": "50% <i>\"d\"</i> \u001b 筋", "channel_names": {"0": "CT"}, "labels": )" +
            label_json() + "}");
  }

  [[nodiscard]] std::vector<fs::path> files(const fs::path& folder, const std::string& ending) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / folder))
      if (entry.path().extension() == ending) found.push_back(entry.path());
    EXPECT_FALSE(found.empty()) << folder << " has no " << ending;
    return found;
  }

  // All that a folder of results may hold is what its language takes.
  void expect_readable(const fs::path& folder, const Outcome& outcome) {
    EXPECT_EQ(outcome.text.find("not drawn"), std::string::npos) << outcome.text;
    EXPECT_EQ(outcome.text.find('\x1b'), std::string::npos) << outcome.text;
    EXPECT_EQ(outcome.text.find("\u202e"), std::string::npos) << outcome.text;
    for (const fs::path& file : files(folder, ".gp")) expect_drawn(file);
    for (const fs::path& file : files(folder, ".html")) expect_page(read_file(file));
    for (const fs::path& file : files(folder, ".csv")) expect_csv(file);
    for (const fs::path& file : files(folder, ".md")) expect_markdown(read_file(file));
    for (const fs::path& file : files(folder, ".tex")) expect_latex(read_file(file));
  }

 private:
  static void expect_drawn(const fs::path& script) {
    for (const char* format : {".svg", ".pdf", ".png"})
      EXPECT_TRUE(fs::exists(fs::path(script).replace_extension(format))) << script;
    const std::string svg = read_file(fs::path(script).replace_extension(".svg"));
    EXPECT_EQ(svg.find("%%"), std::string::npos) << script;
    EXPECT_EQ(printable(svg), svg) << script;
  }

  // Every element is closed in its order, and no text opens one.
  static void expect_page(const std::string& page) {
    static const std::set<std::string> kEmpty{"meta", "img", "br", "!DOCTYPE"};
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
      if (page.compare(at, 4, "<!--") == 0) {
        at = page.find("-->", at);
        continue;
      }
      const std::size_t end = page.find('>', at);
      ASSERT_NE(end, std::string::npos);
      const bool closes = page[at + 1] == '/', single = page[end - 1] == '/';
      const std::size_t from = at + (closes ? 2 : 1);
      const std::string name = page.substr(from, page.find_first_of(" />\n", from) - from);
      at = end;
      if (closes) {
        ASSERT_FALSE(open.empty()) << name;
        ASSERT_EQ(name, open.back()) << page.substr(end > 200 ? end - 200 : 0, 220);
        open.pop_back();
      } else if (!single && !kEmpty.contains(name)) {
        open.push_back(name);
        if (name == "script" || name == "style") at = page.find("</" + name, end);
      }
    }
    EXPECT_TRUE(open.empty()) << join(open);
    EXPECT_EQ(printable(page), page);
    for (const char* raw : {"<b>\"", "<i>\""}) EXPECT_EQ(page.find(raw), std::string::npos);
    EXPECT_NE(page.find("筋"), std::string::npos);
  }

  static void expect_csv(const fs::path& file) {
    const Table table = read_csv(file);
    EXPECT_EQ(to_csv(table), read_file(file)) << file;
    const auto column = table.find_column("region");
    const std::set<std::string> known(kLabels.begin(), kLabels.end());
    if (!column) return;
    for (const auto& row : table.rows)
      EXPECT_TRUE(known.contains(row[*column]) || row[*column] == "all") << file;
  }

  // As many cells in each row of a table as in its head.
  static void expect_markdown(const std::string& text) {
    std::size_t expected = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::string line = text.substr(at, text.find('\n', at) - at);
      at += line.size() + 1;
      std::size_t bars = 0;
      for (std::size_t i = 0; i < line.size(); ++i) {
        bars += line[i] == '|' ? 1 : 0;
        if (line[i] == '\\') ++i;
      }
      if (!line.starts_with("| ")) continue;
      if (expected == 0) expected = bars;
      EXPECT_EQ(bars, expected) << line;
    }
    for (std::size_t at = 0; (at = text.find("<b>", at)) != std::string::npos; ++at)
      EXPECT_EQ(text[at - 1], '\\') << text;
    EXPECT_EQ(printable(text), text);
  }

  // Braces in pairs, dollars in pairs, ends of rows alone begin with two backslashes, and nothing
  // is lost in a comment.
  static void expect_latex(const std::string& text) {
    int depth = 0, dollars = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::string line = text.substr(at, text.find('\n', at) - at);
      at += line.size() + 1;
      if (line.starts_with('%')) continue;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && std::ispunct(line[i + 1]) != 0) {
          ++i;
          continue;
        }
        EXPECT_EQ(std::string_view("%#^_~").find(line[i]), std::string_view::npos) << line;
        depth += (line[i] == '{') - (line[i] == '}');
        dollars += line[i] == '$';
        EXPECT_GE(depth, 0) << line;
      }
      EXPECT_EQ(depth, 0) << line;
      EXPECT_EQ(dollars % 2, 0) << line;
    }
    EXPECT_EQ(printable(text), text);
  }
};

TEST_F(Names, OfLabelsCasesAndReadersAreEvaluated) {
  two_readers();
  const Outcome outcome = run({"evaluate", "predictions=masks", "labels=labels", "images=images",
                               "dataset=l.json", "metrics=[dice]", "out=out"});
  expect_readable("out", outcome);
  std::set<std::string> ids, regions;
  for (const Score& score : read_scores(folder_ / "out/scores.csv")) {
    ids.insert(score.case_id);
    regions.insert(score.region);
  }
  EXPECT_EQ(ids.size(), cases().size());
  EXPECT_EQ(regions, (std::set<std::string>(kLabels.begin(), kLabels.end())));
  for (const std::string& id : cases()) EXPECT_TRUE(ids.contains(id)) << id;
}

TEST_F(Names, OfReadersAgree) {
  two_readers();
  fs::rename(folder_ / "masks", folder_ / kAll);
  fs::rename(folder_ / "labels", folder_ / kEscape);
  const Outcome outcome = run({"agreement", folder_ / kAll, folder_ / kEscape, "dataset=l.json",
                               "metrics=[dice]", "out=out"});
  expect_readable("out", outcome);
  // A figure for each label's volume.
  std::size_t figures = 0;
  for (const fs::path& file : files("out", ".gp"))
    figures += file.filename().string().starts_with("agreement_volume");
  EXPECT_EQ(figures, kLabels.size());
}

TEST_F(Names, OfADataSetAreTrainedReportedAndCompared) {
  data_set();
  const auto command = [&](const char* epochs) {
    return std::vector<std::string>{"run",
                                    "name=50% <i>筋",
                                    "experiment=kreher2022",
                                    "data.root=ds",
                                    "postprocess=none",
                                    "preprocess.size=[32,32]",
                                    "preprocess.spacing_mm=[2,2]",
                                    "loader.batch_size=4",
                                    "model.widths=[4,8]",
                                    "model.bottleneck=16",
                                    "validation.folds=2",
                                    "data.slices=all",
                                    "data.regions=[{name: 'all'}]",
                                    "report.paper=",
                                    "report.paper_values=[]",
                                    "report.regions=[]",
                                    "report.notes=[]",
                                    "report.headline_region=all",
                                    "metrics=[dice]",
                                    "report.metrics=[dice]",
                                    "runtime.threads=1",
                                    "loader.threads=0",
                                    epochs};
  };
  expect_words(run({"inspect", "data.root=ds"}), {"IMAT%", "\\x1b[31mred"});
  std::vector<std::string> compare{"compare"};
  for (const char* epochs : {"train.epochs=1", "train.epochs=2"}) {
    const Outcome outcome = run(command(epochs));
    EXPECT_EQ(outcome.text.find('\x1b'), std::string::npos);
  }
  for (const auto& entry : fs::directory_iterator(folder_ / "runs")) {
    compare.push_back(entry.path().string());
    expect_readable(entry.path(), run({"report", entry.path()}));
    for (const char* name : {"provenance.json", "dataset.json", "splits.json"})
      EXPECT_FALSE(parse_json(read_file(entry.path() / name), name).empty());
  }
  ASSERT_EQ(compare.size(), 3U);
  compare.insert(compare.end(), {"resamples=99", "out=both"});
  const Outcome compared = run(compare);
  expect_readable("both", compared);
  // The union stands first and ranks no run beside the labels that it is made of.
  expect_words(compared, {"| All", "by the mean over "});
  EXPECT_EQ(compared.text.find("by the mean over All"), std::string::npos) << compared.text;
}

}  // namespace
}  // namespace myoseg

#include "core/fields/fields.h"

#include <gtest/gtest.h>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/fields/help.h"
#include "core/fields/one_or_many.h"
#include "core/fields/pick.h"

namespace myoseg {
namespace {

struct Part {
  virtual ~Part() = default;
  int size = 0;
};
using PartEntry = Entry<std::unique_ptr<Part>(int)>;

struct Round {
  double radius = 1;
};
void describe(Fields& f, Round& o) { f("radius", o.radius, kPositive.in("mm"), "Radius."); }
std::unique_ptr<Part> make_round(const Round& o, int scale) {
  auto part = std::make_unique<Part>();
  part->size = static_cast<int>(o.radius) * scale;
  return part;
}
struct Square {
  int side = 2;
};
void describe(Fields& f, Square& o) { f("side", o.side, at_least(1), "Side."); }
std::unique_ptr<Part> make_square(const Square& o, int scale) {
  auto part = std::make_unique<Part>();
  part->size = o.side * scale;
  return part;
}

const PartEntry kRound = entry<PartEntry, Round, make_round>("round", "A round part.");
const PartEntry kSquare = entry<PartEntry, Square, make_square>("square", "A square part.");
[[maybe_unused]] std::span<const PartEntry* const> table(const PartEntry*) {
  static const PartEntry* const entries[] = {&kRound, &kSquare};
  return entries;
}

struct Train {
  int epochs = 10;
  double lr = 0.1;
  bool shuffle = true;
  std::string mode = "max";
  std::optional<int> seed;
  std::vector<double> betas{0.9, 0.99};
  std::array<int, 2> patch{8, 8};
  std::filesystem::path out = "runs";
  int threads = 4;
};
void describe(Fields& f, Train& o) {
  f("epochs", o.epochs, kPositive, "How often every case is seen.");
  f("lr", o.lr, kFraction, "Learning rate.");
  f("shuffle", o.shuffle, "Whether cases come in random order.");
  f("mode", o.mode, one_of({"min", "max"}), "Which score is better.");
  f("seed", o.seed, "Seed.");
  f("betas", o.betas, kFraction, "Decay of the moments.");
  f("patch", o.patch, "Patch size.");
  f("out", o.out, "Folder of results.");
  f("threads", o.threads, kPositive.without_effect(), "Threads.");
  f.require(o.lr * o.epochs < 100, "lr times epochs must stay below 100");
}

struct Experiment {
  std::string name;
  Train train;
  Pick<PartEntry> part{"round"};
  std::vector<Pick<PartEntry>> more;
};
void describe(Fields& f, Experiment& o) {
  f("name", o.name, kAny.must_be_given(), "Name.");
  f("train", o.train, "Training.");
  f("part", o.part, "Part.");
  f("more", o.more, "More parts.");
}

Node yaml(const std::string& text) { return parse_yaml(text, "run.yaml"); }

std::string faults(const std::string& text) {
  try {
    static_cast<void>(bind<Experiment>(yaml(text)));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
  return "";
}

TEST(Fields, ReadsEveryType) {
  const auto e = bind<Experiment>(
      yaml("name: a\ntrain: {epochs: 3, lr: 1, shuffle: no, mode: min, seed: 5, betas: [0.5], "
           "patch: [1, 2], out: x/y}\n"
           "part: {name: square, side: 7}\nmore: [{round: {radius: 3}}, square, {name: round}]\n"));
  EXPECT_EQ(e.name, "a");
  EXPECT_EQ(e.train.epochs, 3);
  EXPECT_EQ(e.train.lr, 1.0) << "a whole number is a number";
  EXPECT_FALSE(e.train.shuffle);
  EXPECT_EQ(e.train.seed, 5);
  EXPECT_EQ(e.train.betas, std::vector<double>{0.5});
  EXPECT_EQ(e.train.patch, (std::array<int, 2>{1, 2}));
  EXPECT_EQ(e.train.out, "x/y");
  EXPECT_EQ(e.train.threads, 4) << "what is absent keeps its default";
  EXPECT_EQ(e.part.make(10)->size, 70);
  ASSERT_EQ(e.more.size(), 3u);
  EXPECT_EQ(e.more[0].make(1)->size, 3);
  EXPECT_EQ(e.more[1].name(), "square");
}

TEST(Fields, NamesEveryFaultWithItsPlace) {
  EXPECT_EQ(
      faults(
          "name: a\ntrain:\n  epoch: 3\n  lr: 1.5\n  shuffle: 1\n  mode: mx\n  patch: [1, 2, 3]\n"),
      "run.yaml:4:7: train.lr: 1.5 is outside [0, 1]\n"
      "run.yaml:5:12: train.shuffle: expected true or false, found 1\n"
      "run.yaml:6:9: train.mode: 'mx' is not one of: min, max; did you mean 'max'?\n"
      "run.yaml:7:10: train.patch: expected a list of 2, found a list [1, 2, 3]\n"
      "run.yaml:3:10: train.epoch: unknown key; did you mean 'epochs'?");
  EXPECT_EQ(faults("name: a\ntrain: {epochs: abc, betas: [0.5, 2]}\n"),
            "run.yaml:2:17: train.epochs: expected a whole number, found text 'abc'\n"
            "run.yaml:2:35: train.betas.1: 2 is outside [0, 1]");
}

TEST(Fields, AWholeNumberIsNotBroken) {
  EXPECT_EQ(faults("name: a\ntrain: {epochs: 3.0}\n"),
            "run.yaml:2:17: train.epochs: expected a whole number, found 3.0");
  EXPECT_EQ(faults("name: a\ntrain: {epochs: 3000000000}\n"),
            "run.yaml:2:17: train.epochs: 3000000000 is outside (0, 2147483647]");
}

TEST(Fields, MustBeGiven) {
  EXPECT_EQ(faults("{}\n"), "run.yaml:1:1: name: must be given");
  EXPECT_EQ(faults("name: ???\n"), "run.yaml:1:7: name: must be given");
  EXPECT_EQ(faults("name: a\ntrain: {epochs: '?\?\?'}\n"),
            "run.yaml:2:17: train.epochs: must be given");
}

TEST(Fields, ARuleIsCheckedWhenItsFieldsAreRight) {
  EXPECT_EQ(faults("name: a\ntrain: {epochs: 1000, lr: 1}\n"),
            "run.yaml:2:8: train: lr times epochs must stay below 100");
  EXPECT_EQ(faults("name: a\ntrain: {epochs: 1000, lr: 2}\n"),
            "run.yaml:2:27: train.lr: 2 is outside [0, 1]");
}

TEST(Fields, PickNamesTheTable) {
  EXPECT_EQ(faults("name: a\npart: {name: squar}\n"),
            "run.yaml:2:14: part: 'squar' is not one of: round, square; did you mean 'square'?");
  EXPECT_EQ(faults("name: a\npart: {name: square, radius: 1}\n"),
            "run.yaml:2:30: part.radius: unknown key; known here: side");
  EXPECT_EQ(faults("name: a\npart: 3\n"),
            "run.yaml:2:7: part: expected a section with a 'name', found 3");
}

TEST(Fields, ShortFormReplacesWhatAnotherFileNames) {
  const auto part = [](const std::string& first, const std::string& second) {
    Node merged = yaml("name: a\npart: " + first + "\n");
    const Node later = parse_yaml("part: " + second + "\n", "later.yaml");
    for (const auto& [key, value] : *later.find("part")->get_if<Node::Map>())
      merged.find("part")->set(key, value);
    try {
      return write_fields(bind<Experiment>(merged)).at_path("part")->text();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(part("{name: round, radius: 3}", "{square: {side: 7}}"), "{name: square, side: 7}");
  // Not what the same file says, nor what the command line adds.
  EXPECT_NE(part("{name: round}", "{square: {side: 7}, radius: 3}").find("unknown key"),
            std::string::npos);
  Node merged = yaml("name: a\npart: {name: round}\n");
  Node side(Node::Map{}, {"run.yaml", 9, 1});
  merged.find("part")->set("square", side);
  EXPECT_THROW((void)bind<Experiment>(merged), Error);
}

TEST(Fields, EveryItemOfAListNamesItsEntry) {
  EXPECT_EQ(faults("name: a\nmore: [{radius: 3}]\n"),
            "run.yaml:2:8: more.0: needs a 'name', one of: round, square");
}

TEST(Fields, WritesWhatItReads) {
  Experiment e;
  e.name = "yes";
  e.train.lr = 1e-5;
  e.part.choose("square");
  const Node node = write_fields(e);
  EXPECT_EQ(to_yaml(node),
            "name: 'yes'\ntrain:\n  epochs: 10\n  lr: 1e-05\n  shuffle: true\n  mode: max\n  seed: "
            "null\n  betas:\n"
            "  - 0.9\n  - 0.99\n  patch:\n  - 8\n  - 8\n  out: runs\n  threads: 4\npart:\n  name: "
            "square\n  side: 2\n"
            "more: []\n");
  EXPECT_EQ(write_fields(bind<Experiment>(yaml(to_yaml(node)))).text(), node.text());
}

TEST(Fields, HashCountsWhatAffectsResults) {
  Experiment a, b;
  a.name = b.name = "x";
  EXPECT_EQ(config_hash(a), config_hash(b));
  b.train.threads = 16;
  EXPECT_EQ(config_hash(a), config_hash(b));
  b.train.lr = 0.2;
  EXPECT_NE(config_hash(a), config_hash(b));
  EXPECT_EQ(config_hash(a).size(), 32u);
}

TEST(Fields, HelpIsAligned) {
  EXPECT_EQ(help_text(help_fields(Square{})),
            "name  type          default  limits  meaning\n"
            "side  whole number  2        >= 1    Side.\n");
  EXPECT_NE(help_text(help_fields(Experiment{})).find("  radius"), std::string::npos);
}

TEST(Fields, NotANumberIsNoNumber) {
  EXPECT_EQ(faults("name: a\ntrain: {lr: .nan}\n"),
            "run.yaml:2:13: train.lr: expected a number, found .nan");
}

struct Weighted {
  double weight = 1;
};
void describe(Fields& f, Weighted& o) { f("weight", o.weight, kPositive, "Weight."); }

TEST(Fields, InfinityIsNoSize) {
  try {
    (void)bind<Weighted>(yaml("weight: .inf\n"));
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "run.yaml:1:9: weight: expected a finite number, found .inf");
  }
}

struct Kernels {
  std::vector<OneOrMany<int>> levels{{3}, {1, 3}};
};
void describe(Fields& f, Kernels& o) { f("levels", o.levels, at_least(1), "Kernels."); }

TEST(Fields, OneOrManyIsWrittenAsItIsRead) {
  EXPECT_EQ(config_hash(Kernels{}),
            config_hash(bind<Kernels>(parse_yaml("levels: [3, [1, 3]]", ""))));
  const auto given = bind<Kernels>(parse_yaml("levels: [[1, 2, 3], 5]", ""));
  EXPECT_EQ(given.levels[0].values, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(given.levels[1].values, (std::vector<int>{5}));
  EXPECT_EQ(bind<Kernels>(write_fields(given)).levels[0].values, given.levels[0].values);
  EXPECT_THROW((void)bind<Kernels>(parse_yaml("levels: [0]", "")), Error);
  EXPECT_THROW((void)bind<Kernels>(parse_yaml("levels: [[1, 0]]", "")), Error);
  EXPECT_THROW((void)bind<Kernels>(parse_yaml("levels: [a]", "")), Error);
  EXPECT_EQ(help_fields(Kernels{}).front().type, "list of whole number or list of them");
}

}  // namespace
}  // namespace myoseg

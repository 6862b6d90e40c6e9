#include "data/dataset/folds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/fields/impl.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

// `patients` patients with 1, 2, 3, 1, 2, 3 ... cases each; attribute "age" counts up, "sex"
// alternates.
Dataset cohort(int patients) {
  Dataset dataset;
  dataset.name = "cohort";
  dataset.root = "no such folder";
  for (int p = 0; p < patients; ++p)
    for (int k = 0; k <= p % 3; ++k) {
      Case item;
      item.id = fmt::format("case_{:03}_{}", p, k);
      item.patient = fmt::format("patient_{:03}", p);
      item.attributes = {{"age", std::to_string(20 + p)}, {"sex", p % 4 == 0 ? "f" : "m"}};
      dataset.cases.push_back(item);
    }
  return dataset;
}

std::set<std::string> patients_in(const Dataset& dataset, const std::vector<std::string>& ids) {
  std::set<std::string> patients;
  for (const auto& id : ids) patients.insert(dataset.find(id).patient);
  return patients;
}

TEST(Folds, PatientsStayTogetherAndEachIsTestedOnce) {
  const Dataset dataset = cohort(23);
  const auto folds = make_folds(dataset, {}, 7);
  ASSERT_EQ(folds.size(), 5U);
  std::map<std::string, int> tested;
  for (const Fold& fold : folds) {
    EXPECT_EQ(fold.train.size() + fold.tuning.size() + fold.test.size(), dataset.cases.size());
    const auto train = patients_in(dataset, fold.train), tuning = patients_in(dataset, fold.tuning),
               test = patients_in(dataset, fold.test);
    EXPECT_EQ(train.size() + tuning.size() + test.size(), 23U);  // so no patient is in two parts
    EXPECT_EQ(tuning.size(), 2U);                                // of 18 or 19
    EXPECT_GE(test.size(), 4U);
    EXPECT_LE(test.size(), 5U);
    for (const auto& patient : test) ++tested[patient];
  }
  EXPECT_EQ(tested.size(), 23U);
  for (const auto& [patient, times] : tested) EXPECT_EQ(times, 1) << patient;
}

TEST(Folds, SeedDecides) {
  const Dataset dataset = cohort(20);
  EXPECT_EQ(make_folds(dataset, {}, 1)[0].test, make_folds(dataset, {}, 1)[0].test);
  EXPECT_NE(make_folds(dataset, {}, 1)[0].test, make_folds(dataset, {}, 2)[0].test);
}

TEST(Folds, StratifiedByText) {
  const Dataset dataset = cohort(20);  // 5 f, 15 m
  ValidationOptions options;
  options.stratify = "sex";
  const std::vector<Fold> folds = make_folds(dataset, options, 3);
  ASSERT_EQ(folds.size(), 5U);
  for (const Fold& fold : folds) {
    int women = 0;
    for (const auto& patient : patients_in(dataset, fold.test))
      women += std::stoi(patient.substr(8)) % 4 == 0 ? 1 : 0;
    EXPECT_EQ(women, 1);
  }
}

TEST(Folds, StratifiedByQuantilesOfNumbers) {
  const Dataset dataset = cohort(40);
  ValidationOptions options;
  options.stratify = "age";
  const std::vector<Fold> folds = make_folds(dataset, options, 3);
  ASSERT_EQ(folds.size(), 5U);
  for (const Fold& fold : folds) {
    std::array<int, 4> quarters{};
    for (const auto& patient : patients_in(dataset, fold.test))
      ++quarters[static_cast<std::size_t>(std::stoi(patient.substr(8)) / 10)];
    EXPECT_EQ(quarters, (std::array<int, 4>{2, 2, 2, 2}));
  }
}

TEST(Folds, UnknownColumnAndTooFewPatients) {
  ValidationOptions options;
  options.stratify = "agee";
  try {
    (void)make_folds(cohort(10), options, 1);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'age'"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW((void)make_folds(cohort(4), {}, 1), Error);
}

TEST(Folds, TuningTakesAtLeastOnePatientOfThree) {
  ValidationOptions options;
  options.folds = 2;
  options.tuning_fraction = 0.01;
  for (const Fold& fold : make_folds(cohort(6), options, 1)) EXPECT_FALSE(fold.tuning.empty());
  for (const Fold& fold : make_folds(cohort(4), options, 1)) EXPECT_TRUE(fold.tuning.empty());
  options.tuning_fraction = 0;
  for (const Fold& fold : make_folds(cohort(6), options, 1)) EXPECT_TRUE(fold.tuning.empty());
}

// The sentence that these options are refused with.
std::string refusal(const Dataset& dataset, const ValidationOptions& options) {
  try {
    (void)make_folds(dataset, options, 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  return "no error";
}

// Sites a, b and c in turn by patient.
Dataset of_sites(int patients) {
  Dataset dataset = cohort(patients);
  for (Case& item : dataset.cases)
    item.attributes["site"] = std::string(1, "abc"[std::stoi(item.patient.substr(8)) % 3]);
  return dataset;
}

TEST(LeaveOneOut, HoldsEachValueOutOnce) {
  const Dataset dataset = of_sites(12);
  ValidationOptions options;
  options.scheme = ValidationScheme::leave_one_out;
  EXPECT_EQ(known_folds(options), std::nullopt);
  const auto folds = make_folds(dataset, options, 5);
  ASSERT_EQ(folds.size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(folds[k].name, std::string(1, "abc"[k]));
    for (const std::string& id : folds[k].test)
      EXPECT_EQ(dataset.find(id).attributes.at("site"), folds[k].name);
    EXPECT_EQ(patients_in(dataset, folds[k].test).size(), 4U);
    EXPECT_EQ(patients_in(dataset, folds[k].tuning).size(), 1U);
    EXPECT_EQ(patients_in(dataset, folds[k].train).size(), 7U);
  }
  EXPECT_EQ(validation_note(options, folds), "leave one site out: a, b, c");
}

TEST(LeaveOneOut, IsRefusedWhereAPatientHasTwoValuesOrAllHaveOne) {
  ValidationOptions options;
  options.scheme = ValidationScheme::leave_one_out;
  Dataset dataset = of_sites(6);
  dataset.cases.back().attributes["site"] = "a";  // of patient 5, whose other cases are of c
  EXPECT_NE(refusal(dataset, options).find("patient patient_005 has cases of c and of a"),
            std::string::npos);
  for (const char* missing : {"", "NA", "nan", " n", "NaN"}) {
    dataset.cases.back().attributes["site"] = missing;
    const bool is_a_site = std::string(missing) == " n";
    EXPECT_EQ(refusal(dataset, options).find("case case_005_2 has no value") == std::string::npos,
              is_a_site)
        << missing;
  }
  for (Case& item : dataset.cases) item.attributes["site"] = "here";
  EXPECT_NE(refusal(dataset, options).find("all cases of cohort have the value here"),
            std::string::npos);
  options.by = "sit";
  EXPECT_NE(refusal(dataset, options).find("validation.by=sit: case case_000_0"),
            std::string::npos);
}

TEST(FixedSplit, DrawsPatientsEvenlyFromEachStratum) {
  const Dataset dataset = cohort(40);  // 10 f, 30 m
  ValidationOptions options;
  options.scheme = ValidationScheme::fixed;
  options.test_patients = 8;
  options.stratify = "sex";
  EXPECT_EQ(known_folds(options), 1);
  const auto folds = make_folds(dataset, options, 2);
  ASSERT_EQ(folds.size(), 1U);
  const auto test = patients_in(dataset, folds[0].test);
  EXPECT_EQ(test.size(), 8U);
  EXPECT_EQ(std::count_if(test.begin(), test.end(),
                          [](const auto& p) { return std::stoi(p.substr(8)) % 4 == 0; }),
            2);
  EXPECT_EQ(patients_in(dataset, folds[0].tuning).size(), 3U);
  EXPECT_EQ(patients_in(dataset, folds[0].train).size(), 29U);
  EXPECT_NE(make_folds(dataset, options, 3)[0].test, folds[0].test);
  EXPECT_EQ(validation_note(options, folds),
            fmt::format("{} training and {} test cases, fixed",
                        dataset.cases.size() - folds[0].test.size(), folds[0].test.size()));
  options.test_patients = 40;
  EXPECT_NE(
      refusal(dataset, options).find("has 40 patients, too few for validation.test_patients=40"),
      std::string::npos);
}

TEST(FixedSplit, TakesTheCasesAndPatientsThatAreNamed) {
  Dataset dataset = cohort(6);
  ValidationOptions options;
  options.scheme = ValidationScheme::fixed;
  options.tuning_fraction = 0;
  options.test = {"case_000_0", "patient_002"};
  const auto folds = make_folds(dataset, options, 2);
  ASSERT_EQ(folds.size(), 1U);
  EXPECT_EQ(folds[0].test,
            (std::vector<std::string>{"case_000_0", "case_002_0", "case_002_1", "case_002_2"}));
  EXPECT_EQ(folds[0].train.size(), dataset.cases.size() - 4);
  options.test = {"case_001_1"};
  EXPECT_NE(refusal(dataset, options)
                .find("patient patient_001 stands on both sides: case case_001_0 trains, case "
                      "case_001_1 is held out"),
            std::string::npos);
  options.test = {"case_000_9"};
  EXPECT_NE(refusal(dataset, options).find("has no case or patient case_000_9"), std::string::npos);
  options.test = {"patient_0022"};
  EXPECT_NE(refusal(dataset, options).find("did you mean 'patient_002'"), std::string::npos);
  options.test = {"case_000_9"};
  dataset.left_out = {"case_000_9"};
  EXPECT_NE(refusal(dataset, options).find("leaves no case of cohort to test"), std::string::npos);
  options.test.clear();
  for (int p = 0; p < 6; ++p) options.test.push_back(fmt::format("patient_{:03}", p));
  EXPECT_NE(refusal(dataset, options).find("leaves no case of cohort to train on"),
            std::string::npos);
}

TEST(FixedSplit, ATestListThatNoSplitWouldUseIsRefused) {
  const auto fault = [](const std::string& yaml) -> std::string {
    try {
      (void)bind<ValidationOptions>(parse_yaml(yaml, "v.yaml"));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(fault("{scheme: fixed, test: [a]}"), "");
  EXPECT_EQ(fault("{scheme: folds, test: []}"), "");
  for (const char* yaml : {"{test: [a]}", "{scheme: leave_one_out, test: [a]}"})
    EXPECT_NE(fault(yaml).find("add scheme=fixed, or leave test empty"), std::string::npos);
}

TEST(Folds, TheNoteSaysWhichSplitItWas) {
  EXPECT_EQ(validation_note({}, make_folds(cohort(10), {}, 1)), "5 folds by patient");
}

class SplitsFile : public ::testing::Test {
 protected:
  SplitsFile() : dataset_(cohort(3)) {  // cases 000_0 | 001_0 001_1 | 002_0 002_1 002_2
    dataset_.root = folder_.path();
    options_.tuning_fraction = 0;
  }
  void write(const std::string& text) { write_file(folder_ / "splits_final.json", text); }
  std::string error() {
    try {
      (void)make_folds(dataset_, options_, 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "no error";
  }
  void expect_error(const std::string& text, const std::string& part) {
    write(text);
    EXPECT_NE(error().find(part), std::string::npos) << error();
  }
  testing::TemporaryFolder folder_;
  Dataset dataset_;
  ValidationOptions options_;
};

TEST_F(SplitsFile, DecidesTheFolds) {
  write(R"([{"train": ["case_001_1", "case_001_0"], "val": ["case_000_0"]},
            {"train": ["case_000_0"], "val": ["case_002_0"]}])");
  const auto folds = make_folds(dataset_, options_, 1);
  ASSERT_EQ(folds.size(), 2U);
  EXPECT_EQ(folds[0].train, (std::vector<std::string>{"case_001_0", "case_001_1"}));
  EXPECT_EQ(folds[1].test, (std::vector<std::string>{"case_002_0"}));
  options_.use_splits_file = false;
  options_.folds = 3;
  EXPECT_EQ(make_folds(dataset_, options_, 1).size(), 3U);
}

TEST_F(SplitsFile, IsRefusedWhenWrong) {
  expect_error(R"([{"train": ["case_001_0"], "val": ["case_001_1"]}])",
               "patient patient_001 stands on both sides");
  expect_error(R"([{"train": ["case_001_0"], "val": ["case_009_0"]}])", "case case_009_0");
  expect_error(R"([{"train": ["case_001_0", "case_001_0"], "val": ["case_000_0"]}])", "twice");
  expect_error(R"([{"train": ["case_001_0"]}])", "fold 0 is not of the form");
  expect_error(R"([{"train": ["case_001_0"], "val": []}])", "has no case in val");
  expect_error("[\n{]", "line 2");
  expect_error("[]", "has no fold");
}

TEST_F(SplitsFile, CasesThatAreLeftOutAreNoFault) {
  write(R"([{"train": ["case_001_0", "case_005_0"], "val": ["case_000_0"]}])");
  dataset_.left_out = {"case_005_0"};
  EXPECT_EQ(make_folds(dataset_, options_, 1)[0].train, (std::vector<std::string>{"case_001_0"}));
}

}  // namespace
}  // namespace myoseg

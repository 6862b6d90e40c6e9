#include "eval/analysis/regression_model.h"

#include <nlohmann/json.hpp>

#include "core/choice.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"

namespace myoseg {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Term& term) {
  Json factors = Json::array();
  for (const Factor& factor : term)
    factors.push_back({{"column", factor.column},
                       {"transform", name_of(factor.transform)},
                       {"power", factor.power}});
  return factors;
}

Term term_of(const Json& json) {
  Term term;
  for (const Json& one : json)
    term.push_back({one.at("column").get<std::string>(),
                    choice_of<Transform>(one.at("transform").get<std::string>()).value(),
                    one.at("power").get<double>()});
  return term;
}

// Whether the numbers belong to the regressors that the terms make.
bool is_whole(const RegressionModel& model) {
  const std::size_t columns = regressors_of(model.coding).size() + 1;
  const statistics::LinearModel& line = model.line;
  return line.coefficients.size() == columns && line.regressor_means.size() + 1 == columns &&
         line.covariance.size() == columns * columns && line.n > 0 && line.df_residual > 0 &&
         model.confidence > 0 && model.confidence < 1;
}

}  // namespace

std::string to_json(const RegressionModel& model) {
  Json terms = Json::array(), coefficients = Json::array();
  for (const Term& term : model.coding.terms) terms.push_back(json_of(term));
  coefficients.push_back({{"name", "const"}, {"value", model.line.coefficients.front()}});
  const auto names = regressors_of(model.coding);
  for (std::size_t i = 0; i < names.size(); ++i)
    coefficients.push_back({{"name", names[i].name}, {"value", model.line.coefficients[i + 1]}});
  const Json json{{"response", model.response},
                  {"terms", terms},
                  {"levels", model.coding.levels},
                  {"coefficients", coefficients},
                  {"covariance", model.line.covariance},
                  {"regressor_means", model.line.regressor_means},
                  {"residual_se", model.line.residual_se},
                  {"n", model.line.n},
                  {"df_residual", model.line.df_residual},
                  {"confidence", model.confidence}};
  return json_text(json, 1) + "\n";
}

RegressionModel read_regression(const std::filesystem::path& file) {
  const Json json = parse_json(read_file(file), file.string());
  RegressionModel model;
  try {
    model.response = json.at("response").get<std::string>();
    for (const Json& term : json.at("terms")) model.coding.terms.push_back(term_of(term));
    model.coding.levels = json.at("levels").get<decltype(model.coding.levels)>();
    for (const Json& one : json.at("coefficients"))
      model.line.coefficients.push_back(one.at("value").get<double>());
    model.line.covariance = json.at("covariance").get<std::vector<double>>();
    model.line.regressor_means = json.at("regressor_means").get<std::vector<double>>();
    model.line.residual_se = json.at("residual_se").get<double>();
    model.line.n = json.at("n").get<std::int64_t>();
    model.line.df_residual = json.at("df_residual").get<std::int64_t>();
    model.confidence = json.at("confidence").get<double>();
  } catch (const std::exception& error) {
    throw data_error("{}: is no regression ({}); 'myoseg report' of the run makes it again",
                     file.string(), error.what());
  }
  if (!is_whole(model))
    throw data_error(
        "{}: its numbers do not belong to its terms; 'myoseg report' of the run makes it again",
        file.string());
  return model;
}

statistics::Prediction predict(const RegressionModel& model, const Cells& cells) {
  const CodedCase coded = code(model.coding, cells);
  if (coded.problem.empty()) return statistics::predict(model.line, coded.values, model.confidence);
  return statistics::undefined_prediction(coded.problem);
}

}  // namespace myoseg

// MONAI's losses in our terms.
#include <cstdio>
#include <utility>

#include "tests/losses/reference_parts.h"

namespace myoseg::testing {
namespace {

Node term(Node loss, double weight) {
  loss.set("weight", Node(weight));
  return loss;
}

std::int64_t size_of(const Json& record, std::size_t axis) {
  return record.at("logits").at("shape").at(axis).get<std::int64_t>();
}

bool monai_before(const Json& record, int major, int minor) {
  int found_major = 0, found_minor = 0;
  const auto version = record.at("reference").at("MONAI").get<std::string>();
  std::sscanf(version.c_str(), "%d.%d", &found_major, &found_minor);
  return std::pair(found_major, found_minor) < std::pair(major, minor);
}

Node sum_of(Node::List terms) {
  Node sum(Node::Map{});
  sum.set("sum", Node(std::move(terms)));
  return sum;
}

// What MONAI's losses of overlaps have in common.
std::optional<std::string> monai_overlap(Arguments& a, const Json& record, const char* name,
                                         ReferenceLoss& plan) {
  const bool sigmoid = a.take("sigmoid", false), softmax = a.take("softmax", false);
  a.take("to_onehot_y", false);
  if (!sigmoid && (!softmax || is_single_channel(record)))
    return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node(name));
  n.set("activation", Node(sigmoid ? "sigmoid" : "softmax"));
  n.set("include_background", node_of(a.take("include_background", true)));
  n.set("batch", node_of(a.take("batch", false)));
  n.set("smooth_numerator", node_of(a.take("smooth_nr", 1e-5)));
  n.set("smooth_denominator", node_of(a.take("smooth_dr", 1e-5)));
  const std::string reduction = a.take("reduction", "mean");
  plan.elements = reduction == "none";
  n.set("reduction", Node(plan.elements ? "sum" : reduction));
  return {};
}

std::optional<std::string> monai_dice(Arguments& a, const Json& record, ReferenceLoss& plan) {
  plan.loss.set("squared", node_of(a.take("squared_pred", false)));
  plan.loss.set("jaccard", node_of(a.take("jaccard", false)));
  plan.loss.set("floor", Node(0.0));
  return monai_overlap(a, record, "dice", plan);
}

std::optional<std::string> monai_tversky(Arguments& a, const Json& record, ReferenceLoss& plan) {
  plan.loss.set("alpha", node_of(a.take("alpha", 0.5)));
  plan.loss.set("beta", node_of(a.take("beta", 0.5)));
  plan.loss.set("floor", Node(0.0));
  return monai_overlap(a, record, "tversky", plan);
}

std::optional<std::string> monai_generalized_dice(Arguments& a, const Json& record,
                                                  ReferenceLoss& plan) {
  plan.loss.set("weighting", node_of(a.take("w_type", "square")));
  plan.loss.set("ratio_of", Node(monai_before(record, 1, 3) ? "each_class" : "all_classes"));
  return monai_overlap(a, record, "generalized_dice", plan);
}

std::optional<std::string> monai_dice_ce(Arguments& a, const Json& record, ReferenceLoss& plan) {
  const double dice_weight = a.take("lambda_dice", 1.0), ce_weight = a.take("lambda_ce", 1.0);
  const Json weights = a.take("ce_weight", Json::array());
  if (const auto reason = monai_dice(a, record, plan)) return reason;
  if (plan.elements) return "elements of a sum of losses";
  // MONAI takes the softmax of a single channel here, so that its cross-entropy is 0 whatever the
  // logits.
  Node::List terms{term(plan.loss, dice_weight)};
  if (!is_single_channel(record)) {
    Node ce(Node::Map{});
    ce.set("name", Node("cross_entropy"));
    ce.set("weights", node_of(weights.is_null() ? Json::array() : weights));
    const Node* reduction = plan.loss.find("reduction");
    if (*reduction->get_if<std::string>() == "sum") ce.set("reduction", Node("sum"));
    terms.push_back(term(ce, ce_weight));
  }
  plan.loss = sum_of(std::move(terms));
  return {};
}

// MONAI averages over voxels in any case; `weight` leaves out a background that is not counted, and
// from 1.4 on does nothing to a single channel.
std::optional<std::string> monai_focal(Arguments& a, const Json& record, ReferenceLoss& plan) {
  a.take("to_onehot_y", false);
  Node& n = plan.loss;
  const bool single = is_single_channel(record);
  const bool background = a.take("include_background", true).get<bool>() || single;
  const bool softmax = a.take("use_softmax", false).get<bool>() && !single;
  const std::int64_t classes = size_of(record, 1) - (background ? 0 : 1);
  if (softmax && classes == 1) return "the softmax of one channel";
  plan.in_float32 = true;
  n.set("name", Node("focal"));
  n.set("activation", Node(softmax ? "softmax" : "sigmoid"));
  n.set("include_background", Node(background));
  n.set("gamma", node_of(a.take("gamma", 2.0)));
  const Json alpha = a.take("alpha", nullptr);
  if (!alpha.is_null() && !(softmax && !background)) n.set("alpha", node_of(alpha));
  if (const Json w = a.take("weight", nullptr);
      !w.is_null() && (!single || monai_before(record, 1, 4))) {
    Node::List weights;
    if (!background || single) weights.emplace_back(1.0);
    for (std::int64_t c = 0; c < classes; ++c)
      weights.push_back(node_of(w.is_array() ? w.at(static_cast<std::size_t>(c)) : w));
    n.set("weights", Node(std::move(weights)));
  }
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction == "sum" ? "class_sum" : "mean"));
  if (reduction == "sum") plan.scale *= static_cast<double>(size_of(record, 0));
  if (reduction == "mean" && softmax) plan.scale /= static_cast<double>(classes);
  return {};
}

// A loss of overlaps plus the focal loss of each class by itself.
template <class Overlap>
std::optional<std::string> monai_with_focal(Arguments& a, const Json& record, Overlap overlap,
                                            const char* overlap_weight, ReferenceLoss& plan) {
  const double first = a.take(overlap_weight, 1.0), second = a.take("lambda_focal", 1.0);
  Json focal_arguments = Json::object();
  focal_arguments["gamma"] = a.take("gamma", 2.0);
  focal_arguments["weight"] = a.take("focal_weight", nullptr);
  ReferenceLoss focal;
  if (const auto reason = overlap(a, record, plan)) return reason;
  if (plan.elements) return "elements of a sum of losses";
  for (const char* same : {"include_background", "reduction"}) {
    const Node& value = *plan.loss.find(same);
    if (const auto* flag = value.get_if<bool>()) focal_arguments[same] = *flag;
    if (const auto* text = value.get_if<std::string>()) focal_arguments[same] = *text;
  }
  Arguments b(focal_arguments);
  if (const auto reason = monai_focal(b, record, focal)) return reason;
  plan.loss = sum_of({term(plan.loss, first), term(focal.loss, second * focal.scale)});
  plan.in_float32 = focal.in_float32;
  return {};
}

}  // namespace

std::optional<std::string> monai_loss(const std::string& loss, Arguments& a, const Json& record,
                                      ReferenceLoss& plan) {
  if (loss == "DiceLoss") return monai_dice(a, record, plan);
  if (loss == "DiceCELoss") return monai_dice_ce(a, record, plan);
  if (loss == "GeneralizedDiceLoss") return monai_generalized_dice(a, record, plan);
  if (loss == "TverskyLoss") return monai_tversky(a, record, plan);
  if (loss == "FocalLoss") return monai_focal(a, record, plan);
  if (loss == "DiceFocalLoss") return monai_with_focal(a, record, monai_dice, "lambda_dice", plan);
  if (loss == "GeneralizedDiceFocalLoss")
    return monai_with_focal(a, record, monai_generalized_dice, "lambda_gdl", plan);
  return "no such loss here";
}

}  // namespace myoseg::testing

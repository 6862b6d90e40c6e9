#include "tests/losses/reference_loss.h"

#include "tests/testing/arguments.h"

namespace myoseg::testing {
namespace {

Node node_of(const Json& value) {
  if (value.is_boolean()) return Node(value.get<bool>());
  if (value.is_number_integer()) return Node(value.get<std::int64_t>());
  if (value.is_number()) return Node(value.get<double>());
  if (value.is_string()) return Node(value.get<std::string>());
  if (!value.is_array()) return {};
  Node::List list;
  for (const Json& item : value) list.push_back(node_of(item));
  return Node(std::move(list));
}

bool is_single_channel(const Json& record) { return record.at("logits").at("shape").at(1) == 1; }

Node term(Node loss, double weight) {
  loss.set("weight", Node(weight));
  return loss;
}

// Each returns a reason when the call cannot be expressed.
std::optional<std::string> monai_dice(Arguments& a, const Json& record, ReferenceLoss& plan) {
  const bool sigmoid = a.take("sigmoid", false), softmax = a.take("softmax", false);
  a.take("to_onehot_y", false);
  if (!sigmoid && (!softmax || is_single_channel(record)))
    return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node("dice"));
  n.set("activation", Node(sigmoid ? "sigmoid" : "softmax"));
  n.set("include_background", node_of(a.take("include_background", true)));
  n.set("batch", node_of(a.take("batch", false)));
  n.set("squared", node_of(a.take("squared_pred", false)));
  n.set("jaccard", node_of(a.take("jaccard", false)));
  n.set("smooth_numerator", node_of(a.take("smooth_nr", 1e-5)));
  n.set("smooth_denominator", node_of(a.take("smooth_dr", 1e-5)));
  n.set("floor", Node(0.0));
  const std::string reduction = a.take("reduction", "mean");
  plan.elements = reduction == "none";
  n.set("reduction", Node(plan.elements ? "sum" : reduction));
  return {};
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
  plan.loss = Node(Node::Map{});
  plan.loss.set("name", Node("sum"));
  plan.loss.set("terms", Node(std::move(terms)));
  return {};
}

// smp's Dice and Jaccard: sums over the batch, one smoothing term, classes without truth add
// nothing.
std::optional<std::string> smp_overlap(Arguments& a, bool jaccard, ReferenceLoss& plan) {
  const std::string mode = a.take("mode", "");
  const double factor = jaccard ? 2 : 1;  // our Jaccard has twice its numerator and denominator
  const double smooth = factor * a.take("smooth", 0.0).get<double>();
  const double eps = factor * a.take("eps", 1e-7).get<double>();
  if (!a.take("from_logits", true).get<bool>()) return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node("dice"));
  n.set("activation", Node(mode == "multiclass" ? "softmax" : "sigmoid"));
  n.set("batch", Node(true));
  n.set("jaccard", Node(jaccard));
  n.set("smooth_numerator", Node(smooth));
  n.set("smooth_denominator", Node(smooth));
  n.set("floor", Node(eps));
  n.set("absent_classes", Node("zero"));
  n.set("log", node_of(a.take("log_loss", false)));
  if (const Json classes = a.take("classes", nullptr); !classes.is_null())
    n.set("classes", node_of(classes));
  if (const Json ignored = a.take("ignore_index", nullptr); !ignored.is_null())
    n.set("ignore_label", node_of(ignored));
  return {};
}

// smp masks ignored voxels but divides by the number of all.
void ignore_as_smp(const Json& ignored, const Json& record, ReferenceLoss& plan) {
  if (ignored.is_null()) return;
  plan.loss.set("ignore_label", node_of(ignored));
  const Node* reduction = plan.loss.find("reduction");
  if (reduction != nullptr && *reduction->get_if<std::string>() == "sum") return;
  plan.loss.set("reduction", Node("sum"));
  for (const Json& size : record.at("target").at("shape")) plan.scale /= size.get<double>();
}

std::optional<std::string> cross_entropy(Arguments& a, const Json& record, bool smp,
                                         ReferenceLoss& plan) {
  if (is_single_channel(record)) return "the softmax of one channel";
  Node& n = plan.loss;
  n.set("name", Node("cross_entropy"));
  if (const Json w = a.take("weight", nullptr); !w.is_null()) n.set("weights", node_of(w));
  const Json smoothing = a.take(smp ? "smooth_factor" : "label_smoothing", 0.0);
  n.set("label_smoothing", smoothing.is_null() ? Node(0.0) : node_of(smoothing));
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction == "sum" ? "sum" : "weighted_mean"));
  const Json ignored = a.take("ignore_index", -100);
  smp ? ignore_as_smp(ignored, record, plan) : void(n.set("ignore_label", node_of(ignored)));
  return {};
}

// Cross-entropy of a single channel. Smoothing by f moves both targets by f; ours spreads a share
// over two classes.
std::optional<std::string> binary_cross_entropy(Arguments& a, const Json& record,
                                                ReferenceLoss& plan) {
  if (!is_single_channel(record)) return "a sigmoid per class";
  Node& n = plan.loss;
  n.set("name", Node("cross_entropy"));
  const Json smoothing = a.take("smooth_factor", nullptr);
  n.set("label_smoothing", Node(smoothing.is_null() ? 0.0 : 2 * smoothing.get<double>()));
  if (const Json w = a.take("pos_weight", nullptr); !w.is_null())
    n.set("weights", Node(Node::List{Node(1.0), Node((w.is_array() ? w.at(0) : w).get<double>())}));
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction));
  ignore_as_smp(a.take("ignore_index", nullptr), record, plan);
  return {};
}

}  // namespace

std::optional<std::string> reference_loss(const Json& c, const Json& record, ReferenceLoss& plan) {
  Arguments a(c.at("kwargs"));
  const std::string name =
      c.at("library").get<std::string>() + "." + c.at("loss").get<std::string>();
  std::optional<std::string> reason = "no such loss here";
  if (name == "monai.DiceLoss") reason = monai_dice(a, record, plan);
  if (name == "monai.DiceCELoss") reason = monai_dice_ce(a, record, plan);
  if (name == "smp.DiceLoss") reason = smp_overlap(a, false, plan);
  if (name == "smp.JaccardLoss") reason = smp_overlap(a, true, plan);
  if (name == "torch.CrossEntropyLoss") reason = cross_entropy(a, record, false, plan);
  if (name == "smp.SoftCrossEntropyLoss") reason = cross_entropy(a, record, true, plan);
  if (name == "torch.BCEWithLogitsLoss" || name == "smp.SoftBCEWithLogitsLoss")
    reason = binary_cross_entropy(a, record, plan);
  if (!reason && !a.left().empty()) reason = "argument " + a.left();
  return reason;
}

}  // namespace myoseg::testing

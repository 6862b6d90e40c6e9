#include "core/config/sweep/sweep.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/config/compose/hydra.h"
#include "core/config/override/override.h"
#include "core/config/sweep/samples.h"
#include "core/config/sweep/skip.h"
#include "core/config/sweep/values.h"
#include "core/names.h"
#include "core/random.h"

namespace myoseg {
namespace {

// Slots that advance together; the product is taken over these.
struct Axis {
  std::vector<std::size_t> slots;
  std::size_t length = 0;
};

class Expansion {
 public:
  Expansion(SweepPlan& plan, const SweepRules& rules) : plan_(plan), rules_(rules) {}

  void run(const std::vector<std::string>& overrides) {
    for (const std::string& text : parameters()) place(parse_parameter(text));
    for (const std::string& text : overrides) place(parse_override(text));
    fill();
    make_axes();
    make_jobs();
  }

 private:
  // `hydra.sweeper.params` as overrides.
  std::vector<std::string> parameters() {
    const Node params = resolved_value(plan_.master, {"hydra", "sweeper", "params"});
    std::vector<std::string> texts;
    if (const auto* map = params.get_if<Node::Map>())
      for (const auto& [key, value] : *map) {
        const auto* text = value.get_if<std::string>();
        texts.push_back(key + '=' + (text != nullptr ? *text : value_of(value).text));
        origins_.push_back(value.origin);
      }
    return texts;
  }

  Override parse_parameter(const std::string& text) {
    const Origin origin = origins_.front();
    origins_.erase(origins_.begin());
    try {
      return parse_override(text);
    } catch (const ConfigError& error) {
      throw ConfigError(error.fault(), origin.text() + ": " + error.what(), error.key());
    }
  }

  void place(Override given) {
    if (is_for_hydra(given)) {
      if (given.sweep) throw sweep_over_hydra(given);
      plan_.hydra_overrides.push_back(given.text);
      return;
    }
    const std::string key = given.key_element();
    const bool replaces =
        given.op != Override::Op::append && given.op != Override::Op::remove_items;
    for (SweepSlot& slot : slots_)
      if (replaces && slot.given.key_element() == key) {
        slot.given = std::move(given);
        return;
      }
    slots_.push_back({std::move(given), {}});
  }

  void fill() {
    std::vector<Override> intervals;
    for (SweepSlot& slot : slots_) {
      if (slot.interval()) {
        intervals.push_back(slot.given);
        continue;
      }
      slot.values = values_of(slot.given, plan_.master.search_path);
      if (slot.values.empty() && !slot.swept()) slot.values.push_back({"", Node()});  // ~key
      if (slot.swept() && slot.given.sweep->shuffle) shuffle(slot);
      if (slot.values.empty() && plan_.no_jobs.empty())
        plan_.no_jobs = why_empty(slot.given, plan_.master.search_path);
    }
    if (intervals.empty()) return;
    const auto samples = sample_intervals(intervals, rules_);
    auto next = samples.begin();
    for (SweepSlot& slot : slots_)
      if (slot.interval())
        for (const Node& value : *next++) slot.values.push_back(value_of(value));
  }

  void shuffle(SweepSlot& slot) const {
    Random random(rules_.seed, "shuffle " + slot.given.group_key());
    std::vector<SweepValue> mixed;
    for (const std::size_t i : random.permutation(slot.values.size()))
      mixed.push_back(slot.values[i]);
    slot.values = std::move(mixed);
  }

  void make_axes() {
    std::map<std::string, std::size_t> sets;
    std::optional<std::size_t> intervals;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const SweepSlot& slot = slots_[i];
      std::optional<std::size_t> joins;
      if (slot.interval()) {
        joins = intervals;
        if (!intervals) intervals = axes_.size();
      } else if (slot.swept() && slot.given.sweep->zip) {
        const auto [set, is_new] = sets.emplace(*slot.given.sweep->zip, axes_.size());
        if (!is_new) joins = set->second;
      }
      if (joins)
        axes_[*joins].slots.push_back(i);
      else
        axes_.push_back({{i}, slot.values.size()});
    }
    for (const Axis& axis : axes_) check_lengths(axis);
  }

  void check_lengths(const Axis& axis) const {
    std::vector<std::string> lengths;
    bool same = true;
    for (const std::size_t i : axis.slots) {
      const SweepSlot& slot = slots_[i];
      lengths.push_back(fmt::format("{} has {}", slot.given.key_element(), slot.values.size()));
      same = same && slot.values.size() == axis.length;
    }
    if (!same)
      throw usage_error(
          "zip(): keys that advance in step need equally many values, but {}; "
          "group=NAME as last argument puts zips in separate sets",
          join(lengths));
  }

  void make_jobs() {
    for (const SweepSlot& slot : slots_)
      if (slot.swept()) plan_.keys.push_back(slot.given.key_element());
    std::size_t count = 1;
    for (const Axis& axis : axes_) {
      count *= axis.length;
      if (count > kMostJobs)
        throw usage_error("the sweep over {} has more than {} jobs", join(plan_.keys), kMostJobs);
    }
    const SkipRules skip(rules_.skip, slots_);
    for (std::size_t job = 0; job < count; ++job) add_job(job, skip);
    if (count > 0 && plan_.jobs.empty())
      plan_.no_jobs = "sweep.skip leaves none of the " + std::to_string(count) + " combinations";
  }

  void add_job(std::size_t job, const SkipRules& skip) {
    std::vector<const SweepValue*> chosen(slots_.size());
    for (std::size_t a = axes_.size(); a-- > 0; job /= axes_[a].length)
      for (const std::size_t i : axes_[a].slots)
        chosen[i] = &slots_[i].values[job % axes_[a].length];
    if (skip.drops(chosen)) return;
    std::vector<std::string> texts;
    std::vector<Node> point;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const Override& given = slots_[i].given;
      const bool bare = !given.value && !given.sweep;  // ~key
      texts.push_back(bare ? given.key_element() : given.key_element() + '=' + chosen[i]->text);
      if (slots_[i].swept()) point.push_back(chosen[i]->value);
    }
    plan_.jobs.push_back(std::move(texts));
    plan_.points.push_back(std::move(point));
  }

  SweepPlan& plan_;
  const SweepRules& rules_;
  std::vector<Origin> origins_;  // of the parameters not parsed yet
  std::vector<SweepSlot> slots_;
  std::vector<Axis> axes_;
};

ComposeRequest master_request(const ComposeRequest& request) {
  ComposeRequest master = request;
  master.sweep_master = true;
  master.resolve = false;
  return master;
}

}  // namespace

SweepPlan expand_sweep(const ComposeRequest& master, const SweepRules& rules) {
  SweepPlan plan;
  plan.master = compose(master_request(master));
  Expansion(plan, rules).run(master.overrides);
  return plan;
}

void require_jobs(const SweepPlan& plan) {
  if (!plan.no_jobs.empty()) throw usage_error("nothing to run: {}", plan.no_jobs);
}

ComposeRequest job_request(const ComposeRequest& master, const SweepPlan& plan, std::size_t job) {
  ComposeRequest request = master;
  request.overrides = plan.hydra_overrides;
  request.overrides.insert(request.overrides.end(), plan.jobs.at(job).begin(),
                           plan.jobs.at(job).end());
  request.sweep_master = false;
  request.job_number = static_cast<int>(job);
  request.now = plan.master.now;
  request.cwd = plan.master.cwd;
  return request;
}

bool asks_for_sweep(const ComposeRequest& request) {
  try {
    const Composition master = compose(master_request(request));
    const Node* mode = master.hydra.find("mode");
    const auto* text = mode == nullptr ? nullptr : mode->get_if<std::string>();
    return text != nullptr && *text == "MULTIRUN";
  } catch (const ConfigError&) {
    return false;  // composing for good reports it
  }
}

}  // namespace myoseg

// Which process of several this is, from what each launcher sets.
#include "models/runtime/ranks.h"

#include <gtest/gtest.h>

#include <map>

#include "core/error.h"

namespace myoseg {
namespace {

using Variables = std::map<std::string, std::string>;

Ranks ranks(const Variables& variables) {
  return ranks_from([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string complaint(const Variables& variables) {
  try {
    (void)ranks(variables);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
}

TEST(Ranks, WithoutVariablesAProcessIsAlone) {
  EXPECT_EQ(ranks({}).size, 1);
  EXPECT_EQ(ranks({}).rank, 0);
}

TEST(Ranks, OfTorchrun) {
  const Ranks r = ranks({{"RANK", "5"},
                         {"WORLD_SIZE", "8"},
                         {"LOCAL_RANK", "1"},
                         {"MASTER_ADDR", "node3"},
                         {"MASTER_PORT", "29500"},
                         {"TORCHELASTIC_USE_AGENT_STORE", "True"}});
  EXPECT_EQ(r.rank, 5);
  EXPECT_EQ(r.size, 8);
  EXPECT_EQ(r.local, 1);
  EXPECT_EQ(r.address, "node3");
  EXPECT_EQ(r.port, 29500);
  EXPECT_TRUE(r.served);
}

TEST(Ranks, OfSrun) {
  const Ranks r = ranks({{"SLURM_PROCID", "3"},
                         {"SLURM_NTASKS", "4"},
                         {"SLURM_LOCALID", "1"},
                         {"SLURM_STEP_ID", "0"},
                         {"SLURM_STEP_NUM_TASKS", "4"},
                         {"SLURM_JOB_ID", "123456"},
                         {"SLURM_STEP_NODELIST", "gpu[07-09,12]"}});
  EXPECT_EQ(r.rank, 3);
  EXPECT_EQ(r.size, 4);
  EXPECT_EQ(r.local, 1);
  EXPECT_EQ(r.address, "gpu07");
  EXPECT_EQ(r.port, 23456);
}

// It sees the numbers of the whole job, and would wait for the others for ever.
TEST(Ranks, AProgramInABatchScriptIsAlone) {
  EXPECT_EQ(ranks({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_JOB_ID", "7"}}).size, 1);
}

TEST(Ranks, OfMpirun) {
  const Ranks open = ranks({{"OMPI_COMM_WORLD_RANK", "1"},
                            {"OMPI_COMM_WORLD_SIZE", "2"},
                            {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                            {"MASTER_PORT", "4000"}});
  EXPECT_EQ(open.rank, 1);
  EXPECT_EQ(open.local, 1);
  EXPECT_EQ(open.address, "127.0.0.1");
  const Ranks mpich = ranks({{"PMI_RANK", "2"}, {"PMI_SIZE", "3"}, {"MASTER_PORT", "4000"}});
  EXPECT_EQ(mpich.rank, 2);
  EXPECT_EQ(mpich.size, 3);
}

TEST(Ranks, WhatIsMissingOrWrongIsNamed) {
  EXPECT_NE(complaint({{"RANK", "0"}}).find("WORLD_SIZE"), std::string::npos);
  EXPECT_NE(complaint({{"RANK", "0"}, {"WORLD_SIZE", "2"}}).find("MASTER_PORT"), std::string::npos);
  EXPECT_NE(complaint({{"RANK", "x"}, {"WORLD_SIZE", "2"}}).find("RANK='x'"), std::string::npos);
  EXPECT_NE(
      complaint({{"RANK", "2"}, {"WORLD_SIZE", "2"}, {"MASTER_PORT", "1"}}).find("rank 2 of 2"),
      std::string::npos);
}

TEST(Ranks, TheFirstNodeOfAList) {
  EXPECT_EQ(first_node("node1"), "node1");
  EXPECT_EQ(first_node("node1,node2"), "node1");
  EXPECT_EQ(first_node("node[07-09,12]"), "node07");
  EXPECT_EQ(first_node("a,node[07-09]"), "a");
}

}  // namespace
}  // namespace myoseg

#!/usr/bin/env bash
# A real SLURM of one machine in a folder of its own, and the slurm launcher on it: a sweep by every launcher, each killed
# half-way and asked again; jobs killed at random; a lost node; a time limit shorter than a training. Needs root, for
# SLURM's daemons; takes about half an hour on two idle cores, less with MODELS=unet: scripts/test_slurm.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(realpath -m "${1:-/tmp/myoseg-slurm}")
myoseg=${MYOSEG_PROGRAM:-$PWD/build/release/myoseg}
[[ -x $myoseg ]] || myoseg=$PWD/build/ci/myoseg
[[ -x $myoseg ]] || { echo "test_slurm: build myoseg first, scripts/build.sh" >&2 && exit 1; }
((EUID == 0)) || { echo "test_slurm: SLURM's daemons are started as root" >&2 && exit 1; }
packages=(slurmctld slurmd slurm-client munge slurm-wlm-basic-plugins)
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == "install ok installed" ]] && continue
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  break
done

rm -rf "$work"
mkdir -p "$work"/slurm/{munge,state,spool}
slurm=$work/slurm host=$(hostname -s)
cores=$(nproc)
export SLURM_CONF=$slurm/slurm.conf

start_slurm() {
  chmod 0755 "$slurm/munge"
  head -c 1024 /dev/urandom >"$slurm/munge/key" && chmod 0600 "$slurm/munge/key"
  munged --force --key-file="$slurm/munge/key" --socket="$slurm/munge/socket" --pid-file="$slurm/munge/pid" \
    --log-file="$slurm/munge/log" --seed-file="$slurm/munge/seed"
  cat >"$SLURM_CONF" <<CONF
ClusterName=myoseg
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
SlurmctldPort=17817
SlurmdPort=17818
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=10
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=2000
PartitionName=debug Nodes=ALL Default=YES State=UP MaxTime=60
CONF
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF" -N "$host"
  wait_for_node
}
wait_for_node() {
  for _ in $(seq 60); do
    [[ $(sinfo -h -o %T 2>/dev/null) =~ ^(idle|mixed|allocated) ]] && return
    sleep 1
  done
  echo "test_slurm: the node did not come up; see $slurm/slurmctld.log" >&2
  exit 1
}
stop_slurm() {
  scancel --user="$(id -u)" 2>/dev/null || true
  sleep 1
  local pid
  for pid in "$slurm"/slurmd.pid "$slurm"/slurmctld.pid "$slurm"/munge/pid; do
    [[ ! -s $pid ]] || kill "$(<"$pid")" 2>/dev/null || true
  done
}
trap stop_slurm EXIT

failures=0
check() {  # check WORDS COMMAND...
  if "${@:2}"; then echo "ok      $1"; else
    echo "FAILED  $1"
    failures=$((failures + 1))
  fi
}

tiny=(experiment=kreher2022 preset=quick cohort.subjects=9 'preprocess.size=[64,64]' validation.folds=3 train.epochs=2
  runtime.threads=1 loader.threads=0)
sweep=(run -m "${tiny[@]}" "model=${MODELS:-unet,manet,unetplusplus}" seed=1,2)
run_in() {  # run_in NAME ARGUMENTS...: with folders of its own
  MYOSEG_RUNS=$work/$1/runs MYOSEG_CACHE=$work/$1/cache "$myoseg" "${@:2}" >>"$work/$1.log" 2>&1
}
# Killed after so many seconds, at whatever it was.
killed_in() {
  run_in "$2" "${@:3}" &
  local job=$!
  sleep "$1"
  kill -KILL "$(pgrep -P $job -f myoseg || echo $job)" 2>/dev/null || true
  wait $job 2>/dev/null || true
}
# What must not differ between launchers: every run's scores, and the sweep's table but for time and memory.
results_of() {
  (cd "$work/$1/runs" && for run in */scores.csv; do echo "$run" && cat "$run"; done | sort)
}
same_results() { diff <(results_of "$1") <(results_of "$2") >"$work/$1-$2.diff"; }
submitted() { find "$work/$1/runs/queue" -name '*.sh' | wc -l; }
jobs_of() { pgrep -f "run --rerun $work/$1/runs" || true; }
all_done() { run_in "$1" runs && ! MYOSEG_RUNS=$work/$1/runs "$myoseg" runs format=csv | tail -n +2 | grep -qv ',done,'; }

start_slurm
echo "SLURM $(sinfo --version | cut -d' ' -f2) on $cores cores; folder $work"

killed_in 25 serial "${sweep[@]}"
run_in serial "${sweep[@]}"
check "serial, killed half-way and asked again" all_done serial
killed_in 25 local "${sweep[@]}" launcher=local launcher.workers=2
run_in local "${sweep[@]}" launcher=local launcher.workers=2
check "local gives what serial gives" same_results serial local

slurm_options=(launcher=slurm launcher.cores=1 launcher.look_every=1)
killed_in 20 slurm "${sweep[@]}" "${slurm_options[@]}"
before=$(squeue -h -r | wc -l)
killed_in 3 slurm "${sweep[@]}" "${slurm_options[@]}"
check "asked again, nothing is submitted twice" test "$(squeue -h -r | wc -l)" -le "$before"
run_in slurm "${sweep[@]}" "${slurm_options[@]}"
check "slurm gives what serial gives" same_results serial slurm

# Jobs killed at random; the same command until all is done.
run_in random "${sweep[@]}" "${slurm_options[@]}" launcher.wait=false
for _ in $(seq 12); do
  sleep 4
  mapfile -t pids < <(jobs_of random)
  ((${#pids[@]} == 0)) || kill -KILL "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null || true
done
run_in random "${sweep[@]}" "${slurm_options[@]}" || true
check "a job that was killed is told of" grep -q "ended as FAILED, exit code" "$work/random.log"
for _ in 1 2 3; do run_in random "${sweep[@]}" "${slurm_options[@]}" && break; done
check "after jobs were killed at random the results are the same" same_results serial random

# The node is lost while jobs run: SLURM puts them back, and they go on.
run_in node "${sweep[@]}" "${slurm_options[@]}" launcher.wait=false
sleep 20
mapfile -t pids < <(jobs_of node)
kill -KILL "$(<"$slurm/slurmd.pid")" "${pids[@]}" 2>/dev/null || true
scontrol update nodename="$host" state=down reason=lost
sleep 3
slurmd -f "$SLURM_CONF" -N "$host"
scontrol update nodename="$host" state=resume 2>/dev/null || true
wait_for_node
for _ in 1 2 3; do run_in node "${sweep[@]}" "${slurm_options[@]}" && break; done
check "after a lost node the results are the same" same_results serial node

# A training that needs several allocations.
long=(train "${tiny[@]}" model=unet fold=0 train.epochs=150)
run_in whole "${long[@]}"
run_in limit "${long[@]}" "${slurm_options[@]}" launcher.time=0:02:00 launcher.warning=45
weights() { sha256sum "$work/$1"/runs/*/fold_0/best.safetensors | cut -d' ' -f1; }
check "a time limit put it back to the queue" grep -q "back to the queue" "$work"/limit/runs/*/logs/train_0.log
check "and it went on to the same bits" test "$(weights whole)" = "$(weights limit)"

echo "$failures failed"
exit $((failures > 0))

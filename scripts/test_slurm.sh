#!/usr/bin/env bash
# A real SLURM of one machine in a folder of its own, and the slurm launcher on it: three models, two seeds and three folds
# by every launcher, each killed and asked again; jobs killed at random; a lost node; a time limit shorter than a training.
# Needs root, for SLURM's daemons, and a quarter of an hour: scripts/test_slurm.sh [FOLDER]. Ends with 77 where it cannot run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(realpath -m "${1:-/tmp/myoseg-slurm}")
myoseg=${MYOSEG_PROGRAM:-$PWD/build/release/myoseg}
[[ -x $myoseg ]] || myoseg=$PWD/build/ci/myoseg
[[ -x $myoseg ]] || { echo "test_slurm: build myoseg first, scripts/build.sh" >&2 && exit 1; }
((EUID == 0)) || { echo "test_slurm: SLURM's daemons are started as root" >&2 && exit 77; }
packages=(slurmctld slurmd slurm-client munge slurm-wlm-basic-plugins)
dpkg-query -W "${packages[@]}" >/dev/null 2>&1 || {
  echo "test_slurm: apt-get install --no-install-recommends ${packages[*]}" >&2
  exit 77
}

rm -rf "$work"
mkdir -p "$work"/slurm/{munge,state,spool} "$work/slow"
slurm=$work/slurm host=$(hostname -s)
cores=$(nproc)
export SLURM_CONF=$slurm/slurm.conf

# Without accounting, as many small clusters are; finished.txt is what this script counts by.
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
AuthInfo=socket=$slurm/munge/socket,cred_expire=20
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
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=2,batch_sched_delay=0
JobCompType=jobcomp/filetxt
JobCompLoc=$slurm/finished.txt
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
    [[ $(sinfo -h -o %T 2>/dev/null) =~ ^(idle|mixed|allocated)$ ]] && return
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
  sleep 3
  pkill -KILL -f "^(slurmd|slurmctld) -f $SLURM_CONF" || true
}
trap stop_slurm EXIT

failures=0
check() { # check WORDS COMMAND...
  if "${@:2}"; then echo "ok      $1 ($SECONDS s)"; else
    echo "FAILED  $1 ($SECONDS s)"
    failures=$((failures + 1))
  fi
}

tiny=(experiment=kreher2022 preset=quick 'analyses=[]' cohort.subjects=6 cohort.size=64 'preprocess.size=[32,32]'
  validation.folds=3 train.epochs=8 'metrics=[dice]' 'report.metrics=[dice]' report.case_overlays=0
  model.encoder.name=resnet18 model.encoder.width=4 'model.decoder_channels=[8,8,4,4,4]' runtime.threads=1 loader.threads=0)
sweep=(run -m "${tiny[@]}" model=encoder_unet,manet,unetplusplus seed=1,2)
part=(run -m "${tiny[@]}" model=manet seed=1,2)
jobs=56 # a cohort for each seed; six times prepare, score, report, and three times train and predict
slurm_options=(launcher=slurm launcher.cores=1 launcher.look_every=1)

run_in() { # run_in NAME ARGUMENTS...: with folders of its own
  MYOSEG_RUNS=$work/$1/runs MYOSEG_CACHE=$work/$1/cache "$myoseg" "${@:2}" >>"$work/$1.log" 2>&1
}
done_in() { find "$work/$1/runs" -name prepared.json -o -name trained.json -o -name predicted.json -o -name scored.json \
  -o -name reported.json 2>/dev/null | sort; }
# Killed as soon as a command holds.
killed_when() { # killed_when CONDITION NAME ARGUMENTS...
  MYOSEG_RUNS=$work/$2/runs MYOSEG_CACHE=$work/$2/cache "$myoseg" "${@:3}" >>"$work/$2.log" 2>&1 &
  local job=$!
  until eval "$1" || ! kill -0 $job 2>/dev/null; do sleep 0.1; done
  kill -KILL $job 2>/dev/null || echo "        (it had ended before it was killed)"
  wait $job 2>/dev/null || true
}
many_done() { (($(done_in "$1" | wc -l) >= $2)); }
# Asked again, what was done stays as it was, to the time of its files.
again_in() { # again_in NAME ARGUMENTS...
  done_in "$1" | xargs -d '\n' stat -c '%n %Y' >"$work/$1.before"
  run_in "$@" || return
  xargs -d '\n' stat -c '%n %Y' < <(cut -d' ' -f1 "$work/$1.before") | diff - "$work/$1.before" >"$work/$1.redone"
}
# What must not differ between launchers: every run's scores and tables, and the sweep's table but for time and memory.
results_of() { # results_of NAME RUN: by the hash that ends its folder's name
  (cd "$work/$1/runs/"*"-$2" && cat scores.csv summary.csv tables/*.csv)
}
same_results() { # same_results NAME OTHER: of every run of the other
  local run
  for run in "$work/$2"/runs/*/scores.csv; do
    run=$(dirname "$run") && run=${run##*-}
    diff <(results_of "$1" "$run") <(results_of "$2" "$run") >"$work/$1-$2-$run.diff" || return
  done
}
table_of() { cut -d, -f1-5,8- "$work/$1"/runs/sweeps/*/table.csv; }
same_tables() { same_results "$1" "$2" && diff <(table_of "$1") <(table_of "$2") >"$work/$1-$2.diff"; }
pids_of() { pgrep -f "run --rerun $work/$1/runs" || true; }
all_done() { ! MYOSEG_RUNS=$work/$1/runs "$myoseg" runs format=csv | tail -n +2 | grep -v ',done,'; }
finished() { grep -c "JobState=$1 " "$slurm/finished.txt" || true; }

start_slurm
echo "SLURM $(sinfo --version | cut -d' ' -f2) on $cores cores; folder $work"

killed_when 'many_done serial 25' serial "${sweep[@]}"
check "serial, killed half-way and asked again, does only what is missing" again_in serial "${sweep[@]}"
check "serial is done" all_done serial

killed_when 'many_done local 25' local "${sweep[@]}" launcher=local launcher.workers=2
check "local, killed half-way and asked again, does only what is missing" \
  again_in local "${sweep[@]}" launcher=local launcher.workers=2
check "local gives what serial gives" same_tables serial local

# Killed twice while it submits, by an sbatch that takes its time before and after; then while it waits.
cat >"$work/slow/sbatch" <<SBATCH
#!/bin/sh
sleep 1
$(command -v sbatch) "\$@"
sleep 1
SBATCH
chmod +x "$work/slow/sbatch"
arrays_of() { (($(find "$work/$1/runs/queue" -name '*.json' 2>/dev/null | wc -l) >= $2)); }
PATH=$work/slow:$PATH killed_when 'arrays_of slurm 2' slurm "${sweep[@]}" "${slurm_options[@]}"
PATH=$work/slow:$PATH killed_when 'sleep 1.5; arrays_of slurm 4' slurm "${sweep[@]}" "${slurm_options[@]}"
killed_when 'many_done slurm 25' slurm "${sweep[@]}" "${slurm_options[@]}"
check "slurm, killed while it submits and half-way and asked again, does only what is missing" \
  again_in slurm "${sweep[@]}" "${slurm_options[@]}"
check "slurm gives what serial gives" same_tables serial slurm
check "SLURM did every job once, none twice" test "$(finished COMPLETED) $(wc -l <"$slurm/finished.txt")" = "$jobs $jobs"

# Jobs killed at random; the same command until all is done.
run_in random "${part[@]}" "${slurm_options[@]}" launcher.wait=false
check "'myoseg runs' tells what is pending" grep -q pending <(MYOSEG_RUNS=$work/random/runs "$myoseg" runs)
killed=0
for _ in $(seq 600); do
  mapfile -t pids < <(pids_of random)
  ((${#pids[@]} == 0)) || { kill -KILL "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null && killed=$((killed + 1)); }
  ((killed < 6)) && [[ -n $(squeue -h) ]] || break
  sleep $((1 + RANDOM % 3))
done
echo "        $killed jobs killed"
check "'myoseg runs' tells of a job that was killed" \
  grep -q "ended as FAILED, exit code 137" <(MYOSEG_RUNS=$work/random/runs "$myoseg" runs format=csv)
for _ in 1 2 3; do run_in random "${part[@]}" "${slurm_options[@]}" && break; done
check "after jobs were killed at random the results are the same" same_results serial random

# The node is lost while jobs run: SLURM puts them back, and they go on.
run_in node "${part[@]}" "${slurm_options[@]}" launcher.wait=false
until many_done node 4 && [[ -n $(pids_of node) ]]; do sleep 0.2; done
mapfile -t pids < <(pids_of node)
kill -KILL "$(<"$slurm/slurmd.pid")" "${pids[@]}" 2>/dev/null || true
scontrol update nodename="$host" state=down reason=lost
sleep 3
slurmd -f "$SLURM_CONF" -N "$host"
scontrol update nodename="$host" state=resume 2>/dev/null || true
wait_for_node
check "after a lost node the same command completes" run_in node "${part[@]}" "${slurm_options[@]}"
check "and the results are the same" same_results serial node

# A training that needs several allocations: of a hundred seconds, however fast the machine is.
long=(train "${tiny[@]}" model=unetplusplus fold=0)
begin=$(date +%s%N)
run_in short "${long[@]}" train.epochs=100
epochs=$((100 * 100000 / (($(date +%s%N) - begin) / 1000000)))
long+=("train.epochs=$epochs")
run_in whole "${long[@]}" &
run_in limit "${long[@]}" "${slurm_options[@]}" launcher.time=0:02:00 launcher.warning=45 || true
wait $! || true
weights() { sha256sum "$work/$1"/runs/*/fold_0/best.safetensors | cut -d' ' -f1; }
echo "        $(grep -c 'back to the queue' "$work"/limit/runs/*/logs/train_0.log) times back to the queue"
check "a time limit put it back to the queue" grep -q "back to the queue" "$work"/limit/runs/*/logs/train_0.log
check "and it went on to the same bits" test "$(weights whole)" = "$(weights limit)"

echo "$failures failed"
exit $((failures > 0))

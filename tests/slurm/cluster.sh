#!/bin/bash
# A Slurm of two nodes on this machine, for the tests.
#   cluster.sh up DIR     starts it; all it writes is in DIR. Then SLURM_CONF=DIR/slurm.conf makes sbatch and the like use it.
#                         Ends with 77, and says why, where there is no Slurm or it does not start.
#   cluster.sh down DIR   ends its jobs and daemons, and removes DIR
# Root is not needed; without it, whoever started it alone can run jobs. Daemons are known by their files in DIR/run, and
# there is no other cluster whose ports or files are touched.
set -u
dir=${2:?cluster.sh up DIR, or cluster.sh down DIR} nodes="node1 node2"
PATH=$PATH:/usr/sbin:/sbin
export SLURM_CONF=$dir/slurm.conf

cannot() {
    echo "no Slurm to test with: $1"
    [ ! -s "${2:-}" ] || tail -n 5 "$2"
    [ ! -d "$dir/run" ] || down
    exit 77
}

# lives NAME: a process that is dead and not yet waited for has an empty command line, and kill -0 does not see that
lives() { local id; id=$(cat "$dir/run/$1.pid" 2>/dev/null) && [ -n "$(tr -d '\0' 2>/dev/null <"/proc/$id/cmdline")" ]; }

# until_it COMMAND...: wait until it is true, 20 s at most
until_it() {
    for _ in $(seq 400); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    return 1
}

stop() {
    lives "$1" || return 0
    kill "$(cat "$dir/run/$1.pid")"
    until_it is_gone "$1" || kill -9 "$(cat "$dir/run/$1.pid")"
}
is_gone() { ! lives "$1"; }

# Three ports in a row at which nobody listens. They are drawn, so that two clusters that start together do not meet.
find_ports() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        for k in 0 1 2; do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$((port + k))") 2>/dev/null || continue 2
        done
        echo $port
        return
    done
}

# Waits are short where a real cluster has minutes: after a requeue a task may start again when the credential of its first
# start has expired (cred_expire). No cgroups, no accounting: they need a machine that is set up for them.
write_configuration() {
    local port host user
    port=$(find_ports) host=$(uname -n) user=$(id -un)
    echo "CgroupPlugin=cgroup/v1" >"$dir/cgroup.conf" # never used; without this slurmd looks for a mount and dies
    cat >"$dir/slurm.conf" <<END
ClusterName=test
SlurmctldHost=${host%%.*}(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$dir/run/munge.sock,cred_expire=5
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/%n.pid
SlurmdSpoolDir=$dir/spool/%n
StateSaveLocation=$dir/state
SlurmctldLogFile=$dir/log/slurmctld
SlurmdLogFile=$dir/log/%n
TmpFS=$dir/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=1000
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MaxArraySize=1001
KillWait=10
MinJobAge=3600
SlurmctldTimeout=10
SlurmdTimeout=20
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=node1 NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=8 RealMemory=4000 State=UNKNOWN
NodeName=node2 NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=8 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=node[1-2] Default=YES MaxTime=INFINITE State=UP
END
}

are_idle() { [ "$(sinfo --noheader --Node --format=%T | grep -c idle)" = 2 ]; }

up() {
    for program in munged munge slurmctld slurmd sbatch srun; do
        command -v $program >/dev/null || cannot "$program is not installed"
    done
    umask 022
    mkdir -p "$dir"/{run,log,state,key} || exit 1
    for node in $nodes; do mkdir -p "$dir/spool/$node" "$dir/tmp/$node"; done
    chmod 700 "$dir/state" "$dir/key"
    [ ${#dir} -lt 80 ] || cannot "the path $dir is too long for a socket"
    write_configuration

    (umask 077 && head -c 128 /dev/urandom >"$dir/key/key")
    # --force: its socket need not be within everybody's reach
    munged --force --key-file="$dir/key/key" --socket="$dir/run/munge.sock" --pid-file="$dir/run/munged.pid" \
        --log-file="$dir/log/munged" --seed-file="$dir/key/seed" >"$dir/log/munged.start" 2>&1 ||
        cannot "munged does not start" "$dir/log/munged.start"
    until_it munge --no-input --socket="$dir/run/munge.sock" || cannot "munged does not answer" "$dir/log/munged"
    slurmctld -f "$SLURM_CONF" || cannot "slurmctld does not start" "$dir/log/slurmctld"
    for node in $nodes; do
        slurmd -f "$SLURM_CONF" -N "$node" || cannot "slurmd does not start" "$dir/log/$node"
    done
    until_it are_idle || cannot "the nodes do not come up" "$dir/log/slurmctld"
}

has_no_jobs() { [ -z "$(squeue --noheader --states=RUNNING,COMPLETING,CONFIGURING)" ]; }

# What belongs to this cluster's jobs: their environment has its configuration's name.
kill_jobs() {
    local file process
    for file in /proc/[0-9]*/environ; do
        process=${file#/proc/} process=${process%/environ}
        tr '\0' '\n' <"$file" 2>/dev/null | grep -qxF "SLURM_CONF=$SLURM_CONF" || continue
        if grep -qa '^slurmstepd' "/proc/$process/cmdline" || tr '\0' '\n' <"$file" | grep -q '^SLURM_JOB_ID='; then
            kill -9 "$process"
        fi
    done 2>/dev/null
}

down() {
    if lives slurmctld; then
        timeout 10 scancel --partition=main
        until_it has_no_jobs
    fi >/dev/null 2>&1
    for name in $nodes slurmctld; do stop "$name"; done
    kill_jobs
    stop munged
    rm -rf -- "$dir"
}

case $1 in
up) up ;;
down) [ ! -d "$dir/run" ] || down ;;
*)
    echo "cluster.sh: '$1' is neither up nor down" >&2
    exit 2
    ;;
esac

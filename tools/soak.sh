#!/bin/bash
# Runs every property-based test again and again, each round with a seed of its own,
# until the minutes are over: tools/soak.sh MINUTES [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:?usage: tools/soak.sh MINUTES [SEED]}
seed=${2:-$((RANDOM * 32768 + RANDOM))}
ends=$((SECONDS + minutes * 60))
round=0

while ((round == 0 || SECONDS < ends)); do
    echo "Round $((++round)), seed $seed (again: make soak MINUTES=0 SEED=$seed)"
    .venv/bin/pytest -q -n auto -m hypothesis \
        --hypothesis-profile=soak --hypothesis-seed="$seed"
    seed=$((seed + 1))
done
echo "$round rounds, nothing broke."

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh - the demonstration on http://localhost:8080: register extract, two campaigns opening
# now, people to sign in as, a payment gateway that takes test cards. Data lie in var/demo; remove
# that folder to start anew. A demonstration that this program cannot go on with (made by another
# one) is set aside. DEMO_PORT, DEMO_GATEWAY_PORT and DEMO_CARRIER_PORT choose others.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${DEMO_PORT:-8080}
gateway=${DEMO_GATEWAY_PORT:-8090}
carrier=${DEMO_CARRIER_PORT:-8092}
dir=${DEMO_DIR:-var/demo}
mkdir -p "$dir"
export MAILLON_DEMO=1 MAILLON_LISTEN="127.0.0.1:$port" MAILLON_BASE_URL="http://localhost:$port"
export MAILLON_DB=${MAILLON_DB:-sqlite:$dir/maillon.db} MAILLON_MAIL=${MAILLON_MAIL:-dir:$dir/mail}
export MAILLON_LOG_LEVEL=${MAILLON_LOG_LEVEL:-warn}
export MAILLON_PAY=lyra MAILLON_LYRA_SITE=12345678 MAILLON_LYRA_MODE=TEST
export MAILLON_LYRA_URL="http://localhost:$gateway/vads-payment/"
export MAILLON_LYRA_REST_URL="http://localhost:$gateway/api-payment"
# Keys of the stand-in: they open nothing.
export MAILLON_LYRA_KEY=1122334455667788 MAILLON_LYRA_PASSWORD=testpassword_DEMO

export MAILLON_CARRIER=colissimo MAILLON_COLISSIMO_CONTRACT=123456
export MAILLON_COLISSIMO_PASSWORD=testpassword_DEMO
export MAILLON_COLISSIMO_URL="http://localhost:$carrier/sls-ws/SlsServiceWSRest/2.0"
export MAILLON_COLISSIMO_FIND_URL="$MAILLON_COLISSIMO_URL/findLabel"
export MAILLON_SENDER_COMPANY="Plateforme de démonstration"
export MAILLON_SENDER_STREET="1 rue du Dépôt" MAILLON_SENDER_POSTAL_CODE=69007
export MAILLON_SENDER_CITY=Lyon

if [ -f "$dir/maillon.db" ] && ! build/maillon db migrate > "$dir/prepare.log" 2>&1; then
    old=$dir.$(date +%Y%m%d-%H%M%S)
    mv "$dir" "$old"
    mkdir -p "$dir"
    echo "  The demonstration of another program was set aside in $old; a new one is made."
fi
build/maillon db migrate > "$dir/prepare.log"
build/maillon registry import --units demo/sirene/StockUniteLegale_extrait.csv.gz \
    --establishments demo/sirene/StockEtablissement_extrait.csv.gz >> "$dir/prepare.log"
for campaign in masques-pme:outre-mer aura:; do
    slug=${campaign%%:*}
    build/maillon campaign show "$slug" > /dev/null 2>&1 ||
        build/maillon campaign publish "demo/$slug.json" --open-now "${campaign#*:}" \
            >> "$dir/prepare.log"
done
build/maillon demo

node sandbox/gateway.mjs --listen "127.0.0.1:$gateway" --shop "http://127.0.0.1:$port" \
    > "$dir/gateway.log" 2>&1 &
gateway_pid=$!
node sandbox/carrier.mjs --listen "127.0.0.1:$carrier" > "$dir/carrier.log" 2>&1 &
carrier_pid=$!
build/maillon serve &
server_pid=$!
trap 'kill "$server_pid" "$gateway_pid" "$carrier_pid" 2> /dev/null || true' EXIT
trap 'exit 0' INT TERM
echo "  Serving on http://localhost:$port (Ctrl-C ends it)."
wait "$server_pid"

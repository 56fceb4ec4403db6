#!/bin/sh
# Installs Choir's data view and saved searches in Kibana, replacing those with the same ids. It can be run repeatedly.
#   KIBANA_URL=http://localhost:5601 sh kibana.sh
set -eu
folder=$(dirname "$0")
curl --silent --show-error --fail-with-body --retry 30 --retry-connrefused --retry-delay 2 \
  --request POST --header 'kbn-xsrf: choir' --form "file=@$folder/kibana.ndjson" \
  "$KIBANA_URL/api/saved_objects/_import?overwrite=true" | grep '"success":true'

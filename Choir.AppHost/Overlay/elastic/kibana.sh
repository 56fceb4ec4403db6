#!/bin/sh
# Gives Kibana Choir's data view and saved searches, in place of those that it has of the same ids. It can be run again at
# any time.
#   KIBANA_URL=http://localhost:5601 sh kibana.sh
set -eu
folder=$(dirname "$0")
curl --silent --show-error --fail-with-body --retry 30 --retry-connrefused --retry-delay 2 \
  --request POST --header 'kbn-xsrf: choir' --form "file=@$folder/kibana.ndjson" \
  "$KIBANA_URL/api/saved_objects/_import?overwrite=true" | grep '"success":true'

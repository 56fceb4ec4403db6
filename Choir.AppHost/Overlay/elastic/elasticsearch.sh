#!/bin/sh
# Installs the index template and the retention of Choir's logs. It can be run repeatedly.
#   ELASTICSEARCH_URL=http://localhost:9200 sh elasticsearch.sh
set -eu
folder=$(dirname "$0")

put() {
  echo "$1"
  curl --silent --show-error --fail-with-body --retry 30 --retry-connrefused --retry-delay 2 --output /dev/null \
    --request PUT --header 'Content-Type: application/json' --data-binary "@$folder/$2" "$ELASTICSEARCH_URL/$1"
}

# The policy first, because the template refers to it.
put _ilm/policy/choir-logs retention.json
put _index_template/choir-logs index-template.json

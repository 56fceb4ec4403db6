#!/bin/sh
# Tells Elasticsearch how to keep Choir's logs, and for how long. It can be run again at any time.
#   ELASTICSEARCH_URL=http://localhost:9200 sh elasticsearch.sh
set -eu
folder=$(dirname "$0")

put() {
  echo "$1"
  curl --silent --show-error --fail-with-body --retry 30 --retry-connrefused --retry-delay 2 --output /dev/null \
    --request PUT --header 'Content-Type: application/json' --data-binary "@$folder/$2" "$ELASTICSEARCH_URL/$1"
}

# The policy first: the template names it.
put _ilm/policy/choir-logs retention.json
put _index_template/choir-logs index-template.json

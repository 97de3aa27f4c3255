#!/usr/bin/env bash
# The aws CLI against the server: put, read, split, and a consumer.
#
#	AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1 bash cli_kinesis.sh http://127.0.0.1:4566
#
# Every call takes the CLI half a second, so there are few.
set -euo pipefail

endpoint=$1
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=text

kinesis() { aws --endpoint-url "$endpoint" kinesis "$@"; }

# expect <what> <got> <want>
expect() {
	if [ "$2" != "$3" ]; then
		printf 'FAIL %s: got %q, want %q\n' "$1" "$2" "$3"
		exit 1
	fi
}

shard=shardId-000000000000
kinesis create-stream --stream-name cli --shard-count 1
kinesis wait stream-exists --stream-name cli

# Version 2 of the CLI takes data as base64, version 1 as it is.
case $(aws --version) in
aws-cli/1*) data=hello ;;
*) data=aGVsbG8= ;;
esac
expect 'put' "$(kinesis put-record --stream-name cli --partition-key k --data "$data" --query ShardId)" "$shard"

at=$(kinesis get-shard-iterator --stream-name cli --shard-id "$shard" --shard-iterator-type TRIM_HORIZON --query ShardIterator)
expect 'read' "$(kinesis get-records --shard-iterator "$at" --query 'Records[].[Data,PartitionKey]')" $'aGVsbG8=\tk'

kinesis split-shard --stream-name cli --shard-to-split "$shard" --new-starting-hash-key 2
expect 'open shards' "$(kinesis list-shards --stream-name cli --shard-filter Type=AT_LATEST --query 'Shards[].ShardId')" \
	$'shardId-000000000001\tshardId-000000000002'
expect 'children' "$(kinesis get-records --shard-iterator "$at" --query 'ChildShards[].ShardId')" $'shardId-000000000001\tshardId-000000000002'

arn=arn:aws:kinesis:us-east-1:123456789012:stream/cli
expect 'consumer' "$(kinesis register-stream-consumer --stream-arn "$arn" --consumer-name c --query Consumer.ConsumerStatus)" ACTIVE

refusal=$(kinesis describe-stream --stream-name none 2>&1) && expect 'an unknown stream' "$refusal" 'a refusal'
[[ $refusal == *'(ResourceNotFoundException)'* ]] || expect 'an unknown stream' "$refusal" 'its error'

echo 'all checks passed'

#!/usr/bin/env bash
# The aws CLI against the server: the life of a message, and its end in a dead-letter queue.
#
#	AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1 bash cli.sh http://127.0.0.1:4566
#
# Every call takes the CLI half a second, so there are few.
set -euo pipefail

endpoint=$1
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json

sqs() { aws --endpoint-url "$endpoint" sqs "$@"; }

# expect <what> <got> <want>
expect() {
	if [ "$2" != "$3" ]; then
		printf 'FAIL %s: got %q, want %q\n' "$1" "$2" "$3"
		exit 1
	fi
}

dead=$(sqs create-queue --queue-name cli-dead --query QueueUrl --output text)
expect 'queue URL' "$dead" "$endpoint/123456789012/cli-dead"

# The JSON of a policy is the text of an attribute, so its quotes are escaped.
policy='{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:cli-dead\",\"maxReceiveCount\":1}'
queue=$(sqs create-queue --queue-name cli --attributes "{\"VisibilityTimeout\":\"0\",\"RedrivePolicy\":\"$policy\"}" \
	--query QueueUrl --output text)

sent=$(sqs send-message --queue-url "$queue" --message-body 'hello, "world"' \
	--message-attributes '{"colour":{"DataType":"String","StringValue":"red"}}' --query MessageId --output text)

got=$(sqs receive-message --queue-url "$queue" --message-attribute-names All \
	--query 'Messages[].[MessageId,Body,MessageAttributes.colour.StringValue]' --output text)
expect 'message' "$got" "$sent"$'\thello, "world"\tred'

# It was delivered once, and that was all it was to be: the next receive gives it up.
expect 'second receive' "$(sqs receive-message --queue-url "$queue")" ''

counts=$(sqs get-queue-attributes --queue-url "$dead" --attribute-names All \
	--query 'Attributes.[ApproximateNumberOfMessages,QueueArn]' --output text)
expect 'dead letters' "$counts" $'1\tarn:aws:sqs:us-east-1:123456789012:cli-dead'

letter=$(sqs receive-message --queue-url "$dead" --attribute-names ApproximateReceiveCount \
	--query 'Messages[].[ReceiptHandle,MessageId,Attributes.ApproximateReceiveCount]' --output text)
read -r handle id count <<<"$letter"
expect 'dead letter' "$id, received $count times" "$sent, received 2 times"

sqs delete-message --queue-url "$dead" --receipt-handle "$handle"

refusal=$(sqs get-queue-url --queue-name cli-none 2>&1) && expect 'an unknown queue' "$refusal" 'a refusal'
[[ $refusal == *'(AWS.SimpleQueueService.NonExistentQueue)'* ]] || expect 'an unknown queue' "$refusal" 'its error'

echo 'all checks passed'

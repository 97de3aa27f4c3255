#!/usr/bin/env bash
# The aws CLI against the topics of the server: a fan-out with a filter.
#
#	AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1 bash cli_sns.sh http://127.0.0.1:4566
#
# Every call takes the CLI half a second, so there are few.
set -euo pipefail

endpoint=$1
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json

call() { aws --endpoint-url "$endpoint" "$@"; }

# expect <what> <got> <want>
expect() {
	if [ "$2" != "$3" ]; then
		printf 'FAIL %s: got %q, want %q\n' "$1" "$2" "$3"
		exit 1
	fi
}

topic=$(call sns create-topic --name cli --attributes 'DisplayName=Shop & Co' --tags Key=team,Value=a --query TopicArn --output text)
expect 'topic ARN' "$topic" 'arn:aws:sns:us-east-1:123456789012:cli'
expect 'name' "$(call sns get-topic-attributes --topic-arn "$topic" --query Attributes.DisplayName --output text)" 'Shop & Co'

allowed='{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sns.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}'
queue=$(call sqs create-queue --queue-name cli --attributes "{\"Policy\":\"$allowed\"}" --query QueueUrl --output text)
subscription=$(call sns subscribe --topic-arn "$topic" --protocol sqs --notification-endpoint arn:aws:sqs:us-east-1:123456789012:cli \
	--attributes '{"RawMessageDelivery":"true","FilterPolicy":"{\"colour\":[\"red\"]}"}' --query SubscriptionArn --output text)

for colour in blue red; do
	sent=$(call sns publish --topic-arn "$topic" --message "hello, \"$colour\"" --query MessageId --output text \
		--message-attributes "{\"colour\":{\"DataType\":\"String\",\"StringValue\":\"$colour\"}}")
done
[[ $sent == *-*-*-*-* ]] || expect 'message id' "$sent" 'a UUID'
got=$(call sqs receive-message --queue-url "$queue" --max-number-of-messages 10 --message-attribute-names All \
	--query 'Messages[].[Body,MessageAttributes.colour.StringValue]' --output text)
expect 'message' "$got" $'hello, "red"\tred'

expect 'pending' "$(call sns subscribe --topic-arn "$topic" --protocol email --notification-endpoint a@example.com \
	--query SubscriptionArn --output text)" 'pending confirmation'
call sns unsubscribe --subscription-arn "$subscription"
expect 'subscriptions' "$(call sns list-subscriptions-by-topic --topic-arn "$topic" \
	--query 'Subscriptions[].[SubscriptionArn,Protocol]' --output text)" $'PendingConfirmation\temail'

refusal=$(call sns publish --topic-arn "$topic-none" --message m 2>&1) && expect 'an unknown topic' "$refusal" 'a refusal'
[[ $refusal == *'(NotFound)'*'Topic does not exist'* ]] || expect 'an unknown topic' "$refusal" 'its error'

echo 'all checks passed'

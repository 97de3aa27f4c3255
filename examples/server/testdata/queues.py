"""Scenarios of queues: their life, attributes, tags, permissions, dead letters and move tasks."""

import base64
import json

from checks import ACCOUNT, arn, bodies

GONE = "AWS.SimpleQueueService.NonExistentQueue"


def no_queue(c):
    """The text for a missing queue, which differs between the protocols."""
    return "The specified queue does not exist" + (" for this wsdl version." if c.query else ".")


def life(c):
    name = "life"
    url = c.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "40"}, tags={"team": "a"})["QueueUrl"]
    c.equal("URL", url, f"{c.url}/{ACCOUNT}/{name}")
    c.equal("create again", c.queue(name), url)
    c.equal("create again alike", c.queue(name, VisibilityTimeout=40), url)
    c.refused("create again differently", c.sqs.create_queue, "QueueAlreadyExists",
              "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
              typed="QueueNameExists", QueueName=name, Attributes={"VisibilityTimeout": "41"})
    c.equal("get URL", c.sqs.get_queue_url(QueueName=name)["QueueUrl"], url)
    c.equal("get URL of account", c.sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=ACCOUNT)["QueueUrl"], url)
    c.refused("get URL of none", c.sqs.get_queue_url, GONE, no_queue(c), typed="QueueDoesNotExist", QueueName="none")
    for bad in ("a b", "x" * 81, "a.fifo"):
        c.refused(f"name {bad[:9]!r}", c.sqs.create_queue, "InvalidParameterValue",
                  "...Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length", QueueName=bad)
    c.equal("by bare name", c.receive(name), [])
    c.sqs.send_message(QueueUrl=url, MessageBody="m")
    c.sqs.purge_queue(QueueUrl=url)
    c.equal("purged", c.counts(url), (0, 0, 0))
    c.refused("purge again", c.sqs.purge_queue, "AWS.SimpleQueueService.PurgeQueueInProgress",
              "Only one PurgeQueue operation on life is allowed every 60 seconds.", 403, "PurgeQueueInProgress", QueueUrl=url)
    c.sqs.delete_queue(QueueUrl=url)
    c.refused("send to the deleted", c.sqs.send_message, GONE, no_queue(c), typed="QueueDoesNotExist", QueueUrl=url,
              MessageBody="m")
    c.refused("delete again", c.sqs.delete_queue, GONE, no_queue(c), typed="QueueDoesNotExist", QueueUrl=url)
    c.refused("create too soon", c.sqs.create_queue, "AWS.SimpleQueueService.QueueDeletedRecently",
              "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
              typed="QueueDeletedRecently", QueueName=name)
    if c.advance(60):
        c.equal("create after a minute", c.queue(name), url)


def listing(c):
    urls = [c.queue(f"list-{i}") for i in range(5)]
    c.equal("by prefix", c.sqs.list_queues(QueueNamePrefix="list-").get("QueueUrls"), urls)
    c.true("none of a prefix", "QueueUrls" not in c.sqs.list_queues(QueueNamePrefix="List-"))
    first = c.sqs.list_queues(QueueNamePrefix="list-", MaxResults=3)
    c.equal("first page", first["QueueUrls"], urls[:3])
    last = c.sqs.list_queues(QueueNamePrefix="list-", MaxResults=3, NextToken=first["NextToken"])
    c.equal("last page", last["QueueUrls"], urls[3:])
    c.true("no token on the last page", "NextToken" not in last)


def attributes(c):
    url = c.queue("attributes")

    def get(*names):
        return c.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names)).get("Attributes")

    every = get("All")
    c.equal("names", sorted(every), [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
        "CreatedTimestamp", "DelaySeconds", "LastModifiedTimestamp", "MaximumMessageSize", "MessageRetentionPeriod",
        "QueueArn", "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout"])
    defaults = {"DelaySeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
                "QueueArn": arn("attributes"), "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true",
                "VisibilityTimeout": "30"}
    c.equal("defaults", {k: every.get(k) for k in defaults}, defaults)
    c.equal("one unset", get("Policy"), None)
    c.refused("unknown", c.sqs.get_queue_attributes, "InvalidAttributeName", "Unknown Attribute Colour.",
              typed="InvalidAttributeName", QueueUrl=url, AttributeNames=["Colour"])
    c.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7", "KmsMasterKeyId": "k"})
    c.equal("set", get("VisibilityTimeout", "KmsMasterKeyId", "SqsManagedSseEnabled"),
            {"VisibilityTimeout": "7", "KmsMasterKeyId": "k", "SqsManagedSseEnabled": "false"})
    c.refused("out of range", c.sqs.set_queue_attributes, "InvalidAttributeValue",
              "Invalid value for the parameter VisibilityTimeout.", typed="InvalidAttributeValue", QueueUrl=url,
              Attributes={"VisibilityTimeout": "43201", "DelaySeconds": "1"})
    c.equal("refused as a whole", get("DelaySeconds"), {"DelaySeconds": "0"})
    for value in ("true", "false"):
        c.refused("FifoQueue=" + value, c.sqs.set_queue_attributes, "InvalidAttributeName", "Unknown Attribute FifoQueue.",
                  typed="InvalidAttributeName", QueueUrl=url, Attributes={"FifoQueue": value})
    c.refused("created with FifoQueue=false", c.sqs.create_queue, "InvalidAttributeName", "Unknown Attribute FifoQueue.",
              typed="InvalidAttributeName", QueueName="f", Attributes={"FifoQueue": "false"})


def tags(c):
    url = c.sqs.create_queue(QueueName="tags", tags={"a": "1"})["QueueUrl"]
    c.sqs.tag_queue(QueueUrl=url, Tags={"a": "2", "A": "", "c": 'x&<">'})
    c.equal("added", c.sqs.list_queue_tags(QueueUrl=url).get("Tags"), {"a": "2", "A": "", "c": 'x&<">'})
    c.sqs.untag_queue(QueueUrl=url, TagKeys=["a", "c", "unknown"])
    c.equal("removed", c.sqs.list_queue_tags(QueueUrl=url).get("Tags"), {"A": ""})
    c.sqs.untag_queue(QueueUrl=url, TagKeys=["A"])
    c.true("none", "Tags" not in c.sqs.list_queue_tags(QueueUrl=url))


def permissions(c):
    url = c.queue("permissions")
    c.sqs.add_permission(QueueUrl=url, Label="one", AWSAccountIds=["111122223333"], Actions=["ReceiveMessage"])
    c.sqs.add_permission(QueueUrl=url, Label="two", AWSAccountIds=["111122223333", "222233334444"],
                         Actions=["SendMessage", "DeleteMessage"])
    policy = json.loads(c.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    root = "arn:aws:iam::{}:root".format
    one, two = policy["Statement"]
    c.equal("first statement", one, {
        "Sid": "one", "Effect": "Allow", "Principal": {"AWS": root("111122223333")}, "Action": "SQS:ReceiveMessage",
        "Resource": arn("permissions")})
    c.equal("second statement", (sorted(two["Principal"]["AWS"]), two["Action"]),
            ([root("111122223333"), root("222233334444")], ["SQS:SendMessage", "SQS:DeleteMessage"]))
    c.refused("label taken", c.sqs.add_permission, "InvalidParameterValue",
              "Value one for parameter Label is invalid. Reason: Already exists.",
              QueueUrl=url, Label="one", AWSAccountIds=["111122223333"], Actions=["*"])
    c.refused("too many actions", c.sqs.add_permission, "OverLimit", "8 Actions were found, maximum allowed is 7.", 403,
              "OverLimit", QueueUrl=url, Label="all", AWSAccountIds=["111122223333"], Actions=["SendMessage"] * 8)
    c.refused("label unknown", c.sqs.remove_permission, "InvalidParameterValue",
              "Value nix for parameter Label is invalid. Reason: can't find label.", QueueUrl=url, Label="nix")
    for label in ("one", "two"):
        c.sqs.remove_permission(QueueUrl=url, Label=label)
    left = c.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    c.true("no policy is left", "Attributes" not in left)


def bury(c, source, *texts):
    """Sends messages and receives them until they are given up: a queue with maxReceiveCount 1 and no visibility timeout."""
    for text in texts:
        c.sqs.send_message(QueueUrl=source, MessageBody=text)
    c.equal("delivered once", sorted(bodies(c.receive(source, MaxNumberOfMessages=10))), sorted(texts))
    c.equal("given up", c.receive(source, MaxNumberOfMessages=10), [])


def dead_letters(c):
    dlq = c.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1})
    source = c.queue("alive", RedrivePolicy=redrive, VisibilityTimeout=0)
    sent = c.sqs.send_message(QueueUrl=source, MessageBody="bad")
    c.equal("first receive", bodies(c.receive(source)), ["bad"])
    c.equal("nothing moves before the next receive", (c.counts(source)[0], c.counts(dlq)[0]), (1, 0))
    c.equal("second receive", c.receive(source), [])
    got = c.receive(dlq, MessageSystemAttributeNames=["All"])
    c.equal("dead letter", [(m["MessageId"], m["Body"]) for m in got], [(sent["MessageId"], "bad")])
    shown = got[0]["Attributes"]
    c.equal("its source", shown.get("DeadLetterQueueSourceArn"), arn("alive"))
    c.equal("its count goes on", shown.get("ApproximateReceiveCount"), "2")
    c.equal("sources", c.sqs.list_dead_letter_source_queues(QueueUrl=dlq)["queueUrls"], [source])
    none = c.sqs.list_dead_letter_source_queues(QueueUrl=source)
    c.equal("no sources", none.get("queueUrls"), None if c.query else [])  # XML has no empty lists
    missing = json.dumps({"deadLetterTargetArn": arn("none"), "maxReceiveCount": 1})
    c.refused("no such queue", c.sqs.set_queue_attributes, "InvalidParameterValue",
              f"Value {missing} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
              QueueUrl=source, Attributes={"RedrivePolicy": missing})
    c.queue("closed", RedriveAllowPolicy=json.dumps({"redrivePermission": "denyAll"}))
    closed = json.dumps({"deadLetterTargetArn": arn("closed"), "maxReceiveCount": 1})
    c.refused("not allowed", c.sqs.set_queue_attributes, "InvalidParameterValue", QueueUrl=source,
              Attributes={"RedrivePolicy": closed})


def move_tasks(c):
    dlq = c.queue("lost")
    redrive = json.dumps({"deadLetterTargetArn": arn("lost"), "maxReceiveCount": 1})
    source = c.queue("found", RedrivePolicy=redrive, VisibilityTimeout=0)
    bury(c, source, "a", "b", "c", "d")
    missing = "The resource that you specified for the {} parameter doesn't exist.".format
    nf = {"code": "ResourceNotFoundException", "status": 404, "typed": "ResourceNotFoundException"}
    c.refused("not a dead-letter queue", c.sqs.start_message_move_task, "InvalidParameterValue",
              "Source queue must be configured as a Dead Letter Queue.", SourceArn=arn("found"))
    c.refused("no destination", c.sqs.start_message_move_task, text=missing("DestinationArn"), **nf, SourceArn=arn("lost"),
              DestinationArn=arn("none"))
    c.refused("no source", c.sqs.list_message_move_tasks, text=missing("SourceArn"), **nf, SourceArn=arn("none"))
    task = c.sqs.start_message_move_task(SourceArn=arn("lost"), MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    c.equal("handle", json.loads(base64.b64decode(task))["sourceArn"], arn("lost"))
    c.refused("another", c.sqs.start_message_move_task, "InvalidParameterValue", "There is already a task running. Only one "
              "active task is allowed for a source queue arn at a given time.", SourceArn=arn("lost"))
    c.equal("first at once", (c.counts(dlq)[0], c.counts(source)[0]), (3, 1))
    moved = 1
    if c.advance(1):
        moved = 2
    [running] = c.sqs.list_message_move_tasks(SourceArn=arn("lost"))["Results"]
    started = running.pop("StartedTimestamp", 0)
    c.true("started in milliseconds", isinstance(started, int) and started > 10**12)
    c.equal("running", running, {
        "TaskHandle": task, "Status": "RUNNING", "SourceArn": arn("lost"), "MaxNumberOfMessagesPerSecond": 1,
        "ApproximateNumberOfMessagesMoved": moved, "ApproximateNumberOfMessagesToMove": 4})
    c.equal("cancel", c.sqs.cancel_message_move_task(TaskHandle=task)["ApproximateNumberOfMessagesMoved"], moved)
    c.refused("cancel again", c.sqs.cancel_message_move_task, **nf, TaskHandle=task)
    c.refused("cancel garbage", c.sqs.cancel_message_move_task, "InvalidParameterValue",
              "Value for parameter TaskHandle is invalid.", TaskHandle="garbage")
    c.queue("elsewhere")
    c.sqs.start_message_move_task(SourceArn=arn("lost"), DestinationArn=arn("elsewhere"))
    results = c.sqs.list_message_move_tasks(SourceArn=arn("lost"), MaxResults=10)["Results"]
    c.equal("newest first", [(r["Status"], r.get("DestinationArn")) for r in results],
            [("COMPLETED", arn("elsewhere")), ("CANCELLED", None)])
    c.true("only running tasks show their handle", not any("TaskHandle" in r for r in results))
    c.equal("the rest", (c.counts(dlq)[0], c.counts("elsewhere")[0]), (0, 4 - moved))
    [m] = c.receive("elsewhere", MessageSystemAttributeNames=["All"])
    c.equal("a new message", (m["Attributes"]["ApproximateReceiveCount"], m["Attributes"].get("DeadLetterQueueSourceArn")),
            ("1", None))


SCENARIOS = [life, listing, attributes, tags, permissions, dead_letters, move_tasks]

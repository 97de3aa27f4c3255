"""Scenarios of topics: their life, subscriptions, filters, publishing, batches, endpoints and permissions."""

import http.server
import json
import queue
import threading
import urllib.parse
import urllib.request
from urllib.error import HTTPError

import boto3
from botocore.config import Config

from checks import ACCOUNT, OPTIONS, REGION, arn


def topic_arn(name):
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def topic(c, name, **attributes):
    return c.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]


def target(c, name, **attributes):
    """Creates a queue that topics may send to."""
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
                             "Resource": "*"}]}
    return c.queue(name, Policy=json.dumps(policy), **attributes)


def subscribe(c, topic, queue_name, **attributes):
    return c.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(queue_name), Attributes=attributes)["SubscriptionArn"]


def drain(c, url):
    """Receives and deletes all that a queue holds."""
    got = c.receive(url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"])
    for m in got:
        c.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    return got


def life(c):
    c.equal("none", c.sns.list_topics()["Topics"], [])
    c.equal("ARN", topic(c, "life"), topic_arn("life"))
    c.equal("again", topic(c, "life"), topic_arn("life"))
    c.refused("again differently", c.sns.create_topic, "InvalidParameter",
              "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
              typed="InvalidParameterException", Name="life", Attributes={"DisplayName": "x"})
    c.sns.set_topic_attributes(TopicArn=topic_arn("life"), AttributeName="DisplayName", AttributeValue='<"Ω">')
    got = c.sns.get_topic_attributes(TopicArn=topic_arn("life"))["Attributes"]
    c.equal("name", got["DisplayName"], '<"Ω">')
    c.equal("owner", got["Owner"], ACCOUNT)
    c.sns.delete_topic(TopicArn=topic_arn("life"))
    c.sns.delete_topic(TopicArn=topic_arn("life"))
    c.refused("gone", c.sns.get_topic_attributes, "NotFound", "Topic does not exist", 404, "NotFoundException",
              TopicArn=topic_arn("life"))
    for bad in ("a b", "x" * 257, "a.fifo", ""):
        c.refused(f"name {bad[:9]!r}", c.sns.create_topic, "InvalidParameter", "Invalid parameter: Topic Name",
                  typed="InvalidParameterException", Name=bad)


def pages(c):
    names = [topic(c, f"page-{i}") for i in range(101)]
    got = [t["TopicArn"] for page in c.sns.get_paginator("list_topics").paginate() for t in page["Topics"]]
    c.equal("pages", got, names)
    for name in names:
        c.sns.delete_topic(TopicArn=name)


def fan_out(c):
    t = topic(c, "orders")
    everything, refunds = target(c, "orders-all"), target(c, "orders-refunds")
    first = subscribe(c, t, "orders-all")
    second = subscribe(c, t, "orders-refunds", RawMessageDelivery="true", FilterPolicy='{"kind":["refund"],"sum":[{"numeric":[">",100]}]}')
    c.equal("idempotent", subscribe(c, t, "orders-all"), first)
    c.equal("listed", [s["SubscriptionArn"] for s in c.sns.list_subscriptions_by_topic(TopicArn=t)["Subscriptions"]], [first, second])

    def publish(kind, amount):
        return c.sns.publish(TopicArn=t, Message=f"{kind} of {amount}", Subject="order", MessageAttributes={
            "kind": {"DataType": "String", "StringValue": kind}, "sum": {"DataType": "Number", "StringValue": str(amount)},
            "key": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})["MessageId"]

    ids = [publish("sale", 200), publish("refund", 99), publish("refund", 101.5)]
    got = [json.loads(m["Body"]) for m in drain(c, everything)]
    c.equal("all", [e["MessageId"] for e in got], ids)
    c.equal("subject", got[0]["Subject"], "order")
    c.equal("attributes", got[0]["MessageAttributes"], {
        "kind": {"Type": "String", "Value": "sale"}, "sum": {"Type": "Number", "Value": "200"},
        "key": {"Type": "Binary", "Value": "AP8="}})
    c.true("leads here", got[0]["UnsubscribeURL"].startswith(c.url) and got[0]["SigningCertURL"].startswith(c.url))
    with urllib.request.urlopen(got[0]["SigningCertURL"], timeout=10) as answer:
        c.true("certificate", answer.read().startswith(b"-----BEGIN CERTIFICATE-----"))
    [m] = drain(c, refunds)
    c.equal("filtered, raw", m["Body"], "refund of 101.5")
    c.equal("its attributes", m["MessageAttributes"]["key"], {"DataType": "Binary", "BinaryValue": b"\x00\xff"})

    c.sns.set_subscription_attributes(SubscriptionArn=second, AttributeName="FilterPolicy", AttributeValue='{"kind":["sale"]}')
    c.equal("policy", c.sns.get_subscription_attributes(SubscriptionArn=second)["Attributes"]["FilterPolicy"], '{"kind":["sale"]}')
    publish("sale", 1)
    c.equal("by the new policy", [m["Body"] for m in drain(c, refunds)], ["sale of 1"])
    c.sns.unsubscribe(SubscriptionArn=second)
    publish("sale", 2)
    c.equal("unsubscribed", drain(c, refunds), [])
    c.refused("bad policy", c.sns.subscribe, "InvalidParameter", "...FilterPolicy: Unrecognized match type like",
              typed="InvalidParameterException", TopicArn=t, Protocol="sqs", Endpoint=arn("orders-refunds"),
              Attributes={"FilterPolicy": '{"kind":[{"like":"x"}]}'})


def structure(c):
    t, q = topic(c, "structure"), target(c, "structure")
    subscribe(c, t, "structure", RawMessageDelivery="true")
    c.sns.publish(TopicArn=t, MessageStructure="json", Message=json.dumps({"default": "d", "sqs": "for queues"}))
    c.equal("by protocol", [m["Body"] for m in drain(c, q)], ["for queues"])
    c.refused("no default", c.sns.publish, "InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body",
              typed="InvalidParameterException", TopicArn=t, MessageStructure="json", Message="{}")
    c.refused("too long", c.sns.publish, "InvalidParameter", "Invalid parameter: Message too long",
              typed="InvalidParameterException", TopicArn=t, Message="x" * (256 * 1024 + 1))
    c.refused("attribute", c.sns.publish, "ParameterValueInvalid", typed="InvalidParameterValueException", TopicArn=t, Message="m",
              MessageAttributes={"a": {"DataType": "Number", "StringValue": "x"}})


def batches(c):
    t, q = topic(c, "batch"), target(c, "batch")
    subscribe(c, t, "batch", RawMessageDelivery="true")
    got = c.sns.publish_batch(TopicArn=t, PublishBatchRequestEntries=[{"Id": str(i), "Message": f"m{i}"} for i in range(10)])
    c.equal("ids", [e["Id"] for e in got["Successful"]], [str(i) for i in range(10)])
    c.equal("failed", got["Failed"], [])
    c.equal("delivered", [m["Body"] for m in drain(c, q)], [f"m{i}" for i in range(10)])
    for what, code, entries in [
        ("none", "EmptyBatchRequest", []), ("too many", "TooManyEntriesInBatchRequest", [{"Id": str(i), "Message": "m"} for i in range(11)]),
        ("alike", "BatchEntryIdsNotDistinct", [{"Id": "a", "Message": "m"}] * 2), ("bad id", "InvalidBatchEntryId", [{"Id": ".", "Message": "m"}]),
    ]:
        c.refused(what, c.sns.publish_batch, code, typed=code + "Exception", TopicArn=t, PublishBatchRequestEntries=entries)


def fifo(c):
    t = topic(c, "f.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    q = target(c, "f.fifo", FifoQueue="true")
    subscribe(c, t, "f.fifo", RawMessageDelivery="true")
    first = c.sns.publish(TopicArn=t, Message="a", MessageGroupId="g")
    again = c.sns.publish(TopicArn=t, Message="a", MessageGroupId="g")
    c.equal("duplicate", (again["MessageId"], again["SequenceNumber"]), (first["MessageId"], first["SequenceNumber"]))
    second = c.sns.publish(TopicArn=t, Message="b", MessageGroupId="g")
    c.true("in order", second["SequenceNumber"] > first["SequenceNumber"])
    c.equal("delivered", [m["Body"] for m in drain(c, q)], ["a", "b"])
    if c.advance(301):
        c.true("after the window", c.sns.publish(TopicArn=t, Message="a", MessageGroupId="g")["MessageId"] != first["MessageId"])
    c.refused("no group", c.sns.publish, "InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
              typed="InvalidParameterException", TopicArn=t, Message="m")


class Endpoint:
    """An HTTP endpoint of this script."""

    def __init__(self):
        self.got = got = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.put((dict(self.headers), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, c):
        c.advance(0)  # deliveries happen when time moves, be it by nothing
        return self.got.get(timeout=5)


def visit(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def endpoints(c):
    hook = Endpoint()
    t = topic(c, "hook")
    answer = c.sns.subscribe(TopicArn=t, Protocol="http", Endpoint=hook.url)
    c.equal("pending", answer["SubscriptionArn"], "pending confirmation")
    sub = c.sns.subscribe(TopicArn=t, Protocol="http", Endpoint=hook.url, ReturnSubscriptionArn=True)["SubscriptionArn"]
    c.equal("listed", c.sns.list_subscriptions_by_topic(TopicArn=t)["Subscriptions"][0]["SubscriptionArn"], "PendingConfirmation")
    headers, asked = hook.next(c)
    c.equal("type", headers["X-Amz-Sns-Message-Type"], "SubscriptionConfirmation")
    c.refused("bad token", c.sns.confirm_subscription, "InvalidParameter", "Invalid token", typed="InvalidParameterException",
              TopicArn=t, Token="x")
    c.true("answer", f"<SubscriptionArn>{sub}</SubscriptionArn>" in visit(asked["SubscribeURL"]))
    hook.next(c)  # the second request to confirm
    c.sns.publish(TopicArn=t, Message="hello")
    headers, got = hook.next(c)
    c.equal("message", (got["Type"], got["Message"], headers["X-Amz-Sns-Subscription-Arn"]), ("Notification", "hello", sub))
    visit(got["UnsubscribeURL"])
    _, bye = hook.next(c)
    c.equal("farewell", bye["Type"], "UnsubscribeConfirmation")
    c.equal("gone", c.sns.list_subscriptions_by_topic(TopicArn=t)["Subscriptions"], [])
    c.equal("taken back", c.sns.confirm_subscription(TopicArn=t, Token=bye["Token"], AuthenticateOnUnsubscribe="true")["SubscriptionArn"], sub)
    try:
        visit(got["UnsubscribeURL"])
        c.true("a visit ends what is guarded", False)
    except HTTPError as e:
        c.equal("guarded", e.code, 403)
    c.sns.unsubscribe(SubscriptionArn=sub)
    hook.server.shutdown()


def tags(c):
    t = c.sns.create_topic(Name="tags", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])["TopicArn"]
    c.equal("tags", c.sns.list_tags_for_resource(ResourceArn=t)["Tags"], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    c.sns.tag_resource(ResourceArn=t, Tags=[{"Key": "c", "Value": "3"}])
    c.sns.untag_resource(ResourceArn=t, TagKeys=["a", "none"])
    c.equal("changed", [x["Key"] for x in c.sns.list_tags_for_resource(ResourceArn=t)["Tags"]], ["b", "c"])
    c.refused("twice", c.sns.tag_resource, "InvalidParameter", "Invalid parameter: Duplicated keys are not allowed.",
              typed="InvalidParameterException", ResourceArn=t, Tags=[{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}])
    c.refused("none", c.sns.list_tags_for_resource, "ResourceNotFound", "Resource does not exist", 404, "ResourceNotFoundException",
              ResourceArn=topic_arn("none"))


def permissions(c):
    t = topic(c, "shared")
    other = boto3.client("sns", endpoint_url=c.url, aws_access_key_id="111122223333", aws_secret_access_key="any", config=Config(**OPTIONS))
    denied = dict(code="AuthorizationError", status=403, typed="AuthorizationErrorException")
    c.refused("another account", other.publish, text="...is not authorized to perform: SNS:Publish", TopicArn=t, Message="m", **denied)
    c.sns.add_permission(TopicArn=t, Label="friends", AWSAccountId=["111122223333"], ActionName=["Publish"])
    other.publish(TopicArn=t, Message="m")
    c.refused("another action", other.delete_topic, TopicArn=t, **denied)
    c.sns.remove_permission(TopicArn=t, Label="friends")
    c.refused("after removal", other.publish, TopicArn=t, Message="m", **denied)
    policy = '{"Name":"p","Version":"2021-06-01","Statement":[]}'
    c.equal("no policy", c.sns.get_data_protection_policy(ResourceArn=t).get("DataProtectionPolicy", ""), "")
    c.sns.put_data_protection_policy(ResourceArn=t, DataProtectionPolicy=policy)
    c.equal("policy", c.sns.get_data_protection_policy(ResourceArn=t)["DataProtectionPolicy"], policy)


def accounts(c):
    """The access key names the account, the signature's scope the region."""
    other = boto3.client("sns", endpoint_url=c.url, region_name="eu-west-1", aws_access_key_id="111122223333",
                         aws_secret_access_key="any", config=Config(**OPTIONS))
    t = other.create_topic(Name="elsewhere")["TopicArn"]
    c.equal("ARN", t, "arn:aws:sns:eu-west-1:111122223333:elsewhere")
    c.true("unseen by others", t not in [x["TopicArn"] for x in c.sns.list_topics()["Topics"]])
    c.refused("another region", c.sns.publish, "InvalidParameter", "Invalid parameter: TopicArn", typed="InvalidParameterException",
              TopicArn=t, Message="m")
    c.true("all subscriptions", len(c.sns.list_subscriptions()["Subscriptions"]) > 0)
    parameters = urllib.parse.urlencode({"Action": "ListTopics", "Version": "2010-03-31"})
    c.true("unsigned", "<ListTopicsResult>" in visit(f"{c.url}/?{parameters}"))


SCENARIOS = [life, pages, fan_out, structure, batches, fifo, endpoints, tags, permissions, accounts]

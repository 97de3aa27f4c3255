"""boto3 as it was until 2023: the Query protocol, with forms and XML. botocore has the protocol still, because other services
speak it; only the model of SQS has forgotten how. Here it is reminded.

    python3 boto3_query.py http://127.0.0.1:4566
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True  # testdata stays as it is

import boto3
import botocore.session
from botocore.config import Config

import messages
import queues
from checks import ACCOUNT, OPTIONS, Checks, every_operation

NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"

# The names of list members on the wire; all lists are flattened.
LISTS = {
    "AWSAccountIdList": "AWSAccountId", "ActionNameList": "ActionName", "AttributeNameList": "AttributeName",
    "BatchResultErrorEntryList": "BatchResultErrorEntry", "BinaryList": "BinaryListValue",
    "ChangeMessageVisibilityBatchRequestEntryList": "ChangeMessageVisibilityBatchRequestEntry",
    "ChangeMessageVisibilityBatchResultEntryList": "ChangeMessageVisibilityBatchResultEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "DeleteMessageBatchResultEntryList": "DeleteMessageBatchResultEntry",
    "ListMessageMoveTasksResultEntryList": "ListMessageMoveTasksResultEntry",
    "MessageAttributeNameList": "MessageAttributeName", "MessageList": "Message",
    "MessageSystemAttributeList": "AttributeName", "QueueUrlList": "QueueUrl",
    "SendMessageBatchRequestEntryList": "SendMessageBatchRequestEntry",
    "SendMessageBatchResultEntryList": "SendMessageBatchResultEntry", "StringList": "StringListValue", "TagKeyList": "TagKey",
}

# The names of maps, their keys and their values; all maps are flattened.
MAPS = {
    "MessageBodyAttributeMap": ("MessageAttribute", "Name", "Value"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name", "Value"),
    "MessageSystemAttributeMap": ("Attribute", "Name", "Value"),
    "QueueAttributeMap": ("Attribute", "Name", "Value"),
    "TagMap": ("Tag", "Key", "Value"),
}

# Errors whose code is not the name of their shape.
PREFIX = "AWS.SimpleQueueService."
CODES = {"QueueDoesNotExist": PREFIX + "NonExistentQueue", "QueueNameExists": "QueueAlreadyExists"} | {
    name: PREFIX + name for name in (
        "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidBatchEntryId", "MessageNotInflight",
        "PurgeQueueInProgress", "QueueDeletedRecently", "TooManyEntriesInBatchRequest", "UnsupportedOperation")}


def remind(model):
    """Turns the model of today into that of the Query protocol."""
    metadata = model["metadata"]
    for name in ("awsQueryCompatible", "jsonVersion", "targetPrefix"):
        metadata.pop(name)
    metadata.update(protocol="query", protocols=["query"], xmlNamespace=NAMESPACE)
    shapes = model["shapes"]
    for name, member in LISTS.items():
        shapes[name]["flattened"] = True
        shapes[name]["member"]["locationName"] = member
    for name, (_, key, value) in MAPS.items():
        shapes[name]["flattened"] = True
        shapes[name]["key"]["locationName"] = key
        shapes[name]["value"]["locationName"] = value
    for name, code in CODES.items():
        shapes[name]["error"] = {"code": code}
    for shape in shapes.values():
        for member in shape.get("members", {}).values():
            if member["shape"] in MAPS:
                member["locationName"] = MAPS[member["shape"]][0]
    for operation in model["operations"].values():
        if "output" in operation:
            operation["output"]["resultWrapper"] = operation["name"] + "Result"
    return model


def query_client(url):
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_service_model(service_name, type_name, api_version=None):
        model = load(service_name, type_name, api_version)
        if (service_name, type_name) == ("sqs", "service-2"):
            return remind(json.loads(json.dumps(model)))  # the loader keeps its own
        return model

    loader.load_service_model = load_service_model
    return boto3.Session(botocore_session=session).client("sqs", endpoint_url=url, config=Config(**OPTIONS))


def truly_query(c):
    """What goes over the wire is a form, and what comes back is XML."""
    seen = []
    c.sqs.meta.events.register("before-send.sqs.ListQueues", lambda request, **_: seen.append(request))
    answer = c.sqs.list_queues()
    c.equal("form", urllib.parse.parse_qs(seen[0].body), {"Action": ["ListQueues"], "Version": ["2012-11-05"]})
    c.equal("XML", answer["ResponseMetadata"]["HTTPHeaders"]["content-type"], "text/xml")


def get(c, path, accept=None):
    """Sends an unsigned GET, as curl would."""
    r = urllib.request.Request(c.url + path, headers={"Accept": accept} if accept else {})
    try:
        with urllib.request.urlopen(r, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def plain_http(c):
    c.queue("http")
    path = f"/{ACCOUNT}/http?Action="
    body = urllib.parse.quote('a "b"\r\n& <c>')
    status, answer = get(c, path + "SendMessage&MessageBody=" + body)
    c.equal("send", status, 200)
    root = ElementTree.fromstring(answer)
    c.equal("root", root.tag, f"{{{NAMESPACE}}}SendMessageResponse")
    status, answer = get(c, path + "ReceiveMessage&AttributeName.1=All&VisibilityTimeout=0")
    got = ElementTree.fromstring(answer).findtext(f".//{{{NAMESPACE}}}Body")
    c.equal("body", got, 'a "b"\r\n& <c>')
    c.true("CR is escaped", "&#xD;" in answer and "&quot;" in answer)
    status, answer = get(c, "/?Action=ListQueues", accept="application/json")
    c.true("JSON", "ListQueuesResult" in json.loads(answer)["ListQueuesResponse"])
    for action in ("Dance", "CreateQueue", "ListQueues"):
        status, answer = get(c, path + action)
        c.true(f"{action} here", status == 400 and f"<Code>InvalidAction</Code><Message>The action {action} is not valid for this "
               "endpoint.</Message>" in answer)
    c.equal("no action", get(c, f"/{ACCOUNT}/http"), (404, "<UnknownOperationException/>"))
    status, answer = get(c, path + "SendMessage")
    c.true("no body", status == 400 and "<Code>MissingParameter</Code>" in answer)


def main():
    url = sys.argv[-1]
    c = Checks(query_client(url), url, query=True, clock=True)
    c.post("/_inflight/reset")
    c.run([truly_query] + queues.SCENARIOS + messages.SCENARIOS + [plain_http, every_operation])
    c.finish()


main()

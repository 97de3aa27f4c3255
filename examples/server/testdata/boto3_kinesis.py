"""boto3 against the server: a stream's life, records, a reshard and consumers, and pushed events.

    python3 boto3_kinesis.py [--no-clock] http://127.0.0.1:4566
"""

import sys

sys.dont_write_bytecode = True  # testdata stays as it is

import boto3
from botocore.config import Config

from checks import ACCOUNT, OPTIONS, REGION, Checks

HIGHEST = str(2**128 - 1)


def arn(name):
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def shard(n):
    return f"shardId-{n:012}"


def iterator(c, name, n, kind="TRIM_HORIZON", **more):
    return c.sqs.get_shard_iterator(StreamName=name, ShardId=shard(n), ShardIteratorType=kind, **more)["ShardIterator"]


def everything(c, name, n):
    """The data that a shard holds, and what is to be read then."""
    at, data = iterator(c, name, n), []
    while at:
        got = c.sqs.get_records(ShardIterator=at, Limit=2)
        data += [r["Data"] for r in got["Records"]]
        at = got.get("NextShardIterator")
        if not got["Records"] and not got["MillisBehindLatest"]:
            break
    return data, [s["ShardId"] for s in got.get("ChildShards", [])]


def life(c):
    k = c.sqs
    k.create_stream(StreamName="life", ShardCount=2, Tags={"team": "a"})
    k.get_waiter("stream_exists").wait(StreamName="life")
    d = k.describe_stream(StreamName="life")["StreamDescription"]
    c.equal("ARN", d["StreamARN"], arn("life"))
    c.equal("ranges", [s["HashKeyRange"] for s in d["Shards"]], [
        {"StartingHashKey": "0", "EndingHashKey": str(2**127 - 1)}, {"StartingHashKey": str(2**127), "EndingHashKey": HIGHEST}])
    c.equal("summary", k.describe_stream_summary(StreamARN=arn("life"))["StreamDescriptionSummary"]["OpenShardCount"], 2)
    c.true("listed", "life" in k.list_streams()["StreamNames"])
    c.refused("create again", k.create_stream, "ResourceInUseException", f"Stream life under account {ACCOUNT} already exists.",
              typed="ResourceInUseException", StreamName="life", ShardCount=2)
    c.refused("none", k.describe_stream, "ResourceNotFoundException", f"Stream none under account {ACCOUNT} not found.",
              typed="ResourceNotFoundException", StreamName="none")
    c.true("limits", k.describe_limits()["ShardLimit"] >= 2)
    k.delete_stream(StreamName="life")
    k.get_waiter("stream_not_exists").wait(StreamName="life")


def records(c):
    k = c.sqs
    k.create_stream(StreamName="records", ShardCount=1)
    first = k.put_record(StreamName="records", PartitionKey="é", Data=b"\xff\x00")
    c.equal("shard", first["ShardId"], shard(0))
    batch = k.put_records(StreamName="records", Records=[{"PartitionKey": str(i), "Data": str(i).encode()} for i in range(3)])
    c.equal("failed", batch["FailedRecordCount"], 0)
    numbers = [int(first["SequenceNumber"])] + [int(r["SequenceNumber"]) for r in batch["Records"]]
    c.equal("order", numbers, sorted(set(numbers)))
    c.equal("data", everything(c, "records", 0), ([b"\xff\x00", b"0", b"1", b"2"], []))
    [got] = k.get_records(ShardIterator=iterator(c, "records", 0), Limit=1)["Records"]
    c.equal("key", got["PartitionKey"], "é")
    if c.advance(60):
        k.put_record(StreamName="records", PartitionKey="k", Data=b"later")
        since = got["ApproximateArrivalTimestamp"].timestamp() + 60
        late = k.get_records(ShardIterator=iterator(c, "records", 0, "AT_TIMESTAMP", Timestamp=since))
        c.equal("since a minute", [r["Data"] for r in late["Records"]], [b"later"])
        old = iterator(c, "records", 0)
        c.advance(301)
        c.refused("expired", k.get_records, "ExpiredIteratorException", "...Iterator expired. The iterator was created at time",
                  typed="ExpiredIteratorException", ShardIterator=old)
        c.advance(24 * 3600)
        c.equal("expired records", everything(c, "records", 0), ([], []))
    if "DryRun" in k.meta.service_model.operation_model("PutRecord").input_shape.members:  # since September 2026
        c.refused("dry run", k.put_record, "DryRunOperationException", StreamName="records", PartitionKey="k", Data=b"", DryRun=True)
    c.refused("hash key", k.put_record, "ValidationException", typed="ValidationException",
              StreamName="records", PartitionKey="k", Data=b"", ExplicitHashKey="x")


def resharding(c):
    k = c.sqs
    k.create_stream(StreamName="shards", ShardCount=1)
    put = lambda data, key: k.put_record(StreamName="shards", PartitionKey="k", Data=data, ExplicitHashKey=key)["ShardId"]
    c.equal("before", put(b"a", "0"), shard(0))
    k.split_shard(StreamName="shards", ShardToSplit=shard(0), NewStartingHashKey=str(2**127))
    c.equal("lower and upper", [put(b"b", "0"), put(b"c", HIGHEST)], [shard(1), shard(2)])
    c.equal("parent", everything(c, "shards", 0), ([b"a"], [shard(1), shard(2)]))
    k.merge_shards(StreamName="shards", ShardToMerge=shard(1), AdjacentShardToMerge=shard(2))
    c.equal("merged", put(b"d", "5"), shard(3))
    c.equal("lower", everything(c, "shards", 1), ([b"b"], [shard(3)]))
    c.refused("the same again", k.merge_shards, "InvalidArgumentException", "...has already been merged or split",
              typed="InvalidArgumentException", StreamName="shards", ShardToMerge=shard(1), AdjacentShardToMerge=shard(2))
    got = k.update_shard_count(StreamName="shards", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    c.equal("count", (got["CurrentShardCount"], got["TargetShardCount"]), (1, 2))
    page = k.list_shards(StreamName="shards", MaxResults=4)  # boto3's paginator names the stream again, which the service refuses
    rest = k.list_shards(NextToken=page["NextToken"])
    c.equal("pages", [len(page["Shards"]), len(rest["Shards"]), "NextToken" in rest], [4, 2, False])
    latest = k.list_shards(StreamName="shards", ShardFilter={"Type": "AT_LATEST"})["Shards"]
    c.equal("open", [s["ShardId"] for s in latest], [shard(4), shard(5)])


def consumers(c):
    k = c.sqs
    k.create_stream(StreamName="pushed", ShardCount=1)
    consumer = k.register_stream_consumer(StreamARN=arn("pushed"), ConsumerName="c")["Consumer"]
    c.equal("consumer", k.describe_stream_consumer(ConsumerARN=consumer["ConsumerARN"])["ConsumerDescription"]["StreamARN"], arn("pushed"))
    c.equal("consumers", [x["ConsumerName"] for x in k.list_stream_consumers(StreamARN=arn("pushed"))["Consumers"]], ["c"])
    k.put_record(StreamName="pushed", PartitionKey="k", Data=b"one")
    k.split_shard(StreamName="pushed", ShardToSplit=shard(0), NewStartingHashKey="2")
    subscribe = {"ConsumerARN": consumer["ConsumerARN"], "ShardId": shard(0), "StartingPosition": {"Type": "TRIM_HORIZON"}}
    events = [e["SubscribeToShardEvent"] for e in k.subscribe_to_shard(**subscribe)["EventStream"]]
    c.equal("data", [r["Data"] for e in events for r in e["Records"]], [b"one"])
    c.equal("children", [s["ShardId"] for s in events[-1]["ChildShards"]], [shard(1), shard(2)])
    c.refused("no such shard", k.subscribe_to_shard, "ResourceNotFoundException", typed="ResourceNotFoundException",
              **(subscribe | {"ShardId": shard(9)}))
    k.deregister_stream_consumer(ConsumerARN=consumer["ConsumerARN"])
    c.equal("none left", k.list_stream_consumers(StreamARN=arn("pushed"))["Consumers"], [])


def settings(c):
    k = c.sqs
    k.create_stream(StreamName="settings", ShardCount=1)
    named = {"StreamName": "settings"}
    k.increase_stream_retention_period(RetentionPeriodHours=48, **named)
    c.refused("shorter", k.increase_stream_retention_period, "InvalidArgumentException",
              "...can not be shorter than existing retention period (48 hours)", typed="InvalidArgumentException", RetentionPeriodHours=24, **named)
    k.decrease_stream_retention_period(RetentionPeriodHours=24, **named)
    k.add_tags_to_stream(Tags={"a": "1", "b": "2"}, **named)
    k.remove_tags_from_stream(TagKeys=["a"], **named)
    c.equal("tags", k.list_tags_for_stream(**named)["Tags"], [{"Key": "b", "Value": "2"}])
    c.equal("monitored", k.enable_enhanced_monitoring(ShardLevelMetrics=["IncomingBytes"], **named)["DesiredShardLevelMetrics"], ["IncomingBytes"])
    c.equal("and no more", k.disable_enhanced_monitoring(ShardLevelMetrics=["ALL"], **named)["DesiredShardLevelMetrics"], [])
    key = {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    k.start_stream_encryption(**key, **named)
    c.equal("encrypted", k.put_record(PartitionKey="k", Data=b"", **named)["EncryptionType"], "KMS")
    k.stop_stream_encryption(**key, **named)
    k.update_stream_mode(StreamARN=arn("settings"), StreamModeDetails={"StreamMode": "ON_DEMAND"})
    c.refused("on demand", k.update_shard_count, "ValidationException", "...is in On-Demand mode.", typed="ValidationException",
              TargetShardCount=2, ScalingType="UNIFORM_SCALING", **named)
    policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kinesis:PutRecord","Resource":"' + arn("settings") + '"}]}'
    k.put_resource_policy(ResourceARN=arn("settings"), Policy=policy)
    c.equal("policy", k.get_resource_policy(ResourceARN=arn("settings"))["Policy"], policy)
    k.delete_resource_policy(ResourceARN=arn("settings"))


def main():
    clock = "--no-clock" not in sys.argv
    url = sys.argv[-1]
    c = Checks(boto3.client("kinesis", endpoint_url=url, config=Config(**OPTIONS)), url, query=False, clock=clock)
    if clock:
        c.post("/_inflight/reset")
    c.run([life, records, resharding, consumers, settings])
    c.finish()


main()

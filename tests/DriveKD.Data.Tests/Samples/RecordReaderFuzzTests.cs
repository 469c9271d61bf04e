using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples;

/// <summary>Whatever happens to a record file, reading it gives samples or an <see cref="InputException"/>, never another exception.</summary>
public sealed class RecordReaderFuzzTests
{
    private const string DriveKd = """
        {"data": [
          {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "<image>Is <c1,CAM_FRONT,0.25,0.75> near?"},
                        {"role": "assistant", "content": "Ja, \u00fcber 5 m \ud83d\ude97."}], "images": ["samples/CAM_FRONT/a.jpg"], "question_type": "per"},
          {"question": "What now?", "answer": "Wait.", "images": [], "capability": "decision", "extra": [1.5, true, null, {"k": -2e9}]}]}
        """;

    private const string DriveLm = """
        {"s1": {"scene_description": "d", "key_frames": {"f1": {"key_object_infos": {"<c1,CAM_BACK,4.5,6.0>": {"2d_bbox": [1, 2.5]}},
          "QA": {"perception": [{"Q": "What is <c1,CAM_BACK,4.5,6.0>?", "A": "A car.", "C": null, "tag": [0, 2]}], "prediction": [], "behavior": [{"Q": "q", "A": "a"}]},
          "image_paths": {"CAM_BACK": "../nuscenes/samples/CAM_BACK/b.jpg", "CAM_FRONT": null}}}}}
        """;

    private const string DriveBench = """
        [{"scene_token": "s", "frame_token": "f", "question_type": "behavior", "question": "q?", "answer": "B", "tag": [0], "pred": "C",
          "image_path": {"CAM_FRONT": "data/nuscenes/samples/CAM_FRONT/a.jpg", "CAM_BACK": null}}]
        """;

    private static readonly Gen<string> _file = OneOf(DriveKd, DriveLm, DriveBench);

    // What may take a node's place: every JSON type, and texts that are hard as paths, names or numbers.
    private static readonly Gen<string> _replacement = OneOf(
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "\"\"", "\" \"", "\"../../etc/passwd\"", "\"/etc/passwd\"", "\"\\u0000\"",
        "\"nuscenes/\"", "\"...\"", "\"C:\\\\x\"", "\"<image><image>\"", "\"<c1,CAM_FRONT,1,\"", "[]", "[[]]", "{}", "{\"key_frames\": {}}", "[null]", "[{}]");

    [Fact]
    public void Read_NodesReplacedOrDeleted_SamplesOrInputException()
    {
        using TemporaryFolder root = new();
        Gen.Select(_file, Gen.Select(Gen.Int[0, 10_000], _replacement, Gen.Bool).Array[1, 4]).Sample(
            (json, mutations) =>
            {
                JsonNode node = JsonNode.Parse(json)!;
                foreach ((int place, string replacement, bool delete) in mutations)
                {
                    Mutate(node, place, replacement, delete);
                }

                ReadEveryWay(Encoding.UTF8.GetBytes(node.ToJsonString()), root);
            },
            iter: 1500,
            threads: 1);
    }

    [Fact]
    public void Read_BytesCorrupted_SamplesOrInputException()
    {
        using TemporaryFolder root = new();
        Gen.Select(_file, Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 2]).Array[1, 6]).Sample(
            (json, mutations) =>
            {
                List<byte> bytes = [.. Encoding.UTF8.GetBytes(json)];
                foreach ((int place, byte value, int kind) in mutations)
                {
                    int index = place % bytes.Count;
                    switch (kind)
                    {
                        case 0:
                            bytes[index] = value;
                            break;
                        case 1:
                            bytes.Insert(index, value);
                            break;
                        default:
                            bytes.RemoveAt(index);
                            break;
                    }
                }

                ReadEveryWay([.. bytes], root);
            },
            iter: 1500,
            threads: 1);
    }

    [Fact]
    public void Read_Truncated_SamplesOrInputException()
    {
        using TemporaryFolder root = new();
        foreach (string json in (string[])[DriveKd, DriveLm, DriveBench])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            for (int length = 0; length < bytes.Length; length += 3)
            {
                ReadEveryWay(bytes[..length], root);
            }
        }
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void ReadEveryWay(byte[] json, TemporaryFolder root)
    {
        string file = root["records.json"];
        File.WriteAllBytes(file, json);
        foreach (RecordReadOptions options in (RecordReadOptions[])[
            new() { Answers = AnswerRule.Optional },
            new() { OnError = OnError.SkipAndCount, ImageRoot = root.Path, Answers = AnswerRule.AllOrNone },
            new() { OnError = OnError.SkipAndCount }])
        {
            try
            {
                RecordFile records = RecordReader.Read(file, options);
                Assert.InRange(records.Samples.Count, 0, records.RecordCount);
                Assert.True(records.LeftOutCount == 0 || records.Faults.Count > 0, "a record was left out without a fault");
                Assert.All(records.Samples, sample => Assert.False(string.IsNullOrWhiteSpace(sample.Question)));
            }
            catch (InputException exception)
            {
                Assert.All(exception.Problems, problem => Assert.NotEmpty(problem.What));
            }
        }
    }

    private static void Mutate(JsonNode root, int place, string replacement, bool delete)
    {
        List<JsonNode> containers = [];
        Collect(root, containers);
        JsonNode target = containers[place % containers.Count];
        if (target is JsonObject { Count: > 0 } properties)
        {
            string name = properties.ElementAt(place % properties.Count).Key;
            if (delete)
            {
                properties.Remove(name);
            }
            else
            {
                properties[name] = JsonNode.Parse(replacement);
            }
        }
        else if (target is JsonArray { Count: > 0 } items)
        {
            if (delete)
            {
                items.RemoveAt(place % items.Count);
            }
            else
            {
                items[place % items.Count] = JsonNode.Parse(replacement);
            }
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> containers)
    {
        if (node is JsonObject properties)
        {
            containers.Add(node);
            foreach ((_, JsonNode? value) in properties)
            {
                Collect(value, containers);
            }
        }
        else if (node is JsonArray items)
        {
            containers.Add(node);
            foreach (JsonNode? value in items)
            {
                Collect(value, containers);
            }
        }
    }
}

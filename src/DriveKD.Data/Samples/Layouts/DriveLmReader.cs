using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>
/// DriveLM v1.1: <c>{scene: {key_frames: {frame: {QA: {category: [{Q, A, tag}]}, image_paths: {camera: path}}}}}</c>,
/// one key frame in memory at a time. Object tags count pixels.
/// </summary>
internal static class DriveLmReader
{
    public static void Read(JsonTokenStream tokens, SampleCollector collector)
    {
        tokens.Read();
        foreach ((string scene, string path) in ReadMembers(tokens, collector, JsonPath.Root, "a scene"))
        {
            if (tokens.TokenType != JsonTokenType.StartObject)
            {
                collector.AddFault(
                    RecordFaultKind.WrongType, path, $"found {RecordNode.Read(tokens).Description}, expected a scene (an object with key_frames).");
                continue;
            }

            ReadScene(tokens, collector, scene, path);
        }

        // What follows the root is broken JSON; the token stream says so.
        tokens.Read();
    }

    private static void ReadScene(JsonTokenStream tokens, SampleCollector collector, string scene, string path)
    {
        bool hasFrames = false;
        foreach ((string name, string memberPath) in ReadMembers(tokens, collector, path, "a key"))
        {
            if (name != "key_frames")
            {
                tokens.SkipValue();
                continue;
            }

            hasFrames = true;
            if (tokens.TokenType != JsonTokenType.StartObject)
            {
                collector.AddFault(
                    RecordFaultKind.WrongType, memberPath, $"found {RecordNode.Read(tokens).Description}, expected an object of key frames.");
                continue;
            }

            foreach ((string frame, string framePath) in ReadMembers(tokens, collector, memberPath, "a key frame"))
            {
                AddFrame(collector, RecordNode.Read(tokens), framePath, scene, frame);
            }
        }

        if (!hasFrames)
        {
            collector.AddFault(RecordFaultKind.MissingKey, path, "the scene has no key_frames.");
        }
    }

    private static void AddFrame(SampleCollector collector, RecordNode frame, string path, string scene, string frameName)
    {
        int faultsBefore = collector.BlockingFaults;
        if (collector.Expect(frame, JsonValueKind.Object, path, "a key frame (an object with QA and image_paths)") is null)
        {
            return;
        }

        string questionsPath = JsonPath.Property(path, "QA");
        RecordNode? found = frame.FindPresent("QA");
        RecordNode? categories = collector.Expect(found, JsonValueKind.Object, questionsPath, "an object of question lists");
        collector.AddTextFaults(frame, path, except: categories);
        if (found is null)
        {
            collector.AddFault(RecordFaultKind.MissingKey, path, "the key frame has no QA.");
        }

        IReadOnlyList<SampleImage>? images = collector.ReadImagesByCamera(frame, path, "image_paths");
        bool isFrameSound = collector.BlockingFaults == faultsBefore;
        if (categories is null)
        {
            return;
        }

        IReadOnlyDictionary<(string Id, string Camera), ObjectBox> boxes = ReadBoxes(frame);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string category, RecordNode value) in categories.Properties)
        {
            string listPath = JsonPath.Property(questionsPath, category);
            if (!seen.Add(category))
            {
                collector.AddFault(RecordFaultKind.DuplicateKey, listPath, "the category stands twice in one key frame; the second list is not read.");
                collector.AddUnreadable(value.Items.Count);
                continue;
            }

            Capability? capability = collector.ReadCapability(category, listPath);
            if (collector.Expect(value, JsonValueKind.Array, listPath, "a list of questions") is not RecordNode list)
            {
                continue;
            }

            SampleDraft ofList = new()
            {
                QuestionType = category,
                Capability = capability,
                Images = isFrameSound ? images : null,
                Scene = scene,
                Frame = frameName,
                Unit = CoordinateUnit.Pixel,
                Boxes = boxes,
                QuestionPath = "",
                AnswerPath = "",
            };
            for (int item = 0; item < list.Items.Count; item++)
            {
                AddQuestion(collector, list.Items[item], ofList, listPath, item);
            }
        }
    }

    /// <summary>
    /// The boxes of <c>key_object_infos</c>, whose keys are tags. No question needs them, so that what is no box of four rising numbers is passed over.
    /// </summary>
    private static Dictionary<(string Id, string Camera), ObjectBox> ReadBoxes(RecordNode frame)
    {
        Dictionary<(string, string), ObjectBox> boxes = [];
        foreach ((string name, RecordNode value) in frame.FindPresent("key_object_infos")?.Properties ?? [])
        {
            if (ObjectTag.FindAll(name, CoordinateUnit.Pixel) is [ObjectTag tag] && ReadBox(value.FindPresent("2d_bbox")) is ObjectBox box)
            {
                boxes.TryAdd((tag.Id, tag.Camera), box);
            }
        }

        return boxes;
    }

    private static ObjectBox? ReadBox(RecordNode? node)
    {
        if (node is not { Items.Count: 4 })
        {
            return null;
        }

        double[] sides = new double[4];
        for (int i = 0; i < 4; i++)
        {
            if (node.Items[i].Kind != JsonValueKind.Number
                || !double.TryParse(node.Items[i].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out sides[i])
                || !double.IsFinite(sides[i]))
            {
                return null;
            }
        }

        return sides[0] <= sides[2] && sides[1] <= sides[3] ? new ObjectBox(sides[0], sides[1], sides[2], sides[3]) : null;
    }

    private static void AddQuestion(SampleCollector collector, RecordNode entry, SampleDraft ofList, string listPath, int item)
    {
        string path = JsonPath.Item(listPath, item);
        int faultsBefore = collector.BlockingFaults;
        collector.AddTextFaults(entry, path);
        if (collector.Expect(entry, JsonValueKind.Object, path, "a question (an object with Q and A)") is null)
        {
            collector.AddUnreadable();
            return;
        }

        if (entry.FindPresent("Q") is null)
        {
            collector.AddFault(RecordFaultKind.MissingQuestion, path, "there is no 'Q'; a record needs its question.");
        }

        SampleDraft draft = ofList with
        {
            Question = collector.ReadText(entry, path, "Q"),
            QuestionPath = JsonPath.Property(path, "Q"),
            Answer = collector.ReadText(entry, path, "A"),
            AnswerPath = JsonPath.Property(path, "A"),
            Tags = collector.ReadTags(entry, path),
        };
        collector.AddRecord(draft, faultsBefore, listPath, item);
    }

    /// <summary>
    /// The members of the object whose opening brace was just read; for each the token stream stands on the first token of the
    /// value, which the caller reads or passes over. A name's second value is a fault and is passed over here.
    /// </summary>
    private static IEnumerable<(string Name, string Path)> ReadMembers(JsonTokenStream tokens, SampleCollector collector, string path, string what)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndObject)
        {
            string? name = tokens.Text;
            tokens.Read();
            if (name is null)
            {
                collector.AddFault(RecordFaultKind.InvalidText, path, $"the name of {what} is not valid UTF-8, or escapes half a surrogate pair; it is not read.");
                tokens.SkipValue();
            }
            else if (!names.Add(name))
            {
                collector.AddFault(RecordFaultKind.DuplicateKey, JsonPath.Property(path, name), $"{what} stands twice; the second is not read.");
                tokens.SkipValue();
            }
            else
            {
                yield return (name, JsonPath.Property(path, name));
            }
        }
    }
}

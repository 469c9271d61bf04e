using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Judge;

/// <summary>Reference answers by scene, frame and question, from a file in DriveBench's form (a list) or DriveLM's (scenes).</summary>
internal sealed class ReferenceAnswers
{
    private readonly Dictionary<(string Scene, string Frame, string Question), string> _answers = [];
    private readonly HashSet<(string, string, string)> _used = [];

    private ReferenceAnswers(bool isDriveLm) => IsDriveLm = isDriveLm;

    /// <summary>The file has scenes, and with them may describe objects.</summary>
    public bool IsDriveLm { get; }

    /// <summary>Questions that nobody has asked for.</summary>
    public int Unused => _answers.Count - _used.Count;

    /// <summary>Questions with two different answers.</summary>
    public int Contradictions { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read or holds no answer.</exception>
    public static ReferenceAnswers Read(string file)
    {
        using JsonDocument document = JudgeInputReader.ReadDocument(file);
        JsonElement root = document.RootElement;
        ReferenceAnswers answers = new(root.ValueKind == JsonValueKind.Object);
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement record in root.EnumerateArray().Where(record => record.ValueKind == JsonValueKind.Object))
            {
                answers.Add(Text(record, "scene_token"), Text(record, "frame_token"), Text(record, "question"), Text(record, "answer"));
            }
        }
        else if (root.ValueKind == JsonValueKind.Object)
        {
            answers.AddScenes(root);
        }

        return answers._answers.Count > 0
            ? answers
            : throw new InputException(file, "holds no reference answer; DriveBench's list of records (scene_token, frame_token, question, answer) or DriveLM's scenes are expected.");
    }

    /// <summary>Finds an answer, and remembers that it was asked for.</summary>
    public string? Take(string? scene, string? frame, string question)
    {
        if (scene is null || frame is null || !_answers.TryGetValue((scene, frame, question), out string? answer))
        {
            return null;
        }

        _used.Add((scene, frame, question));
        return answer;
    }

    private void AddScenes(JsonElement scenes)
    {
        foreach (JsonProperty scene in scenes.EnumerateObject())
        {
            foreach (JsonProperty frame in Members(scene.Value, "key_frames"))
            {
                foreach (JsonElement item in Members(frame.Value, "QA").Where(list => list.Value.ValueKind == JsonValueKind.Array).SelectMany(list => list.Value.EnumerateArray()))
                {
                    if (item.ValueKind == JsonValueKind.Object)
                    {
                        Add(scene.Name, frame.Name, Text(item, "Q"), Text(item, "A"));
                    }
                }
            }
        }
    }

    private void Add(string? scene, string? frame, string? question, string? answer)
    {
        if (scene is null || frame is null || question is null || string.IsNullOrWhiteSpace(answer))
        {
            return;
        }

        if (!_answers.TryAdd((scene, frame, question), answer) && _answers[(scene, frame, question)] != answer)
        {
            Contradictions++;
        }
    }

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject()
            : [];

    private static string? Text(JsonElement record, string name) => JudgeInputReader.Text(record, name);
}

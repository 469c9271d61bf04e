using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.Data.Samples;

namespace DriveKD.World.Questions.Files;

/// <summary>Writes questions as records of the two layouts that training and evaluation read.</summary>
internal sealed class RecordWriter(IReadOnlyList<string> cameras)
{
    // Object tags keep their angle brackets.
    private static readonly JsonWriterOptions _options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Drive-KD's layout; a lesson without pictures has an empty list of them.</summary>
    public void WriteDriveKd(string file, string split, IEnumerable<WorldQuestion> questions) => Write(file, questions, (json, question) =>
    {
        IReadOnlyList<string> seen = question.IsTextOnly ? [] : cameras;
        json.WriteStartArray("messages");
        WriteMessage(json, "user", string.Concat(seen.Select(_ => Sample.ImagePlaceholder)) + question.Question);
        WriteMessage(json, "assistant", question.Answer);
        json.WriteEndArray();
        json.WriteStartArray("images");
        foreach (string camera in seen)
        {
            json.WriteStringValue(DatasetFiles.PicturePath(split, camera, question.Seed));
        }

        json.WriteEndArray();
        json.WriteString("question_type", question.Capability is Capability capability ? capability.ToString().ToLowerInvariant() : "general_perception");
        json.WriteString("kind", question.Kind);
    });

    /// <summary>DriveBench's layout, with the type and the tag by which its scorer finds the rule.</summary>
    public void WriteDriveBench(string file, string split, IEnumerable<WorldQuestion> questions) => Write(file, questions, (json, question) =>
    {
        (string type, int tag) = QuestionTags.Of(question);
        string scene = DatasetFiles.SceneName(question.Seed);
        json.WriteString("scene_token", scene);
        json.WriteString("frame_token", scene + "-0");
        json.WriteString("question_type", type);
        json.WriteString("question", question.Question);
        json.WriteString("answer", question.Answer);
        json.WriteStartArray("tag");
        json.WriteNumberValue(tag);
        json.WriteEndArray();
        json.WriteStartObject("image_path");
        foreach (string camera in cameras)
        {
            json.WriteString(camera, DatasetFiles.PicturePath(split, camera, question.Seed));
        }

        json.WriteEndObject();
        json.WriteString("kind", question.Kind);
    });

    private static void Write(string file, IEnumerable<WorldQuestion> questions, Action<Utf8JsonWriter, WorldQuestion> write)
    {
        using FileStream stream = File.Create(file);
        using Utf8JsonWriter json = new(stream, _options);
        json.WriteStartArray();
        foreach (WorldQuestion question in questions)
        {
            json.WriteStartObject();
            write(json, question);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Answers;

/// <summary>The answers of a pass as DriveBench's list of records with <c>pred</c>.</summary>
public static partial class ResultFile
{
    private static readonly JsonWriterOptions _layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The records: every question, those without an answer too, which are then counted where they belong.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="answers">The answers, by the questions' names.</param>
    /// <param name="corruption">The pass, which the pictures' paths name as DriveBench's do.</param>
    public static IReadOnlyList<QuestionRecord> Records(
        IReadOnlyList<EvaluationQuestion> questions, IReadOnlyDictionary<string, ModelAnswer> answers, CorruptionChoice corruption) =>
        [.. questions.Select(question => new QuestionRecord
        {
            Place = question.Id,
            Id = question.Id,
            Scene = question.Sample.Scene,
            Frame = question.Sample.Frame,
            QuestionType = question.QuestionType,
            Tags = question.Tags,
            Question = question.Sample.Question,
            Reference = question.Sample.Answer,
            Prediction = answers.GetValueOrDefault(question.Id)?.Pred,
            Images = [.. question.Sample.Images.Select(image => new SampleImage(PathOf(image.RecordedPath, corruption), null, image.Camera))],
        })];

    /// <summary>Writes the records.</summary>
    /// <param name="file">The file.</param>
    /// <param name="records">The records.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<QuestionRecord> records)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, stream =>
        {
            using Utf8JsonWriter json = new(stream, _layout);
            json.WriteStartArray();
            foreach (QuestionRecord record in records)
            {
                Write(json, record);
            }

            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, QuestionRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        WriteText("scene_token", record.Scene);
        WriteText("frame_token", record.Frame);
        WriteText("question_type", record.QuestionType);
        WriteText("question", record.Question);
        WriteText("answer", record.Reference);
        WriteText("pred", record.Prediction);
        json.WriteStartArray("tag");
        foreach (int tag in record.Tags)
        {
            json.WriteNumberValue(tag);
        }

        json.WriteEndArray();
        WriteImages(json, record.Images);
        json.WriteEndObject();

        void WriteText(string name, string? text)
        {
            if (text is not null)
            {
                json.WriteString(name, text);
            }
        }
    }

    /// <summary>By camera where every picture has one of its own, else as a list.</summary>
    private static void WriteImages(Utf8JsonWriter json, IReadOnlyList<SampleImage> images)
    {
        if (images.Select(image => image.Camera).OfType<string>().Distinct(StringComparer.Ordinal).Count() == images.Count)
        {
            json.WriteStartObject("image_path");
            foreach (SampleImage image in images)
            {
                json.WriteString(image.Camera!, image.RecordedPath);
            }

            json.WriteEndObject();
            return;
        }

        json.WriteStartArray("image_path");
        foreach (SampleImage image in images)
        {
            json.WriteStringValue(image.RecordedPath);
        }

        json.WriteEndArray();
    }

    private static string PathOf(string recorded, CorruptionChoice corruption)
    {
        if (corruption == CorruptionChoice.Clean)
        {
            return recorded;
        }

        string path = recorded.Replace('\\', '/');
        Match samples = SamplesFolder().Match(path);
        return $"corruption/{corruption.Name}/{(samples.Success ? path[(samples.Index + samples.Length)..] : path.TrimStart('.', '/'))}";
    }

    [GeneratedRegex("(?:^|/)samples/", RegexOptions.CultureInvariant)]
    private static partial Regex SamplesFolder();
}

using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// Reads a DriveBench result file (a list of records with <c>pred</c>) for judging. A record that cannot be judged stays in, with the
/// reason: it is counted where it belongs. Pictures are not looked at.
/// </summary>
public static class JudgeInputReader
{
    /// <summary>Reads the files.</summary>
    /// <param name="answers">The result file.</param>
    /// <param name="references">Reference answers, in DriveBench's or DriveLM's form, taken instead of the records' own; null for those.</param>
    /// <param name="descriptions">How objects look, in DriveLM's form; null: the references, where they are in that form.</param>
    /// <exception cref="InputException">A file cannot be read or is no list of records.</exception>
    public static JudgeInput Read(string answers, string? references = null, string? descriptions = null)
    {
        ReferenceAnswers? referenceAnswers = references is null ? null : ReferenceAnswers.Read(references);
        ObjectDescriptions looks = descriptions is not null ? ObjectDescriptions.Read(descriptions)
            : referenceAnswers is { IsDriveLm: true } ? ObjectDescriptions.Read(references!)
            : ObjectDescriptions.None;
        using JsonDocument document = ReadDocument(answers);
        if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0)
        {
            throw new InputException(answers, "is no list of records; a DriveBench result file (a JSON list of records with question, answer and pred) is expected.");
        }

        List<JudgeItem> items = [];
        HashSet<(string?, string?, string?, string?)> seen = [];
        foreach (JsonElement record in document.RootElement.EnumerateArray())
        {
            items.Add(ReadItem(record, items.Count, referenceAnswers, looks, seen));
        }

        return new JudgeInput(items, [.. NotesOn(items, referenceAnswers)]);
    }

    /// <summary>Reads a whole JSON file.</summary>
    internal static JsonDocument ReadDocument(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return JsonDocument.Parse(stream);
        }
        catch (JsonException exception)
        {
            throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(file) ? "is a folder; a file of records is expected." : $"cannot be read: {exception.Message}";
            throw new InputException(file, what, exception);
        }
    }

    private static JudgeItem ReadItem(
        JsonElement record, int index, ReferenceAnswers? references, ObjectDescriptions looks, HashSet<(string?, string?, string?, string?)> seen)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            return new JudgeItem { Index = index, Obstacle = "the record is no object" };
        }

        string? scene = Text(record, "scene_token"), frame = Text(record, "frame_token"), question = Text(record, "question");
        string? type = Text(record, "question_type")?.Trim().ToLowerInvariant();
        int[] tags = Tags(record);
        Rubric? rubric = Rubrics.For(type, tags, out string? obstacle);
        string? reference = references is null || question is null ? Text(record, "answer") : references.Take(scene, frame, question);
        string? prediction = Text(record, "pred");
        bool isRepeated = scene is not null && frame is not null && question is not null && !seen.Add((scene, frame, type, question));
        return new JudgeItem
        {
            Index = index,
            Scene = scene,
            Frame = frame,
            QuestionType = type,
            Tags = tags,
            Question = question,
            Reference = reference,
            Prediction = prediction,
            Description = rubric?.UsesDescription == true && question is not null ? looks.Find(scene, frame, question) ?? Text(record, "desc") : null,
            Rubric = rubric,
            Obstacle = obstacle
                ?? (string.IsNullOrWhiteSpace(question) ? "there is no question"
                : isRepeated ? "the question stands twice; the first answer is judged"
                : string.IsNullOrWhiteSpace(reference) ? references is null ? "there is no reference answer" : "the references do not hold the question"
                : prediction is null ? "there is no answer (pred)"
                : null),
        };
    }

    private static IEnumerable<string> NotesOn(List<JudgeItem> items, ReferenceAnswers? references)
    {
        int empty = items.Count(item => item.Obstacle is null && string.IsNullOrWhiteSpace(item.Prediction));
        if (empty > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{empty} answers are empty: they have 0 points, and the judge is not asked");
        }

        if (references is { Unused: > 0 })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{references.Unused} questions of the references are not in the answers");
        }

        if (references is { Contradictions: > 0 })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{references.Contradictions} questions stand in the references with different answers: the first is taken");
        }
    }

    /// <summary>A text, or null where there is none, or something else.</summary>
    internal static string? Text(JsonElement record, string name)
    {
        if (!record.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: no text.
            return null;
        }
    }

    private static int[] Tags(JsonElement record) =>
        record.TryGetProperty("tag", out JsonElement tags) && tags.ValueKind == JsonValueKind.Array
            ? [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.Number && tag.TryGetInt32(out _)).Select(tag => tag.GetInt32())]
            : [];
}

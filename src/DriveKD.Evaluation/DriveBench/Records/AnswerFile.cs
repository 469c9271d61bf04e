using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>A file of a model's answers: DriveBench's list of questions with <c>pred</c>, or a DriveLM submission.</summary>
public sealed record AnswerFile
{
    private const string Expected =
        "expected DriveBench's list of questions with 'pred' (or an object that holds it under data, items, samples, dataset, records or results), "
        + "or a DriveLM submission of {id, question, answer}";

    private static readonly string[] _containers = ["data", "items", "samples", "dataset", "records", "results"];
    private static readonly string[] _driveBenchKeys = ["pred", "question_type", "scene_token", "frame_token", "tag"];

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>It is a DriveLM submission: answers under ids, without the questions' types and tags.</summary>
    public required bool IsSubmission { get; init; }

    /// <summary>Every record in order, faulty ones too.</summary>
    public required IReadOnlyList<QuestionRecord> Records { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file: JSON in UTF-8.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InputException">It cannot be read, is not JSON, or holds no answers of a known form.</exception>
    public static AnswerFile Read(string file, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        long length = System.IO.File.Exists(file) ? new FileInfo(file).Length : 0;
        RecordNode root = JsonRecordFile.Read(file, bytes =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress($"reading {Path.GetFileName(file)}", bytes, length));
        });
        (RecordNode Node, string Place, string? Id)[] items = [.. Items(file, root)];
        if (items.Length == 0)
        {
            throw new InputException(file, $"holds no answers; {Expected}.");
        }

        bool isDriveBench = Array.Exists(items, item => Array.Exists(_driveBenchKeys, key => item.Node.Find(key) is not null));
        bool isSubmission = !isDriveBench && Array.Exists(items, item => item.Id is not null || item.Node.Find("id") is not null);
        return isDriveBench || isSubmission
            ? new AnswerFile { File = file, IsSubmission = isSubmission, Records = [.. items.Select(item => isSubmission ? Submitted(item) : DriveBench(item.Node, item.Place))] }
            : throw new InputException(file, $"holds neither 'pred' and question types nor ids; {Expected}.");
    }

    /// <summary>A record of DriveBench's form, as references have it too.</summary>
    internal static QuestionRecord DriveBench(RecordNode node, string place)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            return new QuestionRecord { Place = place, Fault = $"found {node.Description}, expected a record (an object)" };
        }

        RecordFields fields = new(node);
        QuestionRecord record = new()
        {
            Place = place,
            Id = fields.Text("id"),
            Scene = fields.Text("scene_token"),
            Frame = fields.Text("frame_token"),
            QuestionType = fields.Text("question_type"),
            Tags = fields.Tags(),
            Question = fields.Text("question"),
            Reference = fields.Text("answer"),
            Prediction = fields.Text("pred"),
            Images = fields.Images("image_path"),
        };
        return record with { Fault = fields.Fault };
    }

    /// <summary>The items of a list at the root or in a container.</summary>
    internal static (RecordNode Node, string Place)[]? List(RecordNode root)
    {
        RecordNode? list = root.Kind == JsonValueKind.Array ? root
            : Array.ConvertAll(_containers, root.FindPresent) is { } found ? Array.Find(found, node => node?.Kind == JsonValueKind.Array) : null;
        return list is null ? null : [.. list.Items.Select((item, index) => (item, string.Create(CultureInfo.InvariantCulture, $"$[{index}]")))];
    }

    private static IEnumerable<(RecordNode Node, string Place, string? Id)> Items(string file, RecordNode root) =>
        List(root) is { } list ? list.Select(item => (item.Node, item.Place, (string?)null))
        : FrameRecord.AreIn(root) ? throw new InputException(file, $"holds scenes with their questions, as references have them, and no answers; {Expected}.")
        : root.Kind == JsonValueKind.Object && root.Properties.TrueForAll(item => item.Value.Kind is JsonValueKind.String or JsonValueKind.Object)
            ? root.Properties.Select(item => (item.Value, item.Name, (string?)item.Name))
        : throw new InputException(file, $"holds {root.Description}; {Expected}.");

    private static QuestionRecord Submitted((RecordNode Node, string Place, string? Id) item)
    {
        if (item.Node.Kind == JsonValueKind.String && item.Id is not null)
        {
            return new QuestionRecord { Place = item.Place, Id = item.Id, Prediction = item.Node.Text };
        }

        if (item.Node.Kind != JsonValueKind.Object)
        {
            return new QuestionRecord { Place = item.Place, Fault = $"found {item.Node.Description}, expected an answer (an object with id and answer)" };
        }

        RecordFields fields = new(item.Node);
        string? id = fields.Text("id") ?? item.Id;
        QuestionRecord record = new()
        {
            Place = id ?? item.Place,
            Id = id,
            Question = fields.Text("question"),
            Prediction = fields.Text("answer", "pred"),
        };
        return record with { Fault = fields.Fault };
    }
}

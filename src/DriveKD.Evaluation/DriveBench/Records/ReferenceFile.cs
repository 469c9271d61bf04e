using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>A file of questions with their reference answers: a DriveLM file of scenes, or DriveBench's list.</summary>
public sealed record ReferenceFile
{
    // The challenge numbers a frame's questions in this order.
    private static readonly string[] _tasks = ["perception", "prediction", "planning", "behavior"];

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>It is a DriveLM file, whose questions have ids.</summary>
    public required bool IsDriveLm { get; init; }

    /// <summary>The questions in the order in which DriveLM's scorer goes through them, or in that of the list.</summary>
    public required IReadOnlyList<QuestionRecord> Questions { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file: JSON in UTF-8.</param>
    /// <exception cref="InputException">It cannot be read, is not JSON, or holds no questions of a known form.</exception>
    public static ReferenceFile Read(string file)
    {
        RecordNode root = JsonRecordFile.Read(file);
        if (FrameRecord.AreIn(root))
        {
            return new ReferenceFile { File = file, IsDriveLm = true, Questions = [.. FrameRecord.ReadAll(file, root).SelectMany(OfFrame)] };
        }

        QuestionRecord[] questions = [.. (AnswerFile.List(root) ?? []).Select(item => AnswerFile.DriveBench(item.Node, item.Place))];
        return Array.Exists(questions, question => question.Reference is not null && question.QuestionType is not null)
            ? new ReferenceFile { File = file, IsDriveLm = false, Questions = questions }
            : throw new InputException(
                file, "holds no references; expected a DriveLM file of scenes with key_frames and QA, or DriveBench's list of questions with 'answer' and 'question_type'.");
    }

    private static IEnumerable<QuestionRecord> OfFrame(FrameRecord frame)
    {
        IReadOnlyList<Data.Samples.SampleImage> images = new RecordFields(frame.Content).Images("image_paths");
        int number = 0;
        foreach (string task in _tasks)
        {
            foreach (RecordNode node in frame.Content.FindPresent("QA")?.FindPresent(task)?.Items ?? [])
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"{frame.Scene}_{frame.Frame}_{number++}");
                if (node.Kind != JsonValueKind.Object)
                {
                    yield return new QuestionRecord { Place = id, Id = id, Fault = $"found {node.Description}, expected a question (an object with Q and A)" };
                    continue;
                }

                RecordFields fields = new(node);
                QuestionRecord record = new()
                {
                    Place = id,
                    Id = id,
                    Scene = frame.Scene,
                    Frame = frame.Frame,
                    QuestionType = task,
                    Tags = fields.Tags(),
                    Question = fields.Text("Q"),
                    Reference = fields.Text("A"),
                    Images = images,
                };
                yield return record with { Fault = fields.Fault };
            }
        }
    }
}

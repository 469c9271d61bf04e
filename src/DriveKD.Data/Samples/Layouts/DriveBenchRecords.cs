using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>
/// DriveBench's questions: <c>{scene_token, frame_token, question_type, question, answer, tag, image_path: {camera: path}}</c>,
/// in predictions also <c>pred</c>.
/// </summary>
internal static class DriveBenchRecords
{
    public static void AddRecord(SampleCollector collector, RecordNode record, string listPath, int item)
    {
        string path = JsonPath.Item(listPath, item);
        int faultsBefore = collector.BlockingFaults;
        collector.AddTextFaults(record, path);
        if (record.FindPresent("question") is null)
        {
            collector.AddFault(RecordFaultKind.MissingQuestion, path, "there is no 'question'; a record needs its question.");
        }

        string? type = collector.ReadText(record, path, "question_type");
        SampleDraft draft = new()
        {
            Question = collector.ReadText(record, path, "question"),
            QuestionPath = JsonPath.Property(path, "question"),
            Answer = collector.ReadText(record, path, "answer"),
            AnswerPath = JsonPath.Property(path, "answer"),
            QuestionType = type?.Trim(),
            Capability = collector.ReadCapability(type, JsonPath.Property(path, "question_type")),
            Images = collector.ReadImagesByCamera(record, path, "image_path"),
            Scene = collector.ReadText(record, path, "scene_token"),
            Frame = collector.ReadText(record, path, "frame_token"),
            Tags = collector.ReadTags(record, path),
            Prediction = collector.ReadText(record, path, "pred"),
        };
        collector.AddRecord(draft, faultsBefore, listPath, item);
    }
}

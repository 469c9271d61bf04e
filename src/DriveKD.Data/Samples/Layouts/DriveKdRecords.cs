using System.Text.Json;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>The authors' training records: <c>{messages | question + answer, images: [...], question_type}</c>.</summary>
internal static class DriveKdRecords
{
    private static readonly string[] _typeKeys = ["question_type", "type", "capability"];

    public static void AddRecord(SampleCollector collector, RecordNode record, string listPath, int item)
    {
        string path = JsonPath.Item(listPath, item);
        int faultsBefore = collector.BlockingFaults;
        collector.AddTextFaults(record, path);
        (string? question, string questionPath, string? answer, string answerPath) = ReadTexts(collector, record, path);
        string typeKey = _typeKeys.FirstOrDefault(key => record.FindPresent(key) is not null) ?? _typeKeys[0];
        string? type = collector.ReadText(record, path, typeKey);
        SampleDraft draft = new()
        {
            Question = question,
            QuestionPath = questionPath,
            Answer = answer,
            AnswerPath = answerPath,
            QuestionType = type?.Trim(),
            Capability = collector.ReadCapability(type, JsonPath.Property(path, typeKey)),
            Images = ReadImages(collector, record, path),
        };
        collector.AddRecord(draft, faultsBefore, listPath, item);
    }

    // Question and answer where both are there, else the first user and the first assistant message, as the authors' trainer has it.
    private static (string? Question, string QuestionPath, string? Answer, string AnswerPath) ReadTexts(
        SampleCollector collector, RecordNode record, string path)
    {
        bool hasQuestion = record.FindPresent("question") is not null;
        bool hasAnswer = record.FindPresent("answer") is not null;
        RecordNode? messages = record.FindPresent("messages");
        if (hasQuestion && (hasAnswer || messages is null))
        {
            return (
                collector.ReadText(record, path, "question"),
                JsonPath.Property(path, "question"),
                collector.ReadText(record, path, "answer"),
                JsonPath.Property(path, "answer"));
        }

        string messagesPath = JsonPath.Property(path, "messages");
        if (messages is null)
        {
            collector.AddFault(RecordFaultKind.MissingQuestion, path, "there is neither 'messages' nor 'question'; a record needs its question.");
            return (null, path, null, path);
        }

        return collector.Expect(messages, JsonValueKind.Array, messagesPath, "a list of {role, content}") is RecordNode list
            ? ReadMessages(collector, list, messagesPath)
            : (null, messagesPath, null, messagesPath);
    }

    private static (string? Question, string QuestionPath, string? Answer, string AnswerPath) ReadMessages(
        SampleCollector collector, RecordNode list, string path)
    {
        (string? Text, string Path)? user = null;
        (string? Text, string Path)? assistant = null;
        bool hasSystem = false;
        bool hasLaterTurns = false;
        bool isReadable = true;
        for (int i = 0; i < list.Items.Count; i++)
        {
            string messagePath = JsonPath.Item(path, i);
            if (collector.Expect(list.Items[i], JsonValueKind.Object, messagePath, "an object {role, content}") is not RecordNode message)
            {
                isReadable = false;
                continue;
            }

            string contentPath = JsonPath.Property(messagePath, "content");
            switch (message.FindPresent("role")?.Text)
            {
                case "user" when user is null:
                    user = (collector.ReadText(message, messagePath, "content"), contentPath);
                    break;
                case "assistant" when assistant is null:
                    assistant = (collector.ReadText(message, messagePath, "content"), contentPath);
                    break;
                case "user" or "assistant":
                    hasLaterTurns = true;
                    break;
                case "system":
                    hasSystem = true;
                    break;
                default:
                    isReadable = false;
                    collector.AddFault(
                        RecordFaultKind.WrongType,
                        JsonPath.Property(messagePath, "role"),
                        $"found {message.FindPresent("role")?.Description ?? "no role"}, expected user, assistant or system.");
                    break;
            }
        }

        if (user is null && isReadable)
        {
            collector.AddFault(RecordFaultKind.MissingQuestion, path, "no message has the role user; a record needs its question.");
        }
        else if (user is { Text: null } && list.Items.Exists(message => message.FindPresent("role")?.Text == "user" && message.FindPresent("content") is null))
        {
            collector.AddFault(RecordFaultKind.MissingQuestion, user.Value.Path, "the user's message has no content; a record needs its question.");
        }

        if (hasSystem)
        {
            collector.AddNotice(RecordNotice.SystemMessageDropped);
        }

        if (hasLaterTurns)
        {
            collector.AddNotice(RecordNotice.LaterTurnsDropped);
        }

        return (user?.Text, user?.Path ?? path, assistant?.Text, assistant?.Path ?? path);
    }

    private static List<SampleImage>? ReadImages(SampleCollector collector, RecordNode record, string path)
    {
        string imagesPath = JsonPath.Property(path, "images");
        RecordNode? images = record.FindPresent("images");
        if (images is null)
        {
            collector.AddFault(
                RecordFaultKind.MissingImages, imagesPath, "there is no list of images; a record without pictures says so with an empty list.");
            return null;
        }

        if (collector.Expect(images, JsonValueKind.Array, imagesPath, "a list of paths") is not RecordNode list)
        {
            return null;
        }

        List<SampleImage> read = new(list.Items.Count);
        for (int i = 0; i < list.Items.Count; i++)
        {
            string imagePath = JsonPath.Item(imagesPath, i);
            if (collector.Expect(list.Items[i], JsonValueKind.String, imagePath, "a picture's path") is RecordNode text)
            {
                read.Add(collector.ReadImage(text.Text, null, imagePath));
            }
        }

        return read;
    }
}

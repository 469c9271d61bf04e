using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>Tells a file's layout by its keys, and refuses what is none of the three. It reads no further than it must.</summary>
internal static class LayoutDetector
{
    private static readonly string[] _containers = ["data", "items", "samples", "dataset", "records"];

    private const string Expected =
        "expected a list of Drive-KD or DriveBench records (or an object that holds one under data, items, samples, dataset or records), "
        + "or DriveLM's object of scenes with key_frames";

    /// <exception cref="InputException">The file holds no records of a known layout.</exception>
    /// <exception cref="JsonException">The file is not JSON as far as it was read.</exception>
    public static DetectedLayout Detect(string file, CancellationToken cancellationToken)
    {
        using JsonTokenStream tokens = new(file, _ => cancellationToken.ThrowIfCancellationRequested());
        tokens.Read();
        return tokens.TokenType switch
        {
            JsonTokenType.StartArray => DetectInList(file, "the list", tokens, null),
            JsonTokenType.StartObject => DetectInObject(file, tokens),
            _ => throw new InputException(file, $"holds {RecordNode.Read(tokens).Description}; {Expected}."),
        };
    }

    private static DetectedLayout DetectInObject(string file, JsonTokenStream tokens)
    {
        DetectedLayout? inContainer = null;
        List<string> names = [];
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndObject)
        {
            string name = tokens.Text ?? "";
            names.Add(name);
            tokens.Read(withText: false);
            if (tokens.TokenType == JsonTokenType.StartObject)
            {
                if (ReadNames(tokens).Contains("key_frames"))
                {
                    return new DetectedLayout(RecordLayout.DriveLm, null);
                }
            }
            else if (tokens.TokenType == JsonTokenType.StartArray && _containers.Contains(name))
            {
                if (inContainer is not null)
                {
                    throw new InputException(file, $"holds two lists of records, '{inContainer.Container}' and '{name}'; keep one.");
                }

                inContainer = DetectInList(file, $"the list '{name}'", tokens, name);
            }
            else
            {
                tokens.SkipValue();
            }
        }

        if (inContainer is not null)
        {
            // Read to the end for a second list; what follows the object is found when the records are read.
            return inContainer;
        }

        throw new InputException(file, names.Count == 0 ? $"holds an empty object; {Expected}." : $"holds an object with the keys {List(names)}; {Expected}.");
    }

    private static DetectedLayout DetectInList(string file, string list, JsonTokenStream tokens, string? container)
    {
        HashSet<string>? firstNames = null;
        bool hasElements = false;
        RecordLayout? layout = null;
        bool hasQuestions = false;
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndArray)
        {
            hasElements = true;
            if (layout is not null || tokens.TokenType != JsonTokenType.StartObject)
            {
                tokens.SkipValue();
                continue;
            }

            HashSet<string> names = ReadNames(tokens);
            firstNames ??= names;
            layout = Tell(file, names);
            hasQuestions |= names.Contains("question");
            if (layout is not null && container is null)
            {
                return new DetectedLayout(layout.Value, null);
            }
        }

        // Records of nothing but a question and its type are Drive-KD's, with their missing pictures to be reported.
        layout ??= hasQuestions ? RecordLayout.DriveKd : null;
        return layout is not null ? new DetectedLayout(layout.Value, container)
            : !hasElements ? throw new InputException(file, $"{list} is empty: there are no records in it.")
            : firstNames is null ? throw new InputException(file, $"{list} holds no object; {Expected}.")
            : throw new InputException(file, $"{list} holds objects with the keys {List(firstNames)}; {Expected}.");
    }

    private static RecordLayout? Tell(string file, HashSet<string> names)
    {
        if (names.Contains("gt_answer") && !names.Contains("question_type"))
        {
            throw new InputException(
                file, "holds a model's predictions (question, gt_answer, answer), not records; give the record file that was asked.");
        }

        return names.Contains("image_path") || names.Contains("scene_token") || names.Contains("frame_token") ? RecordLayout.DriveBench
            : names.Contains("messages") || names.Contains("images") ? RecordLayout.DriveKd
            : null;
    }

    /// <summary>The names in the object whose opening brace was just read; their values are passed over.</summary>
    private static HashSet<string> ReadNames(JsonTokenStream tokens)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        while (tokens.Read() && tokens.TokenType != JsonTokenType.EndObject)
        {
            names.Add(tokens.Text ?? "");
            tokens.Read(withText: false);
            tokens.SkipValue();
        }

        return names;
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        string shown = string.Join(", ", all.Take(8).Select(name => name.Length <= 40 ? name : name[..40] + "..."));
        return all.Length <= 8 ? shown : $"{shown} and {all.Length - 8} more";
    }
}

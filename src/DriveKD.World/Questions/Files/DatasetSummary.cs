using System.Text.Json;

namespace DriveKD.World.Questions.Files;

/// <summary>What a data set was made with, what it holds, and what can be guessed in it.</summary>
internal static class DatasetSummary
{
    /// <summary>Describes a data set; the same settings give the same text.</summary>
    public static string Describe(WorldDataset dataset, DatasetFileSettings settings) => JsonSerializer.Serialize(
        new
        {
            settings.Program,
            settings.Commit,
            settings.Level,
            settings.Data.Seed,
            settings.Data.Scenes,
            Splits = new[] { settings.Data.TrainShare, settings.Data.ValidationShare, settings.Data.TestShare },
            settings.Data.QuestionsPerCapability,
            Cameras = settings.HasAllCameras ? "all" : "front",
            References = settings.Data.Questions.References.ToString(),
            Answers = settings.Data.Questions.Answers.ToString(),
            Parts = dataset.Splits.Select(split => new
            {
                split.Name,
                Scenes = split.Scenes.Count,
                SeedsDrawn = split.Drawn,
                Questions = split.Questions.CountBy(question => question.Capability!.Value).ToDictionary(pair => Lower(pair.Key), pair => pair.Value),
                Captions = split.Captions.Count,
                Places = split.Places.Count,
                General = split.General.Count(question => !question.IsTextOnly),
                Lessons = split.General.Count(question => question.IsTextOnly),
                Answers = split.Questions.GroupBy(question => question.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(
                    kind => kind.Key,
                    kind => kind.CountBy(TextOnlyBaseline.Target).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary()),
            }),
            TextOnly = dataset.MeasureTextOnly().OrderBy(pair => pair.Key).ToDictionary(pair => Lower(pair.Key), pair => pair.Value),
        },
        FactsJson.Layout);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Descriptions;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>A table of questions, of sets of answers with the published program's result, and of odd questions with where they go.</summary>
internal static class ScoringGoldens
{
    private const string Table = "scoring";
    private const string NoRoute = "NotImplementedError";
    private const string DescriptionSource = "data/drivelm-demo/train_sample.json";

    public static IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        GoldenJson root = new(path, "$", document.RootElement);
        GoldenJson[] items = [.. root.Member("questions").Items()];
        QuestionRecord[] questions = [.. items.Select(Read)];
        GoldenJson[] sets = [.. root.Optional("sets")?.Items() ?? []];
        foreach (GoldenJson set in sets)
        {
            // A set without answers of its own takes those of the first, for the tasks that its result holds.
            GoldenJson? own = set.Optional("predictions");
            string?[] predictions = (own ?? sets[0].Member("predictions")).TextsOrNulls();
            GoldenJson official = set.Member("official");
            QuestionRecord[] answered = [.. questions
                .Zip(predictions, (question, prediction) => question with { Prediction = prediction })
                .Where(question => own is not null || IsScored(official, question.QuestionType!))];
            foreach (GoldenCheck check in RunSet($"{Table}/{set.Member("name").Text()}", official, path, answered))
            {
                yield return check;
            }
        }

        GoldenJson[] cases = [.. root.Optional("routing_and_description_cases")?.Items() ?? []];
        if (cases.Length > 0)
        {
            yield return RunRouting(cases);
        }

        yield return RunDescriptions(path, [.. items, .. cases]);
    }

    private static IEnumerable<GoldenCheck> RunSet(string name, GoldenJson official, string path, QuestionRecord[] answered)
    {
        AnswerFile answers = new() { File = path, IsSubmission = false, Records = answered };
        JsonObject own = OfficialTree.Of(ResultScorer.Score(answers, null, new ScoreOptions { Lines = LineSeparators.AsPublished, Bootstrap = null }));
        Dictionary<string, double> expected = new(Leaves("", JsonNode.Parse(official.Element.GetRawText())!), StringComparer.Ordinal);
        Dictionary<string, double> found = new(Leaves("", own), StringComparer.Ordinal);
        ExactTally tree = new();
        tree.CompareLists("figures", [.. expected.Keys.Order(StringComparer.Ordinal)], [.. found.Keys.Order(StringComparer.Ordinal)]);
        yield return tree.ToCheck(name, "tree");
        (string Stage, string Name, ValueTally Tally)[] stages =
        [
            ("accuracy", "accuracy", new(MetricTolerances.Mean, isRelative: false)),
            ("BLEU", "Bleu_", new(MetricTolerances.Bleu, isRelative: true)),
            ("ROUGE-L", "ROUGE_L", new(MetricTolerances.Mean, isRelative: false)),
            ("CIDEr", "CIDEr", new(MetricTolerances.Mean, isRelative: false)),
        ];
        foreach ((string stage, string figure, ValueTally tally) in stages)
        {
            string[] places = [.. expected.Keys.Where(place => place.Contains(figure, StringComparison.Ordinal) && found.ContainsKey(place))];
            foreach (string place in places)
            {
                tally.Compare(place, expected[place], found[place]);
            }

            if (places.Length > 0)
            {
                yield return tally.ToCheck(name, stage);
            }
        }
    }

    private static GoldenCheck RunRouting(GoldenJson[] cases)
    {
        ExactTally tally = new();
        for (int i = 0; i < cases.Length; i++)
        {
            GoldenJson item = cases[i];
            QuestionRecord question = Read(item, i);
            DriveTask? task = QuestionRouting.FindTask(question.QuestionType);
            string own = task is DriveTask known && QuestionRouting.Find(known, question.Tags) is QuestionRoute route ? Bucket(question, route) : NoRoute;
            string? error = item.Optional("error")?.Text();
            if (error == NoRoute || item.Element.TryGetProperty("bucket", out _))
            {
                tally.CompareValues($"routing_and_description_cases[{i}]", error ?? item.Optional("bucket")?.Text() ?? "left out", own);
            }
        }

        return tally.ToCheck($"{Table}/questions", "routing");
    }

    private static string Bucket(QuestionRecord question, QuestionRoute route) => route.Form switch
    {
        QuestionForm.YesNo => "left out",
        QuestionForm.OpenAnswer => $"{question.QuestionType}/VQA",
        _ => $"{question.QuestionType}/MCQ",
    };

    private static GoldenCheck RunDescriptions(string path, GoldenJson[] items)
    {
        GoldenJson[] looked = [.. items.Where(item => item.Optional("error") is not { } error || error.Text() != NoRoute)];
        if (Find(path) is not string source)
        {
            return new GoldenCheck
            {
                Case = $"{Table}/questions",
                Stage = "descriptions",
                Compared = 0,
                NotCompared = looked.Length,
                WorstAbsolute = 0,
                Tolerance = 0,
                Passed = true,
                Detail = $"not compared: {DescriptionSource} is in no folder above",
            };
        }

        ObjectDescriptions descriptions = ObjectDescriptions.Read(source);
        ExactTally tally = new();
        for (int i = 0; i < looked.Length; i++)
        {
            QuestionRecord question = Read(looked[i], i);
            bool isKnown = descriptions.TryFind(question.Scene, question.Frame, question.Question!, out string? description);
            tally.CompareValues(
                $"'{question.Question}'",
                looked[i].Optional("error") is not null ? "no such object" : looked[i].Optional("description")?.Text(),
                isKnown ? description : "no such object");
        }

        return tally.ToCheck($"{Table}/questions", "descriptions");
    }

    private static string? Find(string path)
    {
        for (DirectoryInfo? folder = new FileInfo(Path.GetFullPath(path)).Directory; folder is not null; folder = folder.Parent)
        {
            string source = Path.Combine(folder.FullName, DescriptionSource);
            if (File.Exists(source))
            {
                return source;
            }
        }

        return null;
    }

    private static QuestionRecord Read(GoldenJson item, int number) => new()
    {
        Place = $"questions[{number}]",
        Scene = item.Optional("scene_token")?.Text(),
        Frame = item.Optional("frame_token")?.Text(),
        QuestionType = item.Member("question_type").Text(),
        Tags = item.Member("tag").Integers(),
        Question = item.Member("question").Text(),
        Reference = item.Optional("answer")?.Text(),
    };

    private static bool IsScored(GoldenJson official, string task) =>
        official.Optional(task) is { } ofTask && Leaves("", JsonNode.Parse(ofTask.Element.GetRawText())!).Any();

    private static IEnumerable<KeyValuePair<string, double>> Leaves(string place, JsonNode node) => node switch
    {
        JsonObject tree => tree.Where(member => member.Value is not null).SelectMany(member => Leaves($"{place}/{member.Key}", member.Value!)),
        JsonValue value when value.TryGetValue(out double number) => [new(place, number)],
        _ => [],
    };
}

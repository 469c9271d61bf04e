using System.Globalization;
using DriveKD.Cli.Commands.Comparing;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Quickstart;
using DriveKD.Models.Generation.Attention;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;
using DriveKD.World.Questions;
using DriveKD.World.Questions.Files;
using WorldSplit = DriveKD.World.Questions.WorldSplit;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>A quick start from its scenes to its page.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="request">What was asked for, checked.</param>
internal sealed class QuickstartSession(Terminal terminal, QuickstartRequest request)
{
    /// <summary>The page.</summary>
    public const string PageName = "index.html";

    private const string StudentName = "student";
    private const string SceneName = "scene.png";
    private const int PhaseCount = 5;

    /// <summary>Two trainings of small models at a time keep the whole below 4 GiB.</summary>
    private const int MostWorkers = 2;

    /// <summary>What the comparison's fingerprints, its tables, the attention and the page take.</summary>
    private const double ReservedSeconds = 20;

    /// <summary>What there is before the comparison.</summary>
    private sealed record Prepared(
        WorldDataset Dataset, QuickstartScene Scene, IReadOnlyList<QuickstartScore> Scores, IReadOnlyList<CompareAnswer> Untrained,
        IReadOnlyDictionary<Capability, IReadOnlyList<CompareAnswer>> Teachers, QuickstartPlan Plan);

    private readonly QuickstartClock _clock = new(terminal, PhaseCount);
    private readonly QuickstartRecipes _recipes = new(request);
    private readonly DateTimeOffset _startedAt = terminal.Time.GetLocalNow();
    private readonly int _workers = Math.Min(MostWorkers, Environment.ProcessorCount);

    /// <summary>Runs.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Something cannot be read or written, a worker failed, or the time does not suffice.</exception>
    public int Run()
    {
        Directory.CreateDirectory(request.Output);
        Prepared prepared;
        try
        {
            prepared = Prepare();
        }
        catch
        {
            // All that is in it was made here and is worth nothing alone; the same folder is to be named again.
            Directory.Delete(request.Output, recursive: true);
            throw;
        }

        QuickstartPlan plan = prepared.Plan;
        _clock.Begin("training and testing students", string.Create(CultureInfo.InvariantCulture, $"training {2 * plan.Seeds} students, {_workers} at a time, and asking them the test questions: about {plan.Seconds:0} s"));
        string recipe = Path.Combine(request.Output, "compare.yaml");
        AtomicFile.WriteText(recipe, _recipes.Compare(plan, _workers));
        int code = CompareSession.Start(terminal, recipe, [], isJson: false);
        if (code != ExitCode.Done)
        {
            return code;
        }

        _clock.Begin("attention, student folder and page", "drawing attention, writing the student and the page");
        return Finish(prepared);
    }

    /// <summary>Everything before the comparison.</summary>
    private Prepared Prepare()
    {
        WorldDataset dataset = MakeData();
        WorldSplit test = dataset.Find(WorldSplit.Test);
        QuickstartScene scene = QuickstartSheet.Draw(test, SceneSource.Simulate());
        AtomicFile.Write(Path.Combine(request.Output, SceneName), stream => stream.Write(scene.Picture));
        QuickstartTables.Scene(terminal, scene, Path.Combine(request.Output, SceneName));

        QuickstartJobs jobs = new(terminal, request, _recipes, _workers);
        _clock.Begin("scoring teachers and untrained student", $"asking three teachers and the untrained student {test.Questions.Count} test questions");
        (IReadOnlyList<CompareAnswer> untrained, IReadOnlyDictionary<Capability, IReadOnlyList<CompareAnswer>> teachers, double answerSeconds) = jobs.Score();
        QuickstartScore[] scores = [.. teachers.OrderBy(pair => pair.Key).Select(pair => QuickstartScore.Of(pair.Key, pair.Value, untrained))];
        QuickstartTables.Scores(terminal, scores);

        _clock.Begin("measuring the machine", "measuring how long a step of each training takes");
        QuickstartPlan plan = Plan(jobs.Measure(answerSeconds), test.Questions.Count);
        return new Prepared(dataset, scene, scores, untrained, teachers, plan);
    }

    private WorldDataset MakeData()
    {
        QuickstartScale scale = request.Scale;
        _clock.Begin("making scenes and questions", string.Create(CultureInfo.InvariantCulture, $"making {scale.Scenes} scenes with their questions in {_recipes.Data}"));
        BuildInfo build = BuildInfo.OfThisProgram;
        using ProgressLine progress = new(terminal);
        return DatasetFiles.Write(
            _recipes.Data,
            new DatasetFileSettings
            {
                Data = new DatasetSettings
                {
                    Seed = (ulong)request.Seed,
                    Scenes = scale.Scenes,
                    TrainShare = QuickstartScale.TrainShare,
                    ValidationShare = 0,
                    TestShare = 1,
                    QuestionsPerCapability = scale.Questions,
                    // Letters would be one thing more to learn in a short run.
                    Questions = new QuestionSettings { References = ReferenceForm.Words, HasChoices = false },
                },
                Level = "lesson",
                Program = $"drivekd {build.Version}",
                Commit = build.Commit,
            },
            SceneSource.Simulate(),
            progress,
            terminal.Interrupted);
    }

    private QuickstartPlan Plan(QuickstartSpeeds speeds, int questions)
    {
        QuickstartPlan plan = QuickstartPlan.Of(request.Scale, speeds, questions, _workers, _clock.Elapsed, ReservedSeconds, request.Minutes);
        Directory.Delete(Path.Combine(request.Output, "work"), recursive: true);
        terminal.WriteRaw(string.Create(
            CultureInfo.InvariantCulture,
            $"Plan: {plan.Seeds} seeds of both students, {plan.Steps} steps each, in about {plan.Seconds:0} s; {_clock.Elapsed:0} s have passed, {request.Minutes} min may. Measured: a step takes {1000 * speeds.SupervisedStep:0} ms, with teachers {1000 * speeds.DistilledStep:0} ms, an answer {1000 * speeds.Answer:0.0} ms."));
        return plan;
    }

    private int Finish(Prepared prepared)
    {
        (WorldDataset dataset, QuickstartScene scene, IReadOnlyList<QuickstartScore> scores, IReadOnlyList<CompareAnswer> untrained, IReadOnlyDictionary<Capability, IReadOnlyList<CompareAnswer>> teachers, QuickstartPlan plan) = prepared;
        CompareRecipe recipe = RecipeReader.Read<CompareRecipe>(Path.Combine(_recipes.Comparison, "recipe.yaml"), [], checkPaths: false).Recipe;
        RunStore store = new(_recipes.Comparison, cache: null, keepsModels: true);
        IReadOnlyList<RunResult> runs = CompareReport.Results(recipe, store);
        string ModelOf(string arm) => Path.Combine(store.FolderOf(runs.First(run => run.Run.Arm == arm && run.Run.Seed == request.Seed).Run), RunStore.ModelName);
        CopyStudent(ModelOf(QuickstartReport.Distilled));

        CompareQuestions questions = CompareQuestions.Read(terminal, recipe.Test, recipe.Seed, "test.records");
        IReadOnlyList<(EvaluationQuestion Question, string Kind)> chosen = QuickstartChoice.Choose(questions, dataset.Find(WorldSplit.Test));
        IReadOnlyDictionary<string, CompareAnswer> AnswersOf(string arm) => ById(runs.First(run => run.Run.Arm == arm && run.Run.Seed == request.Seed).Answers);
        KeyValuePair<string, IReadOnlyDictionary<string, CompareAnswer>>[] models =
        [
            new("teacher", ById(teachers.Values.SelectMany(answers => answers))),
            new("untrained student", ById(untrained)),
            new(QuickstartReport.Supervised, AnswersOf(QuickstartReport.Supervised)),
            new(QuickstartReport.Distilled, AnswersOf(QuickstartReport.Distilled)),
        ];
        QuickstartAttention Attention(Capability capability, AttentionLayer layer) => QuickstartMaps.Draw(
            chosen.First(item => item.Question.Sample.Capability == capability).Question.Sample,
            layer,
            [new("teacher", request.Assets.Teacher(capability)), new(QuickstartReport.Supervised, ModelOf(QuickstartReport.Supervised)), new(QuickstartReport.Distilled, ModelOf(QuickstartReport.Distilled))],
            terminal.Interrupted);
        QuickstartReport report = new()
        {
            Folder = request.Output,
            Scene = scene,
            Scores = scores,
            Recipe = recipe,
            Results = CompareStatistics.Of(recipe, runs),
            Curves = [.. runs.Select(run => new QuickstartCurve(run.Run.Arm, run.Run.Seed, MetricsReader.Read(Path.Combine(store.FolderOf(run.Run), "metrics.jsonl"))))],
            Attention = [Attention(Capability.Perception, AttentionLayer.First), Attention(Capability.Planning, AttentionLayer.Penultimate)],
            Answers = [.. chosen.Select(item => QuickstartChoice.Of(item.Question, item.Kind, models))],
            Facts = new QuickstartFacts(request, _workers).List(plan, dataset, scores.Sum(score => score.Questions), _startedAt),
            Next = QuickstartFacts.Next(request, _recipes.Comparison, Path.Combine(request.Output, StudentName), chosen[0].Question.Sample),
            Phases = _clock.Phases,
            Program = $"drivekd {BuildInfo.OfThisProgram.Version} ({BuildInfo.OfThisProgram.Commit ?? "unknown"})",
            MadeAt = terminal.Time.GetLocalNow(),
        };
        string page = Path.Combine(request.Output, PageName);
        AtomicFile.WriteText(page, QuickstartPage.Write(report));
        QuickstartTables.End(terminal, report, page);
        return ExitCode.Done;
    }

    private void CopyStudent(string from) => AtomicFolder.Write(Path.Combine(request.Output, StudentName), folder =>
    {
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    });

    private static Dictionary<string, CompareAnswer> ById(IEnumerable<CompareAnswer> answers) => answers.ToDictionary(answer => answer.Id, StringComparer.Ordinal);
}

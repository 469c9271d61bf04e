using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Questions;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>What a quick start ran and on what, and what to try after it.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="workers">Trainings at a time.</param>
internal sealed class QuickstartFacts(QuickstartRequest request, int workers)
{
    /// <summary>By name, in the order of the page.</summary>
    /// <param name="plan">Seeds and steps.</param>
    /// <param name="dataset">The data.</param>
    /// <param name="questions">Test questions.</param>
    /// <param name="startedAt">When it began.</param>
    public IReadOnlyList<KeyValuePair<string, string>> List(QuickstartPlan plan, WorldDataset dataset, int questions, DateTimeOffset startedAt)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment machine = RunEnvironment.Capture(build.Version, build.Commit ?? "unknown", Environment.GetCommandLineArgs()[1..], "cpu", TimeProvider.System);
        WorldSplit train = dataset.Find(WorldSplit.Train);
        WorldSplit test = dataset.Find(WorldSplit.Test);
        return
        [
            new("command", $"drivekd {string.Join(' ', machine.CommandLine)}"),
            new("seed", request.Seed.ToString(CultureInfo.InvariantCulture)),
            new("commit", (build.Commit ?? "unknown") + (build.HasUncommittedChanges ? " with uncommitted changes" : "")),
            new("machine", string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} cores, {machine.OperatingSystem}")),
            new("started", startedAt.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)),
            new("scenes", string.Create(CultureInfo.InvariantCulture, $"{train.Scenes.Count} for training, {test.Scenes.Count} for tests, none in both; level lesson")),
            new("questions", string.Create(CultureInfo.InvariantCulture, $"{train.Questions.Count} for training, {questions} for tests")),
            new("trainings", string.Create(CultureInfo.InvariantCulture, $"{plan.Seeds} seeds of both students, {plan.Steps} steps, {workers} at a time")),
            new("recipe", request.Assets.Recipe),
            new("models", string.Create(CultureInfo.InvariantCulture, $"{request.Assets.Folder}, world {request.Assets.Manifest.WorldVersion}, made by commit {request.Assets.Manifest.Commit}")),
            new("student folder", $"{Path.Combine(request.Output, "student")}: the distilled student of seed {request.Seed}, the first and not the best"),
        ];
    }

    /// <summary>Commands, each with what it does.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="comparison">The comparison's folder.</param>
    /// <param name="student">The student's folder.</param>
    /// <param name="question">A question to ask it.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Next(QuickstartRequest request, string comparison, string student, Sample question) =>
    [
        new(
            $"./drivekd ask {student} --training-layout --image {question.Images[0].FullPath} --attention attention.png \"{question.Question.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal)}\"",
            "asks the distilled student about a picture, and draws where it looked"),
        new(
            string.Create(CultureInfo.InvariantCulture, $"./drivekd compare --resume {comparison} seeds={request.Seed}-{request.Seed + 7}"),
            "adds seeds to this comparison until there are eight: the intervals become narrower"),
        new(
            $"./drivekd distill {Path.GetRelativePath(Environment.CurrentDirectory, request.Assets.Recipe)}{Places(request)} weighting.ratio=0.1",
            "trains another student, here with teachers that pull ten times as hard: its maps come closer to theirs, in longer comparisons its answers lost some points (docs/RESULTS.md); ./drivekd report shows its run"),
    ];

    /// <summary>Where data or models are not what the recipe names.</summary>
    private static string Places(QuickstartRequest request)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(request.Assets.Recipe)!, "..", ".."));
        string data = Path.Combine(request.Output, "data");
        string records = request.Output == Path.Combine(root, "runs", "quickstart") ? "" : $" data.records={data}/train.json data.images={data}";
        string models = request.Assets.Folder == Path.Combine(root, "assets", "world") ? ""
            : $" models.student={request.Assets.Student}{string.Concat(Enum.GetValues<Capability>().Select(capability => $" models.teachers.{capability.ToString().ToLowerInvariant()}={request.Assets.Teacher(capability)}"))}";
        return records + models;
    }
}

using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Evaluation.Compare;
using DriveKD.Models.Generation;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>
/// The fingerprint of everything that decides a run's result: its resolved recipe but for the folders that it writes, the content of its records,
/// pictures and models, the questions that its student is asked, and the program.
/// </summary>
/// <param name="terminal">Shows progress.</param>
internal sealed class RunKeys(Terminal terminal)
{
    // To be raised when what a result holds changes.
    private const string Format = "compare 1";

    private readonly ContentHashes _hashes = new();
    private readonly Dictionary<string, string> _data = new(StringComparer.Ordinal);

    /// <summary>The program, as results name it. Its commit tells it only where it was built from committed sources; else the assemblies do.</summary>
    public static string Program { get; } = Describe();

    /// <summary>A run's fingerprint.</summary>
    /// <param name="recipe">Its resolved recipe.</param>
    /// <param name="run">The run.</param>
    /// <param name="questions">What its student is asked.</param>
    /// <param name="answers">How it answers.</param>
    /// <exception cref="InputException">An input cannot be read.</exception>
    public string Of(ResolvedRecipe<DistillRecipe> recipe, CompareRun run, CompareQuestions questions, CompareAnswerSettings answers)
    {
        DistillRecipe content = recipe.Recipe;
        TeacherSettings teachers = content.Models.Teachers;
        IEnumerable<string> models = new[] { content.Models.Student, teachers.Perception, teachers.Reasoning, teachers.Planning }.OfType<string>();
        return ContentHashes.OfTexts(
        [
            Format,
            Program,
            ContentHashes.OfTexts(recipe.Yaml.Split('\n').Where(line => !IsPlace(line))),
            $"size {CompareNames.OfSize(run.Size)}",
            .. models.Select(_hashes.OfModel),
            // What the driving world makes is told by the recipe and the program.
            content.Data is { Records: { } records, Images: { } images } ? OfData(records, images, content.Data.OnError) : "",
            content.Validation.Records is { } held ? OfData(held, content.Validation.Images ?? content.Data.Images!, content.Data.OnError) : "",
            OfQuestions(questions),
            $"{answers}",
        ]);
    }

    // Where a run writes, where features and targets are kept, and how targets are made ahead, decides nothing of its result.
    private static bool IsPlace(string line) =>
        ((string[])["output:", "  folder:", "  folder_limit:", "  stream:", "  stream_memory:", "  stream_scratch:"]).Any(place => line.StartsWith(place, StringComparison.Ordinal));

    private string OfData(ValueList<string> records, string images, OnError onError)
    {
        string name = $"{string.Join('\n', records)}\n{images}\n{onError}";
        if (!_data.TryGetValue(name, out string? hash))
        {
            List<Problem> problems = [];
            using ProgressLine progress = new(terminal);
            List<Sample> samples = SampleFiles.Read(terminal, records, new RecordReadOptions { ImageRoot = images, OnError = onError }, progress, problems);
            if (problems.Count > 0)
            {
                throw new InputException(problems);
            }

            hash = ContentHashes.OfTexts([.. records.Select(_hashes.OfFile), OfPictures(samples)]);
            _data.Add(name, hash);
        }

        return hash;
    }

    private string OfQuestions(CompareQuestions questions) => ContentHashes.OfTexts(
    [
        .. questions.Set.Questions.Select(question => $"{question.Id} {ContentHashes.OfTexts([question.Sample.Question, question.Sample.Answer ?? ""])}"),
        OfPictures(questions.Set.Questions.Select(question => question.Sample)),
    ]);

    private string OfPictures(IEnumerable<Sample> samples) => _hashes.OfFiles(samples.SelectMany(sample => sample.Images).Select(image => image.FullPath!));

    private static string Describe()
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        Type[] parts = [typeof(BuildInfo), typeof(DistillTrainer), typeof(ModelAssistant), typeof(CompareStatistics), typeof(RecipeReader), typeof(Sample)];
        string assemblies = build.Commit is null || build.HasUncommittedChanges
            ? $", assemblies {ContentHashes.OfTexts(parts.Select(part => part.Assembly.ManifestModule.ModuleVersionId.ToString()))[..12]}"
            : "";
        return $"{build.Version} ({build.Commit ?? "unknown"}{assemblies})";
    }
}

using System.Text.Json;
using DriveKD.Cli.Commands.Comparing;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>How many of the test questions a model answers right, by capability: greedily, by the decisive words.</summary>
/// <param name="Exact">
/// Share of right answers by the capability's name, and by name and form: <c>planning</c>, <c>planning.open</c>, <c>planning.choice</c>.
/// </param>
/// <param name="Questions">Questions by the same names.</param>
internal sealed record WorldScores(IReadOnlyDictionary<string, double> Exact, IReadOnlyDictionary<string, int> Questions)
{
    private const string FileName = "scores.json";

    // Decisive words stand in front; a reason that is cut off costs nothing.
    private static readonly CompareAnswerSettings _answers = new() { MaxNewTokens = 40, BatchSize = 64 };

    /// <summary>Asks a model and writes answers and figures.</summary>
    /// <param name="terminal">The consoles; progress goes to standard output, a line of JSON each.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="records">The questions.</param>
    /// <param name="images">Their pictures' folder.</param>
    /// <param name="output">The folder to write, whole or not at all.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Model or questions are faulty, or the folder cannot be written.</exception>
    public static int Make(Terminal terminal, string model, string records, string images, string output)
    {
        CompareQuestions questions = CompareQuestions.Read(terminal, new CompareDataSettings { Records = [records], Images = images }, seed: 0, "--records");
        IReadOnlyList<CompareAnswer> answers = QuestionAsker.Ask(terminal, model, Devices.Automatic, seed: 0, questions, _answers, new WorkerReporter(terminal).Report);
        terminal.Interrupted.ThrowIfCancellationRequested();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        AtomicFolder.Write(output, folder =>
        {
            RunResult.WriteAnswers(folder, answers);
            AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(Of(answers)) + "\n");
        });
        return ExitCode.Done;
    }

    /// <summary>The figures of answers.</summary>
    /// <param name="answers">A model's answers.</param>
    public static WorldScores Of(IEnumerable<CompareAnswer> answers)
    {
        ILookup<string, CompareAnswer> parts = answers
            .SelectMany(answer => new[] { NameOf(answer.Capability), $"{NameOf(answer.Capability)}.{(HasLetter(answer.Gold) ? "choice" : "open")}" }, (answer, name) => (name, answer))
            .ToLookup(pair => pair.name, pair => pair.answer);
        return new WorldScores(
            parts.ToDictionary(part => part.Key, part => part.Average(answer => answer.Exact ? 1.0 : 0.0)),
            parts.ToDictionary(part => part.Key, part => part.Count()));
    }

    /// <summary>A capability's name in figures.</summary>
    /// <param name="capability">The capability.</param>
    public static string NameOf(Capability capability) => capability.ToString().ToLowerInvariant();

    // Answers to multiple choice end so in the world: "Near left red: B", or are the letter alone.
    private static bool HasLetter(string answer) =>
        answer.Length > 0 && char.IsAsciiLetterUpper(answer[^1]) && (answer.Length == 1 || answer[..^1].EndsWith(": ", StringComparison.Ordinal));

    /// <summary>Reads figures.</summary>
    /// <param name="folder">Their folder.</param>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static WorldScores Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<WorldScores>(File.ReadAllBytes(file)) ?? throw new InputException(file, "holds null, expected figures.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException(file, $"holds no figures: {exception.Message} Delete the folder to ask again.", exception);
        }
    }
}
